"""Stored scores follow the fading of points, once a night, in pages, by one worker."""

from typing import Any

import psycopg

from pomona.actions import sort_scores
from pomona.actions.rebuild import check_rebuild
from pomona.domain.event import DAY, HOUR
from tests.actions.engine import fact, healthy_engine, lead_of, put_in_force, record, with_points_of_head
from tests.actions.sales import open_office, ripen
from tests.conftest import NOW

Conn = psycopg.Connection[Any]


def stored(conn: Conn) -> list[tuple[int, str | None, int]]:
    return conn.execute("SELECT score, score_grade, scored_at FROM lead ORDER BY id").fetchall()


def test_points_that_faded_are_taken_off(conn: Conn) -> None:
    open_office(conn)
    ripen(conn, 1)
    assert stored(conn) == [(50_000, "A", NOW)]
    assert sort_scores.refresh_once_a_night(conn, now=NOW + 14 * DAY) == 1
    assert stored(conn) == [(35_000, "B", NOW + 14 * DAY)]


def test_every_lead_once_a_night_page_by_page(conn: Conn) -> None:
    open_office(conn)
    for number in range(1, 4):
        ripen(conn, number)
    night = NOW + 16 * HOUR
    assert [sort_scores.refresh_once_a_night(conn, now=night, page=2) for _ in range(4)] == [2, 1, 0, 0]
    assert [row[2] for row in stored(conn)] == [night] * 3
    assert sort_scores.refresh_once_a_night(conn, now=night + 23 * HOUR) == 0
    assert sort_scores.refresh_once_a_night(conn, now=night + DAY) == 3


def test_a_lead_that_nobody_touches_is_scored_under_a_new_version(conn: Conn) -> None:
    put_in_force(conn)
    record(conn, fact(1, "e1", t=NOW - DAY, traits={"email": "a@b.example", "job_title": "head"}))
    healthy_engine(conn)
    put_in_force(conn, with_points_of_head(25), start=NOW + 1)
    sort_scores.refresh_once_a_night(conn, now=NOW + 1)
    assert lead_of(conn, "e1")["score"] == 25_000
    assert check_rebuild(conn, now=NOW + DAY) == []
