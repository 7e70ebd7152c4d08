"""Versions change without surprises: every lead follows, none is counted twice, whatever goes on meanwhile."""

import threading
from typing import Any

import psycopg
import pytest

from pomona.actions import switching
from pomona.actions.check import check
from pomona.actions.fold import fold_batch
from pomona.actions.pass_mark import move_pass_mark
from pomona.actions.switching import bring_up, switch
from pomona.domain.event import DAY, HOUR
from pomona.domain.terms import VersionKey
from pomona.store import agreements, tallies
from pomona.store.database import connect
from tests.actions.engine import (
    HOUSE,
    decisions,
    fact,
    healthy_engine,
    lead_of,
    propose_version,
    put_in_force,
    record,
    with_points_of_head,
)
from tests.actions.sales import person
from tests.conftest import NOW

Conn = psycopg.Connection[Any]
SPRING = {**HOUSE, "campaign": "spring", "covers": [{"utm_campaign": "spring*"}]}
PEOPLE = 40


def settle(conn: Conn, *, now: int = NOW) -> None:
    """Let the loop do all there is to do."""
    while switch(conn, now=now):
        pass


def counted(conn: Conn) -> dict[str, set[tuple[str, int]]]:
    """Under which versions each lead is counted, by e-mail."""
    rows = conn.execute(
        "SELECT l.email, s.agreement, s.version FROM lead l JOIN lead_score s ON s.lead = l.id"
    ).fetchall()
    found: dict[str, set[tuple[str, int]]] = {}
    for email, agreement, version in rows:
        found.setdefault(email, set()).add((agreement, version))
    return found


def come(conn: Conn, number: int, *, looks: int = 1, campaign: str | None = None, title: str = "head") -> None:
    """A lead that looked at the prices so often within the last hours."""
    who, base = f"e{number}", number * 100
    traits = {"email": who, "job_title": title}
    record(
        conn,
        fact(base, who, t=NOW - DAY, name="identify", traits=traits),
        *(
            fact(base + look, who, t=NOW - look * HOUR, path="/pricing", campaign=campaign)
            for look in range(1, looks + 1)
        ),
    )


def test_a_proposed_version_is_counted_ahead_and_decides_nothing(conn: Conn) -> None:
    put_in_force(conn, with_points_of_head(0))
    come(conn, 1)
    healthy_engine(conn)
    propose_version(conn, with_points_of_head(25))
    settle(conn)
    assert counted(conn) == {"e1": {("default", 1), ("default", 2)}}
    record(conn, fact(190, "e1", path="/pricing"), fact(200, "e2", traits={"email": "e2"}))
    healthy_engine(conn)
    assert counted(conn) == {"e1": {("default", 1), ("default", 2)}, "e2": {("default", 1), ("default", 2)}}
    lead = lead_of(conn, "e1")
    both = tallies.load(conn, [lead["id"]])[lead["id"]]
    assert both[VersionKey("default", 1)] == both[VersionKey("default", 2)]
    assert (lead["stage"], lead["score"]) == ("mcl", 19_979)
    assert check(conn, now=NOW) == []


def test_when_it_comes_into_force_every_lead_follows_and_old_tallies_go(conn: Conn) -> None:
    put_in_force(conn)
    for number in range(1, 4):
        come(conn, number)
    healthy_engine(conn)
    settle(conn)
    put_in_force(conn, with_points_of_head(5), start=NOW + 1)
    settle(conn)
    assert lead_of(conn, "e1")["score"] == 29_979
    settle(conn, now=NOW + 1)
    assert counted(conn) == {f"e{number}": {("default", 2)} for number in range(1, 4)}
    assert lead_of(conn, "e1")["score"] == 14_979
    assert check(conn, now=NOW + 1) == []


def test_who_was_never_counted_under_it_follows_too(conn: Conn) -> None:
    put_in_force(conn)
    come(conn, 1, campaign="spring-1")
    come(conn, 2)
    healthy_engine(conn)
    put_in_force(conn, SPRING, start=NOW)
    settle(conn)
    assert counted(conn) == {"e1": {("spring", 1)}, "e2": {("default", 1)}}


def test_an_agreement_that_ends_gives_its_leads_back_to_the_house(conn: Conn) -> None:
    put_in_force(conn)
    put_in_force(conn, SPRING)
    come(conn, 1, campaign="spring-1")
    healthy_engine(conn)
    settle(conn)
    conn.execute("UPDATE agreement_version SET in_force_until = %s WHERE agreement_id = 'spring'", (NOW + DAY,))
    settle(conn, now=NOW + DAY)
    assert counted(conn) == {"e1": {("default", 1)}}
    assert check(conn, now=NOW + DAY) == []


def test_a_version_that_gives_way_before_it_is_signed_leaves_nothing(conn: Conn) -> None:
    put_in_force(conn)
    come(conn, 1)
    healthy_engine(conn)
    propose_version(conn, with_points_of_head(25))
    settle(conn)
    put_in_force(conn, with_points_of_head(30), start=NOW)
    settle(conn)
    assert counted(conn) == {"e1": {("default", 3)}}


@pytest.mark.parametrize(("at_start", "stage"), [("wait", "mcl"), ("hand_over", "mql")])
def test_who_is_ripe_from_the_start_waits_or_is_handed_over(conn: Conn, at_start: str, stage: str) -> None:
    put_in_force(conn, with_points_of_head(0))
    come(conn, 1)
    come(conn, 2, title="clerk")
    healthy_engine(conn)
    settle(conn)
    terms = with_points_of_head(25)
    put_in_force(conn, {**terms, "ready": {**terms["ready"], "at_start": at_start}}, start=NOW)
    settle(conn)
    assert (lead_of(conn, "e1")["stage"], lead_of(conn, "e2")["stage"]) == (stage, "mcl")
    record(conn, fact(190, "e1"))
    healthy_engine(conn)
    assert lead_of(conn, "e1")["stage"] == "mql"
    assert [name for _, name in decisions(conn)].count("ripe") == 1
    assert check(conn, now=NOW) == []


def test_who_looks_at_a_lead_that_waits_for_its_turn_sees_it_under_the_version_in_force(conn: Conn) -> None:
    put_in_force(conn)
    come(conn, 1)
    healthy_engine(conn)
    put_in_force(conn, with_points_of_head(5), start=NOW)
    lead = lead_of(conn, "e1")["id"]
    bring_up(conn, [lead], now=NOW)
    assert counted(conn) == {"e1": {("default", 2)}}
    assert lead_of(conn, "e1")["score"] == 14_979


def test_a_fold_that_read_the_clock_before_the_change_comes_after_it(conn: Conn) -> None:
    put_in_force(conn)
    come(conn, 1)
    healthy_engine(conn)
    settle(conn)
    put_in_force(conn, with_points_of_head(5), start=NOW + HOUR)
    settle(conn, now=NOW + HOUR)
    record(conn, fact(190, "e1", path="/pricing"))
    healthy_engine(conn, now=NOW)
    assert counted(conn) == {"e1": {("default", 2)}}


def test_while_facts_keep_coming_nobody_is_left_behind_and_nobody_counted_twice(conn: Conn, database_url: str) -> None:
    put_in_force(conn, with_points_of_head(0))
    for number in range(PEOPLE):
        come(conn, number)
    healthy_engine(conn)
    settle(conn)
    done = threading.Event()
    loops = [threading.Thread(target=_collect, args=(database_url, done))]
    loops += [threading.Thread(target=_fold, args=(database_url, shard, done)) for shard in range(4)]
    loops += [threading.Thread(target=_switch, args=(database_url, done)) for _ in range(2)]
    for loop in loops:
        loop.start()
    terms = with_points_of_head(25)
    for start in range(1, 6):
        ready = {**terms["ready"], "pass_mark": 30 - start, "at_start": "hand_over" if start == 5 else "wait"}
        propose_version(conn, {**terms, "ready": ready})
        put_in_force(conn, {**terms, "ready": ready}, start=NOW + start)
    loops[0].join(60)
    done.set()
    for loop in loops:
        loop.join(60)
    healthy_engine(conn, now=NOW + 5)
    settle(conn, now=NOW + 5)
    newest = agreements.in_force(conn, NOW + 5)["default"].version
    assert counted(conn) == {f"e{number}": {("default", newest)} for number in range(PEOPLE)}
    assert check(conn, now=NOW + 5) == []
    ripe = [lead for lead, name in decisions(conn) if name == "ripe"]
    assert len(ripe) == len(set(ripe)) == PEOPLE


def _collect(url: str, done: threading.Event) -> None:
    with connect(url) as conn:
        for number in range(200):
            record(conn, fact(100_000 + number, f"e{number % PEOPLE}", path="/other"))


def _fold(url: str, shard: int, done: threading.Event) -> None:
    with connect(url) as conn:
        while fold_batch(conn, shard=shard, now=NOW, limit=7) or not done.is_set():
            pass


def _switch(url: str, done: threading.Event) -> None:
    with connect(url) as conn:
        while switch(conn, now=NOW + 5) or not done.is_set():
            pass


def test_page_by_page_the_hottest_follow_first_and_whoever_is_with_sales_too(
    conn: Conn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(switching, "PAGE", 2)
    conn.execute("ALTER SEQUENCE lead_id RESTART")
    put_in_force(conn, with_points_of_head(0))
    for number in range(1, 6):
        come(conn, number)
        record(conn, fact(number, f"e{number}", name="call back requested"))
    healthy_engine(conn)
    for number in range(6, 11):
        come(conn, number)
    healthy_engine(conn)
    settle(conn)
    assert [lead_of(conn, f"e{number}")["stage"] for number in (1, 6)] == ["mql", "mcl"]
    terms = with_points_of_head(25)
    put_in_force(conn, {**terms, "ready": {**terms["ready"], "at_start": "hand_over"}}, start=NOW)
    settle(conn)
    assert counted(conn) == {f"e{number}": {("default", 2)} for number in range(1, 11)}
    ripe = [lead for lead, name in decisions(conn) if name == "ripe"]
    assert len(ripe) == len(set(ripe)) == 10
    assert check(conn, now=NOW) == []


def test_who_is_ripe_from_the_start_under_a_second_agreement_is_handed_over_though_nothing_is_to_be_counted(
    conn: Conn,
) -> None:
    put_in_force(conn, {**with_points_of_head(0), "campaign": "autumn", "covers": SPRING["covers"]})
    come(conn, 1, campaign="spring-1")
    healthy_engine(conn)
    terms = with_points_of_head(25)
    spring = {**SPRING, "ready": {**terms["ready"], "at_start": "hand_over"}}
    propose_version(conn, spring)
    settle(conn)
    assert counted(conn) == {"e1": {("autumn", 1), ("spring", 1)}}
    conn.execute(
        "UPDATE agreement_version SET state = 'in_force', in_force_from = %s WHERE agreement_id = 'spring'", (NOW,)
    )
    settle(conn)
    assert lead_of(conn, "e1")["stage"] == "mql"


def test_a_change_that_comes_before_the_last_one_is_done_forgets_nothing_of_it(conn: Conn) -> None:
    put_in_force(conn)
    come(conn, 1, looks=2)
    healthy_engine(conn)
    settle(conn)
    assert lead_of(conn, "e1")["score_grade"] == "B"
    root = person(conn, "maria", role="marketing")
    move_pass_mark(conn, "default", 45_000, until=None, user=root, now=NOW)
    assert switch(conn, now=NOW) == 1
    propose_version(conn, SPRING)
    settle(conn)
    assert lead_of(conn, "e1")["score_grade"] == "C"
