"""The response time begins with the lead's act and is kept in the decisions, in the parts that a promise binds."""

from typing import Any

import psycopg

from pomona.actions import selling
from pomona.actions.hand_over import hand_over_ripe
from pomona.domain.event import DAY, HOUR, MINUTE
from pomona.domain.stages import Decision
from pomona.journal import read
from tests.actions.engine import fact, put_in_force, record, run_engine
from tests.actions.sales import SALES, hire, open_office, ripen
from tests.conftest import NOW

Conn = psycopg.Connection[Any]


def _body(conn: Conn, lead: int, name: Decision) -> dict[str, Any]:
    return next(event.body for _, event in read.decisions_of(conn, [lead]) if event.name == name)


def test_a_ripe_lead_carries_the_act_that_made_it_ripe_and_until_when_it_was_promised(conn: Conn, irina: int) -> None:
    put_in_force(conn, {**SALES, "promise": {"marketing": {"hand_over_within": "2h"}}})
    acted = NOW - HOUR
    record(
        conn,
        fact(1, "e1", name="identify", t=acted - DAY, traits={"email": "one@plant.example"}),
        fact(2, "e1", name="call back requested", t=acted),
    )
    run_engine(conn)
    (lead,) = conn.execute("SELECT id FROM lead").fetchone() or (0,)
    body = _body(conn, lead, Decision.RIPE)
    assert (body["acted_at"], body["hand_over_by"]) == (acted, acted + 2 * HOUR)


def test_a_promise_in_working_time_counts_in_the_agreements_hours(conn: Conn, irina: int) -> None:
    put_in_force(conn, {**SALES, "promise": {"marketing": {"hand_over_within": "1wd"}}})
    saturday = NOW + 5 * DAY
    lead = ripen(conn, 1, now=saturday)
    monday_evening = NOW + 7 * DAY + 6 * HOUR + 30 * MINUTE
    assert _body(conn, lead, Decision.RIPE)["hand_over_by"] == monday_evening


def test_first_contact_carries_its_working_time_later_ones_none(conn: Conn) -> None:
    open_office(conn)
    irina = hire(conn, "irina")
    evening = NOW + 6 * HOUR
    lead = ripen(conn, 1, now=evening)
    hand_over_ripe(conn, now=evening)
    morning = evening + 16 * HOUR
    selling.contacted(conn, lead, user=irina, now=morning)
    assert _body(conn, lead, Decision.CONTACTED)["worked"] == HOUR
    selling.postpone(conn, lead, until=morning + DAY, user=irina, now=morning)
    selling.contacted(conn, lead, user=irina, now=morning + DAY)
    bodies = [event.body for _, event in read.decisions_of(conn, [lead]) if event.name == Decision.CONTACTED]
    assert bodies == [{"worked": HOUR}, {}]
