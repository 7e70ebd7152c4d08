"""The demo company lives on: by a clock that the test turns."""

from typing import Any

import psycopg
import pytest

from pomona.actions.demo_company import pace_demo, pause_demo
from pomona.actions.fold import fold_all_shards
from pomona.actions.hand_over import Router
from pomona.demo.build import build
from pomona.demo.company import SELLER
from pomona.demo.living import Living
from pomona.domain.event import HOUR, MINUTE, SECOND
from tests.conftest import NOW

NIGHT = NOW + 15 * HOUR


@pytest.fixture
def users(conn: psycopg.Connection[Any]) -> dict[str, int]:
    """A demo company with hardly any history."""
    conn.execute("DELETE FROM installation")
    return build(conn, seed=5, language="ru", now=NIGHT, days=2, leads=20).users


def _live(conn: psycopg.Connection[Any], living: Living, start: int, minutes: int, step: int = 5 * SECOND) -> None:
    """So many minutes of service: demo, engine and router, once a step."""
    router = Router()
    for now in range(start, start + minutes * MINUTE, step):
        living.turn(conn, now=now)
        fold_all_shards(conn, now=now)
        router.turn(conn, now=now)


def _count(conn: psycopg.Connection[Any], name: str) -> int:
    row = conn.execute("SELECT count(*) FROM journal WHERE name = %s AND t >= %s", (name, NIGHT)).fetchone()
    assert row is not None
    return int(row[0])


def test_leads_keep_coming_even_at_night(conn: psycopg.Connection[Any], users: dict[str, int]) -> None:
    _live(conn, Living(), NIGHT, 12)
    assert _count(conn, "captured") >= 5


def test_a_paused_demo_stands_still(conn: psycopg.Connection[Any], users: dict[str, int]) -> None:
    pause_demo(conn, paused=True)
    before = conn.execute("SELECT count(*) FROM journal").fetchone()
    living = Living()
    for now in range(NIGHT, NIGHT + 10 * MINUTE, 20 * SECOND):
        assert living.turn(conn, now=now) == 0
    assert conn.execute("SELECT count(*) FROM journal").fetchone() == before


def test_whoever_logs_in_has_a_ripe_lead_within_two_minutes(
    conn: psycopg.Connection[Any], users: dict[str, int]
) -> None:
    pace_demo(conn, lead_seconds=3600)
    living = Living()
    living.turn(conn, now=NIGHT)
    conn.execute('UPDATE "user" SET last_login = now() WHERE id = %s', (users[SELLER],))
    _live(conn, living, NIGHT + SECOND, 2)
    mine = conn.execute(
        "SELECT grade, due_at > %s FROM lead WHERE owner_id = %s AND captured_at > %s",
        (NIGHT + 2 * MINUTE, users[SELLER], NIGHT),
    ).fetchall()
    assert mine == [("A", True)]


def test_colleagues_take_what_is_theirs(conn: psycopg.Connection[Any], users: dict[str, int]) -> None:
    pace_demo(conn, lead_seconds=300)
    _live(conn, Living(), NIGHT, 90, step=30 * SECOND)
    assert _count(conn, "accepted") > 0
    assert conn.execute(
        "SELECT count(*) FROM journal WHERE name = 'accepted' AND t >= %s AND actor = %s", (NIGHT, users[SELLER])
    ).fetchone() == (0,)
