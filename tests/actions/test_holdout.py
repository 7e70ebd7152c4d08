"""The agreed share of leads below the pass mark is handed over, once and unmarked; a rebuild draws nobody anew."""

from typing import Any

import psycopg
import pytest

from pomona.actions.hand_over import hand_over_ripe
from pomona.actions.holding_out import reached_later
from pomona.actions.rebuild import check_rebuild
from pomona.domain.drawing import drawn
from pomona.domain.event import DAY, HOUR
from pomona.domain.stages import Stage
from tests.actions.engine import HOUSE, decisions, fact, healthy_engine, put_in_force, record
from tests.actions.sales import SALES, hire, lead, mails, open_office
from tests.conftest import NOW

Conn = psycopg.Connection[Any]
HOLDING = {**SALES, "ready": {**HOUSE["ready"], "holdout": 0.5}}


@pytest.fixture(autouse=True)
def first_number(conn: Conn) -> None:
    """Lots are drawn from the lead's number: here the first person becomes lead 1."""
    conn.execute("ALTER SEQUENCE lead_id RESTART")


def _come(conn: Conn, *people: int, at: int = NOW) -> None:
    record(conn, *(fact(n, f"e{n}", name="identify", t=at, traits={"email": f"{n}@plant.example"}) for n in people))
    healthy_engine(conn, now=at)


def _drawn(conn: Conn) -> list[int]:
    return [number for number, name in decisions(conn) if name == "holdout"]


def test_the_lot_falls_at_capture_and_the_lead_is_handed_over_like_any_other(conn: Conn) -> None:
    open_office(conn)
    put_in_force(conn, HOLDING)
    irina = hire(conn, "irina")
    _come(conn, *range(1, 9))
    held_out = [number for number in range(1, 9) if drawn("holdout", "default", number, share=0.5)]
    assert _drawn(conn) == held_out
    assert 0 < len(held_out) < 8
    hand_over_ripe(conn, now=NOW)
    states = {number: lead(conn, number) for number in range(1, 9)}
    assert {number for number, state in states.items() if state.owner == irina} == set(held_out)
    assert {state.stage for number, state in states.items() if number not in held_out} == {Stage.MCL}
    assert check_rebuild(conn, now=NOW + DAY) == []
    assert not [subject for _, _, subject in mails(conn) if "holdout" in subject]


def test_leads_that_were_there_before_are_not_drawn(conn: Conn) -> None:
    open_office(conn)
    _come(conn, *range(1, 9))
    put_in_force(conn, HOLDING, start=NOW + HOUR)
    record(conn, *(fact(100 + n, f"e{n}", t=NOW + 2 * HOUR) for n in range(1, 9)))
    healthy_engine(conn, now=NOW + 2 * HOUR)
    assert _drawn(conn) == []


def test_who_reached_the_mark_later_is_found_from_the_facts(conn: Conn) -> None:
    open_office(conn)
    put_in_force(conn, HOLDING)
    _come(conn, *range(1, 5))
    held_out = _drawn(conn)
    first = held_out[0]
    looks = [fact(200 + look, f"e{first}", path="/pricing", t=NOW + HOUR + look) for look in range(1, 4)]
    record(conn, *looks)
    healthy_engine(conn, now=NOW + DAY)
    assert reached_later(conn, "default", dict.fromkeys(held_out, NOW)) == {first}
    assert reached_later(conn, "other", dict.fromkeys(held_out, NOW)) == set()
    assert reached_later(conn, "default", dict.fromkeys(held_out, NOW + HOUR + 3)) == set(), "not later than that"


def test_since_when_a_held_out_lead_was_silent_counts_from_its_own_capture(conn: Conn) -> None:
    patient = {"name": "patient", "when": {"none_of": {"event": "unsubscribed"}, "for": "30d"}, "points": 30}
    open_office(conn)
    put_in_force(conn, {**HOLDING, "ready": {**HOLDING["ready"], "interest": [patient]}})
    _come(conn, *range(1, 9))
    early, late = _drawn(conn)[:2]
    record(conn, fact(201, f"e{early}", t=NOW + 30 * DAY - 1), fact(202, f"e{late}", t=NOW + 30 * DAY))
    assert reached_later(conn, "default", {early: NOW, late: NOW}) == {late}
