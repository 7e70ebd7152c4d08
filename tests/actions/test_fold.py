"""The engine: facts become leads, scores and decisions."""

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec
import psycopg
import pytest
from psycopg.types.json import Jsonb

from pomona.actions.decision import decision
from pomona.actions.fold import fold_again
from pomona.actions.rebuild import check_rebuild
from pomona.domain.agreement import AgreementErrors
from pomona.domain.event import DAY, HOUR, MINUTE
from pomona.domain.stages import Decision, apply
from pomona.journal.append import append
from pomona.store import leads
from pomona.store.database import connect
from tests.actions.engine import (
    decisions,
    fact,
    healthy_engine,
    lead_of,
    poisoned,
    put_in_force,
    record,
    run_engine,
    with_points_of_head,
)
from tests.actions.sales import person
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
    put_in_force(conn, with_points_of_head(25), start=NOW)
    record(conn, fact(2, "e1", name="content downloaded", properties={"content": "guide"}))
    healthy_engine(conn, now=NOW + MINUTE)
    assert lead_of(conn, "e1")["score"] == 30_000
    assert lead_of(conn, "e1")["version"] == 2


def test_an_event_that_cannot_be_folded_holds_up_nobody_and_can_be_tried_again(conn: Conn) -> None:
    put_in_force(conn)
    broken = msgspec.structs.replace(fact(1, "e1"), body={"traits": ["no mapping"]})
    record(conn, fact(2, "e2", traits={"email": "b@b.example"}), broken, fact(3, "e1", traits=ANNA))
    run_engine(conn)
    assert poisoned(conn) == [broken.key]
    assert lead_of(conn, "e2")["stage"] == lead_of(conn, "e1")["stage"] == "mcl"
    record(conn, fact(4, "e1 p1", name="identify", traits={"phone": "+7"}))
    run_engine(conn)
    assert (poisoned(conn), lead_of(conn, "e1")["phone"]) == ([broken.key], "+7")
    row = conn.execute("SELECT seq, error FROM poison").fetchone()
    assert row is not None
    assert "no mapping" not in row[1]
    keeper = person(conn, "marina", role="marketing")
    assert not fold_again(conn, row[0], user=keeper, now=NOW)
    conn.execute("UPDATE journal SET body = %s WHERE key = %s", (Jsonb({"traits": {"name": "Ann"}}), broken.key))
    assert fold_again(conn, row[0], user=keeper, now=NOW)
    assert poisoned(conn) == []
    assert check_rebuild(conn, now=NOW) == []


def test_an_agreement_that_cannot_be_read_poisons_no_event(conn: Conn) -> None:
    put_in_force(conn, {"campaign": "default", "ready": 5})
    record(conn, fact(1, "e1", traits=ANNA))
    with pytest.raises(AgreementErrors):
        run_engine(conn)
    put_in_force(conn)
    healthy_engine(conn)
    assert lead_of(conn, "e1")["name"] == "Anna"


def test_a_call_for_help_after_the_return_wakes_a_nurtured_lead_an_earlier_one_does_not(conn: Conn) -> None:
    put_in_force(conn)
    record(conn, fact(1, "e1", name="call back requested", traits=ANNA))
    healthy_engine(conn)
    lead = lead_of(conn, "e1")["id"]
    with conn.transaction():
        returned = decision(Decision.RETURNED, lead, now=NOW + HOUR, user=7, body={"reason": "later"})
        leads.save_states(conn, [apply(row.lead, returned) for row in leads.load(conn, [lead]).values()])
        append(conn, [returned])
    record(conn, fact(2, "e1", t=NOW + MINUTE, name="call back requested"))
    healthy_engine(conn, now=NOW + DAY)
    assert lead_of(conn, "e1")["stage"] == "nurture"
    record(conn, fact(3, "e1", t=NOW + 2 * HOUR, name="call back requested"))
    healthy_engine(conn, now=NOW + DAY)
    assert (lead_of(conn, "e1")["stage"], lead_of(conn, "e1")["cycle_from"]) == ("mql", NOW + 2 * HOUR)
    assert check_rebuild(conn, now=NOW + DAY) == []


def test_leads_are_locked_in_the_order_of_their_numbers_even_where_persons_join(conn: Conn, database_url: str) -> None:
    """Routers and clocks lock in that order, too; anything else would be a deadlock now and then."""
    put_in_force(conn)
    for number, name in enumerate(("e5", "e3")):
        record(conn, fact(number, name, traits=ANNA))
        healthy_engine(conn)
    low, high = lead_of(conn, "e5")["id"], lead_of(conn, "e3")["id"]
    record(conn, fact(10, "e3 e2", name="identify"), fact(11, "e5", traits={"name": "Boris"}))
    with psycopg.connect(database_url) as other, ThreadPoolExecutor(1) as pool:
        other.execute("SELECT FROM lead WHERE id = %s FOR UPDATE", (low,))
        folding = pool.submit(_fold_apart, database_url)
        _until_somebody_waits_for_a_lock(conn)
        other.execute("SELECT FROM lead WHERE id = %s FOR UPDATE NOWAIT", (high,))
        other.commit()
        folding.result()
    assert (lead_of(conn, "e5")["name"], lead_of(conn, "e2")["id"]) == ("Boris", high)


def _fold_apart(url: str) -> None:
    with connect(url) as own:
        run_engine(own)


def _until_somebody_waits_for_a_lock(conn: Conn) -> None:
    waiting = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    deadline = time.monotonic() + 10
    while not conn.execute(waiting).fetchall():
        assert time.monotonic() < deadline
