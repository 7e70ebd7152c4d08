"""Sellers act on their own leads as the stage allows; of two who act at once the first wins."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest

from pomona.actions import selling
from pomona.actions.hand_over import hand_over_ripe
from pomona.domain.errors import PomonaError
from pomona.domain.event import DAY, HOUR, MINUTE
from pomona.domain.stages import Decision, Stage, replay
from pomona.journal import read
from pomona.store.database import connect
from pomona.store.powers import NotAllowed
from tests.actions.sales import hire, history, lead, mails, open_office, person, ripen
from tests.conftest import NOW

Conn = psycopg.Connection[Any]


def refusal(attempt: Callable[[], object]) -> str:
    with pytest.raises(PomonaError) as refused:
        attempt()
    assert refused.value.text("ru") != refused.value.text("en")
    return refused.value.code


def test_a_lead_walks_from_accepted_to_won(conn: Conn, irina: int, number: int) -> None:
    assert selling.accept(conn, number, user=irina, now=NOW + 1).due_at == NOW + 5 * MINUTE
    state = selling.contacted(conn, number, user=irina, now=NOW + 2)
    assert (state.stage, state.contacted_at, state.due_at, state.remind_at) == (Stage.SAL, NOW + 2, None, None)
    selling.qualify(conn, number, user=irina, now=NOW + 3)
    selling.win(conn, number, user=irina, now=NOW + 4)
    assert lead(conn, number).stage == Stage.WON
    decisions = [event for _, event in read.decisions_of(conn, [number])]
    assert [event.name for event in decisions[3:]] == ["accepted", "contacted", "qualified", "won"]
    assert {(event.actor, event.seller, event.by) for event in decisions[3:]} == {(irina, irina, "seller")}
    assert replay(decisions) == lead(conn, number)


def test_a_contact_takes_the_lead_into_work(conn: Conn, irina: int, number: int) -> None:
    assert selling.contacted(conn, number, user=irina, now=NOW + 1).stage == Stage.SAL
    assert history(conn, number)[-2:] == ["accepted", "contacted"]


def test_a_lead_put_off_can_be_contacted_again(conn: Conn, irina: int, number: int) -> None:
    selling.contacted(conn, number, user=irina, now=NOW + 1)
    assert refusal(lambda: selling.contacted(conn, number, user=irina, now=NOW + 2)) == "contacted_already"
    selling.postpone(conn, number, until=NOW + HOUR, user=irina, now=NOW + 2)
    assert lead(conn, number).later_at == NOW + HOUR
    selling.contacted(conn, number, user=irina, now=NOW + HOUR)
    assert (lead(conn, number).later_at, lead(conn, number).contacted_at) == (None, NOW + 1)


def test_putting_off_does_not_stop_the_clock(conn: Conn, irina: int, number: int) -> None:
    state = selling.postpone(conn, number, until=NOW + HOUR, user=irina, now=NOW)
    assert state.due_at == NOW + 5 * MINUTE
    assert refusal(lambda: selling.postpone(conn, number, until=NOW, user=irina, now=NOW)) == "not_later"


def test_a_returned_lead_comes_again_after_the_agreements_time(conn: Conn, irina: int, number: int) -> None:
    assert refusal(lambda: selling.return_lead(conn, number, reason="lazy", user=irina, now=NOW)) == "unknown_reason"
    state = selling.return_lead(conn, number, reason="later", user=irina, now=NOW)
    assert (state.stage, state.owner, state.reason, state.again_at) == (Stage.NURTURE, None, "later", NOW + 60 * DAY)
    assert state.due_at is None


def test_lost_and_disqualified_need_a_reason(conn: Conn, irina: int, number: int) -> None:
    assert refusal(lambda: selling.lose(conn, number, reason="price", user=irina, now=NOW)) == "not_in_work"
    assert refusal(lambda: selling.disqualify(conn, number, reason="  ", user=irina, now=NOW)) == "reason_missing"
    long = "x" * 201
    assert refusal(lambda: selling.disqualify(conn, number, reason=long, user=irina, now=NOW)) == "reason_too_long"
    selling.accept(conn, number, user=irina, now=NOW)
    assert selling.lose(conn, number, reason=" bought\n elsewhere", user=irina, now=NOW).reason == "bought elsewhere"


def test_a_disqualified_lead_is_nobodys(conn: Conn, irina: int, number: int) -> None:
    state = selling.disqualify(conn, number, reason="a student", user=irina, now=NOW)
    assert (state.stage, state.owner, state.reason) == (Stage.DISQUALIFIED, None, "a student")


@pytest.mark.parametrize(
    ("before", "action", "code"),
    [
        (["accept"], "accept", "taken_already"),
        ([], "qualify", "not_in_work"),
        ([], "win", "not_in_work"),
        (["accept", "qualify"], "qualify", "qualified_already"),
        (["accept", "win"], "accept", "closed_already"),
        (["accept", "win"], "contacted", "closed_already"),
        (["accept", "win"], "win", "closed_already"),
    ],
)
def test_refuses_what_the_stage_does_not_allow(
    conn: Conn, irina: int, number: int, before: list[str], action: str, code: str
) -> None:
    for step in before:
        getattr(selling, step)(conn, number, user=irina, now=NOW)
    told = history(conn, number)
    assert refusal(lambda: getattr(selling, action)(conn, number, user=irina, now=NOW)) == code
    assert history(conn, number) == told


def test_a_seller_acts_on_own_leads_only_and_a_head_on_all(conn: Conn, number: int) -> None:
    oleg, marketing = hire(conn, "oleg"), person(conn, "maria", role="marketing")
    for stranger in (oleg, marketing, 999):
        assert refusal(lambda user=stranger: selling.accept(conn, number, user=user, now=NOW)) == "no_such_lead"
    assert refusal(lambda: selling.accept(conn, 999, user=oleg, now=NOW)) == "no_such_lead"
    head = person(conn, "head", role="head_of_sales")
    assert selling.accept(conn, number, user=head, now=NOW).stage == Stage.SAL


def test_who_may_no_longer_log_in_may_no_longer_act(conn: Conn, irina: int, number: int) -> None:
    conn.execute('UPDATE "user" SET is_active = false WHERE id = %s', (irina,))
    assert refusal(lambda: selling.accept(conn, number, user=irina, now=NOW)) == "no_such_lead"


def test_a_lead_of_nobody_is_handed_over_before_it_is_taken(conn: Conn) -> None:
    open_office(conn)
    waits, head = ripen(conn, 1), person(conn, "head", role="head_of_sales")
    assert refusal(lambda: selling.accept(conn, waits, user=head, now=NOW)) == "nobodys"


def test_of_two_who_take_a_lead_at_once_one_wins(conn: Conn, database_url: str, irina: int, number: int) -> None:
    def accept(_: int) -> bool:
        with connect(database_url) as own:
            try:
                selling.accept(own, number, user=irina, now=NOW)
            except selling.RefusedChange:
                return False
            return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(accept, range(8))) == 1
    assert history(conn, number).count("accepted") == 1


def test_a_head_assigns_past_the_route_and_a_new_clock_begins(conn: Conn, irina: int, number: int) -> None:
    oleg, head = hire(conn, "oleg", capacity=0), person(conn, "head", role="head_of_sales")
    selling.contacted(conn, number, user=irina, now=NOW + 1)
    state = selling.assign(conn, number, seller=oleg, user=head, now=NOW + HOUR)
    assert (state.owner, state.stage, state.contacted_at) == (oleg, Stage.MQL, None)
    assert state.due_at == NOW + HOUR + 5 * MINUTE
    decision = read.latest(conn, Decision.HANDED_OVER, [number])[number]
    assert (decision.body["why"], decision.body["previous_owner"], decision.actor) == ("by hand", irina, head)
    assert mails(conn)[-1] == ("handed over", "oleg@pumps.example", "A · 5:00 · Lead 1")


def test_assigning_is_for_heads_to_sellers_of_ripe_leads(conn: Conn, irina: int, number: int) -> None:
    oleg, head = hire(conn, "oleg"), person(conn, "head", role="head_of_sales")
    with pytest.raises(NotAllowed):
        selling.assign(conn, number, seller=oleg, user=irina, now=NOW)
    assert refusal(lambda: selling.assign(conn, number, seller=irina, user=head, now=NOW)) == "has_it_already"
    assert refusal(lambda: selling.assign(conn, number, seller=head, user=head, now=NOW)) == "not_a_seller"
    selling.return_lead(conn, number, reason="later", user=irina, now=NOW)
    assert refusal(lambda: selling.assign(conn, number, seller=oleg, user=head, now=NOW)) == "closed_already"


def test_a_waiting_lead_can_be_assigned(conn: Conn) -> None:
    open_office(conn)
    oleg, head = hire(conn, "oleg", capacity=0), person(conn, "head", role="head_of_sales")
    waits = ripen(conn, 1)
    hand_over_ripe(conn, now=NOW)
    assert selling.assign(conn, waits, seller=oleg, user=head, now=NOW).owner == oleg
    assert hand_over_ripe(conn, now=NOW) == 0


def test_a_merged_lead_points_to_the_one_that_stays(conn: Conn, irina: int, number: int) -> None:
    conn.execute("UPDATE lead SET merged_into = 77 WHERE id = %s", (number,))
    assert refusal(lambda: selling.accept(conn, number, user=irina, now=NOW)) == "merged"
