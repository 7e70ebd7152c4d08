"""Merging, splitting and erasing by hand."""

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest

from pomona.actions.erase import erase
from pomona.actions.identity import RefusedIdentity, merge, split
from pomona.store import cursors
from pomona.store.database import connect
from tests.actions.engine import decisions, fact, healthy_engine, key, lead_of, put_in_force, record
from tests.actions.sales import person
from tests.conftest import NOW

Conn = psycopg.Connection[Any]
USER = 1


@pytest.fixture(autouse=True)
def administrator(conn: Conn) -> None:
    """Who does what is done by hand."""
    assert person(conn, "admin", role="administrator") == USER


@pytest.fixture
def pair(conn: Conn) -> tuple[int, int]:
    """Two leads: `e1`, who asked to be called (so further), and `p1`."""
    put_in_force(conn)
    record(
        conn,
        fact(1, "e1", name="call back requested", traits={"email": "a@b.example"}),
        fact(2, "p1", path="/pricing", traits={"phone": "+7"}),
    )
    healthy_engine(conn)
    return lead_of(conn, "e1")["id"], lead_of(conn, "p1")["id"]


def test_a_merge_gives_the_further_lead_both_histories(conn: Conn, pair: tuple[int, int]) -> None:
    assert merge(conn, pair[1], pair[0], user=USER, now=NOW) == pair[0]
    assert lead_of(conn, "p1")["id"] == pair[0]
    assert (lead_of(conn, "e1")["email"], lead_of(conn, "e1")["phone"]) == ("a@b.example", "+7")
    assert lead_of(conn, "e1")["score"] == 10_000


def test_a_split_gives_the_absorbed_lead_back_as_it_was(conn: Conn, pair: tuple[int, int]) -> None:
    before = lead_of(conn, "e1"), lead_of(conn, "p1")
    merge(conn, *pair, user=USER, now=NOW)
    assert split(conn, pair[0], {key("p1")}, user=USER, now=NOW) == pair[1]
    assert (lead_of(conn, "e1"), lead_of(conn, "p1")) == before
    record(conn, fact(3, "p1", path="/pricing/pumps"))
    healthy_engine(conn)
    assert lead_of(conn, "p1")["score"] == 20_000


def test_a_repeated_fact_does_not_join_again_what_was_split(conn: Conn, pair: tuple[int, int]) -> None:
    record(conn, fact(3, "e1 p1", name="identify"))
    healthy_engine(conn)
    split(conn, pair[0], {key("p1")}, user=USER, now=NOW)
    record(conn, fact(4, "e1 p1", name="identify"))
    healthy_engine(conn)
    assert (lead_of(conn, "e1")["id"], lead_of(conn, "p1")["id"]) == pair


def test_a_part_that_never_was_a_lead_is_captured_anew(conn: Conn) -> None:
    put_in_force(conn)
    record(conn, fact(1, "e1 p1", name="identify", traits={"email": "a@b.example"}))
    healthy_engine(conn)
    record(conn, fact(2, "p1", traits={"phone": "+7"}))
    healthy_engine(conn)
    lead = lead_of(conn, "e1")["id"]
    other = split(conn, lead, {key("p1")}, user=USER, now=NOW)
    assert other == lead_of(conn, "p1")["id"] != lead
    assert decisions(conn)[-2:] == [(other, "captured"), (lead, "split")]


def test_the_lead_keeps_the_part_with_the_key_it_was_captured_by(conn: Conn) -> None:
    put_in_force(conn)
    record(conn, fact(1, "e1 p1", name="identify", traits={"email": "a@b.example"}))
    healthy_engine(conn)
    lead = lead_of(conn, "e1")["id"]
    assert split(conn, lead, {key("e1")}, user=USER, now=NOW) is None
    assert lead_of(conn, "e1")["id"] == lead


def test_a_lead_that_is_no_more_or_has_one_key_only_is_refused(conn: Conn, pair: tuple[int, int]) -> None:
    with pytest.raises(RefusedIdentity):
        split(conn, pair[0], {key("e1")}, user=USER, now=NOW)
    merge(conn, *pair, user=USER, now=NOW)
    for leads in (pair, (pair[0], pair[0]), (pair[0], 99)):
        with pytest.raises(RefusedIdentity):
            merge(conn, *leads, user=USER, now=NOW)


def test_an_erasure_leaves_nothing_personal_and_keeps_the_counts(conn: Conn, pair: tuple[int, int]) -> None:
    record(conn, fact(3, "v1", path="/pricing", answers={"need": ["pump"]}), fact(4, "e1 v1", name="identify"))
    healthy_engine(conn)
    merge(conn, *pair, user=USER, now=NOW)
    before = decisions(conn)
    assert erase(conn, pair[0], user=USER, now=NOW) == sorted(pair)
    assert conn.execute("SELECT count(*) FROM lead").fetchone() == (0,)
    assert decisions(conn) == [*before, *((lead, "erased") for lead in sorted(pair))]
    assert conn.execute("SELECT count(path) + count(answers) FROM journal").fetchone() == (0,)
    rest = conn.execute("SELECT string_agg(body::text, ''), array_agg(subject) FROM journal").fetchone()
    assert rest is not None
    assert set(rest[0]) <= set("{}")
    assert not {key("e1"), key("p1"), key("v1")} & set(rest[1])
    names = conn.execute("SELECT count(DISTINCT subject), count(*) FROM journal WHERE kind <> 'decision'").fetchone()
    assert names is not None
    assert names[0] == names[1]


def test_what_another_person_shares_with_an_erased_one_counts_no_more_for_it(conn: Conn, pair: tuple[int, int]) -> None:
    record(conn, fact(3, "e1 p1", name="identify", traits={"name": "Anna", "phone": "+7"}))
    healthy_engine(conn)
    split(conn, pair[0], {key("p1")}, user=USER, now=NOW)
    assert lead_of(conn, "e1")["phone"] == "+7"
    erase(conn, pair[1], user=USER, now=NOW)
    assert (lead_of(conn, "e1")["phone"], lead_of(conn, "e1")["email"]) == ("", "a@b.example")


def test_what_waits_to_be_folded_is_erased_too_and_brings_nobody_back(conn: Conn, pair: tuple[int, int]) -> None:
    record(
        conn,
        fact(3, "v1", path="/pricing"),
        fact(4, "e1 v1", name="identify", traits={"email": "a@b.example"}),
        fact(5, "e1 p2", name="identify", traits={"phone": "+8"}),
    )
    erase(conn, pair[0], user=USER, now=NOW)
    healthy_engine(conn)
    assert conn.execute("SELECT id FROM lead").fetchall() == [(pair[1],)]
    rest = conn.execute("SELECT string_agg(body::text, ''), array_agg(subject) FROM journal").fetchone()
    assert rest is not None
    assert "a@b.example" not in rest[0]
    assert not {key("e1"), key("p2"), key("v1")} & set(rest[1])


def test_an_erasure_waits_for_a_batch_that_runs_and_folds_what_it_left(
    conn: Conn, pair: tuple[int, int], database_url: str
) -> None:
    record(conn, fact(3, "e1 p2", name="identify", traits={"phone": "+8"}))
    with connect(database_url) as engine, connect(database_url) as other, ThreadPoolExecutor(1) as erasing:
        with engine.transaction():
            held = [cursors.claim(engine, f"engine:{shard}") for shard in range(cursors.shards(conn))]
            erased = erasing.submit(erase, other, pair[0], user=USER, now=NOW)
            _wait_for_a_waiter(conn)
        assert erased.result(timeout=20) == [pair[0]]
    assert None not in held
    healthy_engine(conn)
    assert conn.execute("SELECT id FROM lead").fetchall() == [(pair[1],)]


def _wait_for_a_waiter(conn: Conn) -> None:
    """Until somebody waits for what another transaction has locked."""
    give_up = time.monotonic() + 10
    waiting = "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    while not conn.execute(waiting).fetchall():
        assert time.monotonic() < give_up
