"""The pass mark is moved within its bounds, for a while, and everything follows."""

from typing import Any

import psycopg
import pytest

from pomona.actions.check import check
from pomona.actions.hand_over import hand_over_ripe
from pomona.actions.pass_mark import move_pass_mark
from pomona.actions.switching import switch
from pomona.domain.event import DAY, HOUR
from pomona.domain.pass_mark import RefusedMove
from pomona.store import agreements
from tests.actions.engine import HOUSE, decisions, fact, healthy_engine, lead_of, put_in_force, record
from tests.actions.sales import hire, open_office, person
from tests.conftest import NOW

Conn = psycopg.Connection[Any]
TERMS = {
    **HOUSE,
    "ready": {**HOUSE["ready"], "pass_mark": {"start": 30, "min": 20, "max": 45, "lower_for_at_most": "7d"}},
}


@pytest.fixture
def marketing(conn: Conn) -> int:
    """Who moves it. Two leads are there: a head with two looks at the prices (39 points), and one without (20)."""
    put_in_force(conn, TERMS)
    for number, looks in ((1, 2), (2, 0)):
        who = f"e{number}"
        record(
            conn,
            fact(number * 10, who, t=NOW - DAY, traits={"email": who, "job_title": "head"}),
            *(fact(number * 10 + look, who, t=NOW - look * HOUR, path="/pricing") for look in range(1, looks + 1)),
        )
    return person(conn, "maria", role="marketing")


def settle(conn: Conn, now: int) -> None:
    while switch(conn, now=now):
        pass


def mark(conn: Conn, at: int) -> float:
    return agreements.in_force(conn, at)["default"].ready.pass_mark.current / 1000


def moves(conn: Conn) -> list[tuple[int, int]]:
    """From where to where the decisions say the mark was moved, in points."""
    said = "(body ->> 'before')::int / 1000, (body ->> 'value')::int / 1000"
    return conn.execute(f"SELECT {said} FROM journal WHERE name = 'pass mark moved' ORDER BY seq").fetchall()


def refusal(conn: Conn, value: int, until: int | None, user: int) -> str:
    with pytest.raises(RefusedMove) as refused:
        move_pass_mark(conn, "default", value, until=until, user=user, now=NOW)
    assert refused.value.text("ru") != refused.value.text("en")
    return refused.value.code


def test_a_lowered_mark_hands_over_at_once_and_ends_by_itself(conn: Conn, marketing: int) -> None:
    open_office(conn)
    put_in_force(conn, TERMS)
    seller = hire(conn, "irina")
    healthy_engine(conn)
    settle(conn, NOW)
    move_pass_mark(conn, "default", 20_000, until=NOW + DAY, user=marketing, now=NOW, reason="too few calls")
    settle(conn, NOW)
    hand_over_ripe(conn, now=NOW)
    lead = lead_of(conn, "e2")
    assert (lead["stage"], lead["owner_id"], lead["grade"]) == ("mql", seller, "B")
    assert [mark(conn, at) for at in (NOW - 1, NOW, NOW + DAY - 1, NOW + DAY)] == [30, 20, 20, 30]
    record(conn, fact(30, "e3", t=NOW + DAY, traits={"email": "e3", "job_title": "head"}))
    healthy_engine(conn, now=NOW + DAY)
    assert lead_of(conn, "e3")["stage"] == "mcl"
    assert check(conn, now=NOW + DAY) == []


def test_a_raised_mark_keeps_leads_back_until_it_comes_down(conn: Conn, marketing: int) -> None:
    settle(conn, NOW)
    move_pass_mark(conn, "default", 45_000, until=NOW + DAY, user=marketing, now=NOW)
    healthy_engine(conn)
    settle(conn, NOW)
    assert lead_of(conn, "e1")["stage"] == "mcl"
    settle(conn, NOW + DAY)
    assert [name for _, name in decisions(conn) if name == "ripe"] == ["ripe"]
    assert lead_of(conn, "e1")["stage"] == "mql"
    assert check(conn, now=NOW + DAY) == []


def test_it_holds_for_the_version_it_was_moved_for(conn: Conn, marketing: int) -> None:
    move_pass_mark(conn, "default", 45_000, until=None, user=marketing, now=NOW)
    put_in_force(conn, TERMS, start=NOW + HOUR)
    assert [mark(conn, at) for at in (NOW, NOW + HOUR)] == [45, 30]


def test_the_newest_move_counts_and_leads_back(conn: Conn, marketing: int) -> None:
    move_pass_mark(conn, "default", 45_000, until=NOW + 5 * DAY, user=marketing, now=NOW)
    move_pass_mark(conn, "default", 40_000, until=NOW + DAY, user=marketing, now=NOW + 1)
    assert [mark(conn, at) for at in (NOW, NOW + 1, NOW + DAY)] == [45, 40, 30]
    move_pass_mark(conn, "default", 30_000, until=None, user=marketing, now=NOW + 2)
    assert mark(conn, NOW + 2) == 30
    assert moves(conn) == [(30, 45), (45, 40), (40, 30)]


def test_only_within_the_bounds_that_were_signed(conn: Conn, marketing: int) -> None:
    assert refusal(conn, 19_999, NOW + DAY, marketing) == "out_of_bounds"
    assert refusal(conn, 45_001, None, marketing) == "out_of_bounds"
    assert refusal(conn, 30_000, None, marketing) == "there_already"
    assert refusal(conn, 25_000, None, marketing) == "too_long"
    assert refusal(conn, 25_000, NOW + 7 * DAY + 1, marketing) == "too_long"
    assert refusal(conn, 40_000, NOW, marketing) == "over_already"
    with pytest.raises(RefusedMove, match="no version in force"):
        move_pass_mark(conn, "spring", 40_000, until=None, user=marketing, now=NOW)
    move_pass_mark(conn, "default", 25_000, until=NOW + 7 * DAY, user=marketing, now=NOW)


def test_one_sees_at_which_mark_each_lead_would_be_ripe(conn: Conn, marketing: int) -> None:
    record(conn, fact(40, "e4", traits={"email": "e4", "company.name": "rival"}))
    move_pass_mark(conn, "default", 45_000, until=None, user=marketing, now=NOW)
    healthy_engine(conn)
    found = conn.execute("SELECT email, ripe_up_to FROM lead JOIN lead_score ON lead_score.lead = lead.id").fetchall()
    assert dict(found) == {"e1": 39_938, "e2": 20_000, "e4": None}
