"""The export holds exactly the journal's facts, whatever was killed, erased or came late; and the past that is asked
is the journal as it is now."""

import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pytest
from msgspec.structs import replace

from pomona.actions.decision import decision
from pomona.actions.erase import erase
from pomona.actions.fold import fold_batch
from pomona.actions.identity import merge, split
from pomona.domain.event import DAY, Event, Kind, message_key
from pomona.domain.stages import Decision
from pomona.history.export import EXPORT_LOCK, MOST_FILES, export, read_manifest
from pomona.history.past import past
from pomona.journal.append import append
from pomona.journal.erase import strike_from_facts
from pomona.journal.keys import person_key, visitor_key
from pomona.store.database import connect
from tests.actions.sales import person
from tests.conftest import NOW

SECRET = b"secret" * 4
ANNA, BORIS = (person_key(SECRET, "email", f"{name}@b.example") for name in ("anna", "boris"))
BROWSER = visitor_key(SECRET, "browser")


def _identify(person: bytes, number: int, *, t: int = NOW, visitor: bytes | None = None) -> Event:
    return Event(
        key=message_key(1, f"{person.hex()} {number}"),
        t=t,
        received_at=t,
        kind=Kind.IDENTIFY,
        name="identify",
        subject=person,
        keys=(person,) if visitor is None else (person, visitor),
        body={"traits": {"email": f"{number}@b.example"}},
    )


def _page(number: int, *, t: int, subject: bytes = BROWSER) -> Event:
    key = message_key(1, f"page {number}")
    properties = {"content": f"guide {number}"}
    return Event(
        key=key,
        t=t,
        received_at=t,
        kind=Kind.PAGE,
        name="page",
        subject=subject,
        keys=(subject,),
        path="/pricing",
        body={"properties": properties},
    )


def _append(conn: psycopg.Connection[Any], *events: Event) -> None:
    with conn.transaction():
        append(conn, events)


def _fold(conn: psycopg.Connection[Any]) -> None:
    for shard in range(4):
        while fold_batch(conn, shard=shard, now=NOW + 9 * DAY):
            pass


def _facts(conn: psycopg.Connection[Any], folder: Path) -> list[tuple[Any, ...]]:
    with past(conn, folder) as db:
        return db.execute("SELECT * FROM fact ORDER BY seq").fetchall()


def _exported(folder: Path) -> bytes:
    files = sorted((folder / file).read_bytes() for file in read_manifest(folder).files)
    return b"".join(files)


@pytest.fixture
def company(conn: psycopg.Connection[Any]) -> psycopg.Connection[Any]:
    """Two people who used one browser after each other, over some days."""
    _append(
        conn,
        _page(1, t=NOW - DAY),
        _identify(ANNA, 1, t=NOW, visitor=BROWSER),
        _page(2, t=NOW + 1),
        _identify(BORIS, 2, t=NOW + DAY, visitor=BROWSER),
        _page(3, t=NOW + DAY),
        _page(4, t=NOW + 2 * DAY),
    )
    _fold(conn)
    return conn


def test_the_past_is_the_same_exported_or_not_and_all_at_once_or_piece_by_piece(
    company: psycopg.Connection[Any], tmp_path: Path
) -> None:
    nothing = _facts(company, tmp_path / "nothing")
    assert len(nothing) == 6
    export(company, tmp_path / "some")
    _append(company, _page(5, t=NOW - 3 * DAY), _page(6, t=NOW + 2 * DAY))
    everything = _facts(company, tmp_path / "nothing")
    assert len(everything) == 8
    assert _facts(company, tmp_path / "some") == everything
    export(company, tmp_path / "some")
    export(company, tmp_path / "whole", rows_at_once=3)
    assert _facts(company, tmp_path / "some") == _facts(company, tmp_path / "whole") == everything


def test_whose_a_visitors_facts_are_is_what_the_fold_says(company: psycopg.Connection[Any], tmp_path: Path) -> None:
    anna, boris = (
        company.execute("SELECT id FROM lead WHERE anchor = %s", (key,)).fetchall()[0][0] for key in (ANNA, BORIS)
    )
    with past(company, tmp_path) as db:
        owned = db.execute("SELECT lead, t FROM fact WHERE name = 'page' ORDER BY t").fetchall()
    assert owned == [(anna, NOW - DAY), (anna, NOW + 1), (boris, NOW + DAY), (boris, NOW + 2 * DAY)]


def test_the_fact_that_begins_a_cycle_belongs_to_it(company: psycopg.Connection[Any], tmp_path: Path) -> None:
    company.execute("UPDATE lead SET cycle_from = %s WHERE anchor = %s", (NOW + 1, ANNA))
    with past(company, tmp_path) as db:
        found = db.execute("SELECT t, this_cycle FROM fact WHERE t < ? ORDER BY t", [NOW + DAY]).fetchall()
    assert found == [(NOW - DAY, False), (NOW, False), (NOW + 1, True)]


def test_a_day_is_a_folder_by_time_of_receipt(company: psycopg.Connection[Any], tmp_path: Path) -> None:
    _append(company, replace(_page(7, t=NOW - 30 * DAY), received_at=NOW))
    manifest = export(company, tmp_path)
    assert list(manifest.days) == ["2026-03-01", "2026-03-02", "2026-03-03", "2026-03-04"]
    assert all(file.startswith(f"day={day}/") for day, files in manifest.days.items() for file in files)


def test_nothing_new_changes_no_file(company: psycopg.Connection[Any], tmp_path: Path) -> None:
    before = export(company, tmp_path)
    assert export(company, tmp_path) == before


def test_a_killed_run_leaves_the_export_as_it_was(company: psycopg.Connection[Any], tmp_path: Path) -> None:
    before = export(company, tmp_path)
    # What a run that died before its manifest counted leaves behind.
    orphan = tmp_path / "day=2026-03-02" / "orphan.parquet"
    orphan.write_bytes((tmp_path / before.files[0]).read_bytes())
    assert len(_facts(company, tmp_path)) == 6
    export(company, tmp_path)
    assert not orphan.exists()
    assert len(_facts(company, tmp_path)) == 6


def test_a_run_killed_while_it_writes_the_manifest_leaves_the_one_before(
    company: psycopg.Connection[Any], tmp_path: Path, database_url: str
) -> None:
    before = export(company, tmp_path)
    _append(company, _page(5, t=NOW + DAY))
    everything = _facts(company, tmp_path)
    _make_the_manifest_long(company)
    command = [sys.executable, "-c", KILLED_BY_A_LONG_FILE, str(LONG), database_url, str(tmp_path)]
    assert subprocess.run(command, check=False).returncode == -signal.SIGXFSZ
    assert read_manifest(tmp_path) == before
    assert _facts(company, tmp_path) == everything
    export(company, tmp_path)
    assert (tmp_path / "manifest.json").stat().st_size > LONG
    assert _facts(company, tmp_path) == everything
    assert [file.name for file in tmp_path.glob("manifest*")] == ["manifest.json"]


LONG = 32_000
"""Bytes: more than any Parquet file here has."""
KILLED_BY_A_LONG_FILE = """
import resource, signal, sys
from pathlib import Path
from pomona.history.export import export
from pomona.store.database import connect

most = int(sys.argv[1])
signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
with connect(sys.argv[2]) as conn:
    export(conn, Path(sys.argv[3]))
"""
"""The system itself ends it in the middle of the first file that grows longer."""


def _make_the_manifest_long(conn: psycopg.Connection[Any]) -> None:
    """It names each fact that is left out."""
    first = 10**15
    conn.execute(f"ALTER TABLE journal ALTER COLUMN seq RESTART WITH {first}")
    _append(conn, *(_page(1_000 + number, t=NOW) for number in range(LONG // len(str(first)))))
    conn.execute(
        "INSERT INTO poison (seq, key, error, at, attempts) SELECT seq, key, 'boom', 0, 1 FROM journal WHERE seq >= %s",
        (first,),
    )


def test_two_leads_made_one_have_one_past(company: psycopg.Connection[Any], tmp_path: Path) -> None:
    apart = _facts(company, tmp_path)
    anna, boris = sorted({fact[0] for fact in apart})
    export(company, tmp_path)
    user = person(company, "admin", role="administrator")
    merge(company, boris, anna, user=user, now=NOW + 9 * DAY)
    assert _facts(company, tmp_path) == [(anna, *fact[1:]) for fact in apart]
    with past(company, tmp_path) as db:
        assert db.execute("SELECT lead FROM lead").fetchall() == [(anna,)]
    split(company, anna, {BORIS}, user=user, now=NOW + 9 * DAY)
    assert _facts(company, tmp_path) == apart


def test_an_export_of_an_earlier_release_is_made_anew(company: psycopg.Connection[Any], tmp_path: Path) -> None:
    before = export(company, tmp_path)
    manifest = tmp_path / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"told":"INTEGER",', ""))
    assert len(_facts(company, tmp_path)) == 6
    after = export(company, tmp_path)
    assert after.seq == before.seq and not set(after.files) & set(before.files)
    assert {str(file.relative_to(tmp_path)) for file in tmp_path.glob("*/*.parquet")} == set(after.files)
    assert len(_facts(company, tmp_path)) == 6


def test_an_erasure_leaves_nothing_personal_behind(company: psycopg.Connection[Any], tmp_path: Path) -> None:
    export(company, tmp_path)
    untouched = read_manifest(tmp_path).days["2026-03-04"]
    anna = company.execute("SELECT id FROM lead WHERE anchor = %s", (ANNA,)).fetchall()[0][0]
    erase(company, anna, user=None, now=NOW + 9 * DAY)
    before_export = _facts(company, tmp_path)
    assert before_export == _facts(company, tmp_path / "nothing")
    manifest = export(company, tmp_path)
    assert _facts(company, tmp_path) == before_export
    assert manifest.days["2026-03-04"] == untouched
    assert {str(file.relative_to(tmp_path)) for file in tmp_path.glob("*/*.parquet")} == set(manifest.files)
    with past(company, tmp_path) as db:
        files = [str(tmp_path / file) for file in manifest.files]
        left = db.execute("SELECT hex(subject) || traits::VARCHAR FROM read_parquet(?)", [files]).fetchall()
        subjects = {row[0] for row in db.execute("SELECT subject FROM read_parquet(?)", [files]).fetchall()}
    assert "1@b.example" not in str(left)
    assert ANNA.hex() not in subjects


def test_the_address_of_a_page_that_another_person_shares_is_erased_from_the_export_too(
    conn: psycopg.Connection[Any], tmp_path: Path
) -> None:
    _append(conn, replace(_page(1, t=NOW, subject=BORIS), keys=(BORIS, ANNA), body={}))
    export(conn, tmp_path)
    with conn.transaction():
        assert strike_from_facts(conn, [BORIS], [ANNA]) == {BORIS}
        append(conn, [decision(Decision.ERASED, 1, now=NOW)])
    files = [str(tmp_path / file) for file in export(conn, tmp_path).files]
    found = duckdb.sql("SELECT name, subject, path FROM read_parquet($files)", params={"files": files}).fetchall()
    assert found == [("page", BORIS.hex(), None)]


def test_a_second_export_waits_for_the_first(
    company: psycopg.Connection[Any], tmp_path: Path, database_url: str
) -> None:
    with connect(database_url) as other, ThreadPoolExecutor() as aside:
        with other.transaction():
            other.execute("SELECT pg_advisory_xact_lock(%s)", (EXPORT_LOCK,))
            second = aside.submit(export, company, tmp_path)
            _until_somebody_waits(other)
            assert not (tmp_path / "manifest.json").exists()
        assert len(second.result(20).files) == 4


def test_files_that_somebody_reads_are_deleted_after_that(
    company: psycopg.Connection[Any], tmp_path: Path, database_url: str
) -> None:
    first = export(company, tmp_path)
    anna = company.execute("SELECT id FROM lead WHERE anchor = %s", (ANNA,)).fetchall()[0][0]
    erase(company, anna, user=None, now=NOW + 9 * DAY)
    with connect(database_url) as other, ThreadPoolExecutor() as aside:
        with past(company, tmp_path) as db:
            run = aside.submit(export, other, tmp_path)
            give_up = time.monotonic() + 10
            while (second := read_manifest(tmp_path)) == first:
                assert time.monotonic() < give_up
            assert db.execute("SELECT count(*) FROM fact").fetchone() != (0,)
        assert run.result(20) == second
    replaced = set(first.files) - set(second.files)
    assert replaced
    assert not [file for file in replaced if (tmp_path / file).exists()]


def _until_somebody_waits(conn: psycopg.Connection[Any]) -> None:
    waiting = "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    give_up = time.monotonic() + 10
    while not conn.execute(waiting).fetchall():
        conn.execute("SELECT pg_stat_clear_snapshot()")
        assert time.monotonic() < give_up


def test_many_small_files_of_a_day_become_one(conn: psycopg.Connection[Any], tmp_path: Path) -> None:
    _append(conn, _identify(ANNA, 0))
    _fold(conn)
    for number in range(MOST_FILES + 1):
        _append(conn, _page(number, t=NOW + number, subject=ANNA))
        manifest = export(conn, tmp_path)
    assert [len(files) for files in manifest.days.values()] == [1]
    assert len(_facts(conn, tmp_path)) == MOST_FILES + 2


def test_poison_stays_out_until_it_is_repaired(company: psycopg.Connection[Any], tmp_path: Path) -> None:
    exported_before, poison_before = (
        row[0] for row in company.execute("SELECT seq FROM journal WHERE name = 'page' ORDER BY seq LIMIT 2")
    )
    _poison(company, poison_before)
    export(company, tmp_path)
    _poison(company, exported_before)
    assert len(_facts(company, tmp_path)) == 4
    company.execute("UPDATE poison SET resolved_at = %s", (NOW,))
    assert len(_facts(company, tmp_path)) == 6
    assert export(company, tmp_path).left_out == ()
    assert len(_facts(company, tmp_path)) == 6


def _poison(conn: psycopg.Connection[Any], seq: int) -> None:
    conn.execute(
        "INSERT INTO poison (seq, key, error, at, attempts) SELECT seq, key, 'boom', %s, 1 FROM journal WHERE seq = %s",
        (NOW, seq),
    )
