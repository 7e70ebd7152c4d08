"""The engine: facts become leads, scores and decisions."""

from typing import Any

import psycopg

from pomona.domain.event import DAY, MINUTE
from tests.actions.engine import decisions, fact, healthy_engine, lead_of, put_in_force, record
from tests.conftest import NOW

Conn = psycopg.Connection[Any]
ANNA = {"email": "anna@factory.example", "name": "Anna"}


def test_a_visitors_earlier_looks_count_once_it_says_who_it_is(conn: Conn) -> None:
    put_in_force(conn)
    record(conn, *(fact(number, "v1", t=NOW - number, path="/pricing/pumps") for number in range(3)))
    healthy_engine(conn)
    assert decisions(conn) == []
    record(conn, fact(9, "e1 v1", name="identify", traits=ANNA))
    healthy_engine(conn)
    lead = lead_of(conn, "e1")
    assert decisions(conn) == [(lead["id"], "captured"), (lead["id"], "ripe")]
    assert (lead["name"], lead["stage"], lead["score"], lead["queued_at"]) == ("Anna", "mql", 30_000, NOW)


def test_two_leads_named_together_become_one_and_the_further_one_stays(conn: Conn) -> None:
    put_in_force(conn)
    record(conn, fact(1, "e1", traits=ANNA), fact(2, "p1", name="call back requested", traits={"phone": "+7"}))
    healthy_engine(conn)
    by_mail, by_phone = lead_of(conn, "e1")["id"], lead_of(conn, "p1")["id"]
    record(conn, fact(3, "e1 p1", name="identify"))
    healthy_engine(conn)
    stays = lead_of(conn, "e1")
    assert (stays["id"], stays["email"], stays["phone"]) == (by_phone, ANNA["email"], "+7")
    assert decisions(conn)[-2:] == [(by_phone, "merged"), (by_mail, "absorbed")]


def test_a_lead_nobody_has_yet_is_disqualified_when_it_proves_barred(conn: Conn) -> None:
    put_in_force(conn)
    record(conn, fact(1, "e1", name="call back requested", traits=ANNA))
    healthy_engine(conn)
    record(conn, fact(2, "e1", name="identify", traits={"company.name": "rival"}))
    healthy_engine(conn)
    assert (lead_of(conn, "e1")["stage"], lead_of(conn, "e1")["reason"]) == ("disqualified", "competitor")


def test_a_signed_contract_wins_the_lead_at_any_stage(conn: Conn) -> None:
    put_in_force(conn)
    record(conn, fact(1, "e1", traits=ANNA), fact(2, "e1", name="contract signed"))
    healthy_engine(conn)
    assert lead_of(conn, "e1")["stage"] == "won"


def test_a_new_version_counts_all_facts_at_the_next_one(conn: Conn) -> None:
    put_in_force(conn)
    record(conn, fact(1, "e1", t=NOW - DAY, traits={**ANNA, "job_title": "head"}))
    healthy_engine(conn)
    from tests.actions.engine import HOUSE

    better = {**HOUSE, "ready": {**HOUSE["ready"], "fit": [{**HOUSE["ready"]["fit"][0], "points": 25}]}}
    put_in_force(conn, better, start=NOW)
    record(conn, fact(2, "e1", name="content downloaded", properties={"content": "guide"}))
    healthy_engine(conn, now=NOW + MINUTE)
    assert lead_of(conn, "e1")["score"] == 30_000
    assert lead_of(conn, "e1")["version"] == 2
