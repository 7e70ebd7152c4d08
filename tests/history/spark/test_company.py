"""For the demo company, DuckDB and a Spark cluster say the same: of the export, of what is newer, of whose it is."""

from pathlib import Path
from typing import Any

import psycopg

from pomona.demo.build import build
from pomona.domain.event import HOUR
from pomona.history import emit
from pomona.history.export import export
from pomona.history.past import past
from pomona.store import agreements
from tests.conftest import NOW
from tests.history.judged import Judged, asked

EVENING = NOW + 7 * HOUR


def test_the_past_is_the_same_on_duckdb_and_spark(master: str, conn: psycopg.Connection[Any], tmp_path: Path) -> None:
    conn.execute("DELETE FROM installation")
    build(conn, seed=5, language="en", now=EVENING, days=8, leads=30)
    export(conn, tmp_path)
    expected = _judged(conn, tmp_path, "duckdb")
    assert any(each.score for each in expected)
    assert _judged(conn, tmp_path, master) == expected
    assert _judged(conn, tmp_path / "nothing exported", master) == expected


def _judged(conn: psycopg.Connection[Any], folder: Path, engine: str) -> list[Judged]:
    with past(conn, folder, engine=engine) as found:
        return [
            each
            for terms in agreements.in_force(conn, EVENING).values()
            for each in asked(found, emit.at_moment(terms, EVENING, dialect=found.dialect))
        ]
