"""Ripe leads leave the queue for whose turn it is, once, with everything decided kept in the journal."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest

from pomona.actions import people, presence
from pomona.actions.hand_over import Router, hand_over_ripe
from pomona.domain.event import DAY, HOUR, MINUTE
from pomona.domain.stages import Decision, Stage, replay
from pomona.journal import read
from pomona.store.database import Rebuilding, connect, work_stopped
from tests.actions.engine import put_in_force
from tests.actions.sales import OFFICE_HOURS, SALES, hire, history, lead, mails, open_office, person, ripen, told
from tests.conftest import NOW


@pytest.fixture(autouse=True)
def _office(conn: psycopg.Connection[Any]) -> None:
    open_office(conn)


def test_a_ripe_lead_goes_to_a_free_seller_with_a_clock_and_a_mail(conn: psycopg.Connection[Any]) -> None:
    irina = hire(conn, "irina")
    number = ripen(conn, 1)
    assert hand_over_ripe(conn, now=NOW + 1) == 1
    state = lead(conn, number)
    assert (state.stage, state.owner, state.queued_at) == (Stage.MQL, irina, None)
    assert (state.remind_at, state.due_at) == (NOW + 1 + 3 * MINUTE, NOW + 1 + 5 * MINUTE)
    assert mails(conn) == [("handed over", "irina@pumps.example", "A · 5:00 · Lead 1")]


def test_the_decision_carries_the_whole_trace_and_the_clock(conn: psycopg.Connection[Any]) -> None:
    irina, oleg = hire(conn, "irina"), hire(conn, "oleg", capacity=0)
    number = ripen(conn, 1)
    hand_over_ripe(conn, now=NOW)
    decision = read.latest(conn, Decision.HANDED_OVER, [number])[number]
    assert (decision.seller, decision.agreement, decision.version) == (irina, "default", 1)
    assert decision.body["why"] == "route"
    assert decision.body["within"] == 5 * MINUTE
    assert decision.body["overdue"][0]["do"] == "reassign"
    sellers = {each["seller"]: each["why_not"] for each in decision.body["trace"][-1]["sellers"]}
    assert sellers == {irina: None, oleg: "full"}
    assert replay(event for _, event in read.decisions_of(conn, [number])) == lead(conn, number)


def test_sellers_take_turns_and_nobody_gets_more_than_they_can_take(conn: psycopg.Connection[Any]) -> None:
    irina, oleg = hire(conn, "irina", capacity=3), hire(conn, "oleg", capacity=1)
    numbers = [ripen(conn, number) for number in range(1, 6)]
    assert hand_over_ripe(conn, now=NOW) == 4
    assert [lead(conn, number).owner for number in numbers] == [irina, oleg, irina, irina, None]
    assert lead(conn, numbers[-1]).waiting == {"code": "all_full", "rule": "otherwise"}


def test_the_hottest_then_the_oldest_come_first(conn: psycopg.Connection[Any]) -> None:
    hire(conn, "irina", capacity=2)
    cool = ripen(conn, 1, looks=0, now=NOW)
    older, newer = ripen(conn, 2, now=NOW + 1), ripen(conn, 3, now=NOW + 2)
    hand_over_ripe(conn, now=NOW + 3)
    assert lead(conn, older).owner is not None
    assert lead(conn, newer).owner is not None
    assert lead(conn, cool).owner is None


def test_nobody_free_is_waiting_with_a_reason_told_once_until_somebody_comes(conn: psycopg.Connection[Any]) -> None:
    irina = hire(conn, "irina")
    presence.set_present(conn, irina, present=False, user=None, now=NOW)
    number = ripen(conn, 1)
    assert hand_over_ripe(conn, now=NOW) == 0
    assert hand_over_ripe(conn, now=NOW + 1) == 0
    assert history(conn, number) == ["captured", "ripe", "waiting"]
    assert lead(conn, number).waiting == {"code": "nobody_free", "rule": "otherwise"}
    evening = NOW + 8 * HOUR
    hand_over_ripe(conn, now=evening)
    assert lead(conn, number).waiting == {"code": "outside_hours", "rule": "otherwise", "until": NOW + 43 * HOUR // 2}
    presence.set_present(conn, irina, present=True, user=None, now=NOW)
    assert hand_over_ripe(conn, now=NOW + 43 * HOUR // 2) == 1
    assert lead(conn, number).owner == irina


def test_a_router_looks_at_those_who_wait_when_something_changed_for_a_seller(conn: psycopg.Connection[Any]) -> None:
    irina = hire(conn, "irina", capacity=0)
    number, router = ripen(conn, 1), Router()
    assert [router.turn(conn, now=NOW + turn) for turn in range(3)] == [0, 0, 0]
    people.save_seller(conn, irina, team="sales", calendar="office", capacity=1, user=None, now=NOW)
    assert router.turn(conn, now=NOW + 3) == 1
    assert lead(conn, number).owner == irina


def test_public_holidays_are_not_worked(conn: psycopg.Connection[Any]) -> None:
    people.save_calendar(
        conn, "office", time_zone="Europe/Moscow", hours=OFFICE_HOURS, holidays="RU", user=None, now=NOW
    )
    hire(conn, "irina")
    womens_day_observed = NOW + 7 * DAY
    number = ripen(conn, 1, now=womens_day_observed)
    assert hand_over_ripe(conn, now=womens_day_observed) == 0
    tomorrow_at_nine = womens_day_observed + 43 * HOUR // 2
    assert lead(conn, number).waiting == {"code": "outside_hours", "rule": "otherwise", "until": tomorrow_at_nine}


def test_a_seller_on_leave_or_gone_gets_nothing(conn: psycopg.Connection[Any]) -> None:
    irina, oleg = hire(conn, "irina"), hire(conn, "oleg")
    presence.set_leave(conn, irina, away_until=NOW + HOUR, user=None, now=NOW)
    people.change_user(
        conn, oleg, role="seller", first_name="", last_name="", email="", active=False, user=None, now=NOW
    )
    number = ripen(conn, 1)
    assert hand_over_ripe(conn, now=NOW) == 0
    presence.set_leave(conn, irina, away_until=None, user=None, now=NOW)
    assert hand_over_ripe(conn, now=NOW) == 1
    assert lead(conn, number).owner == irina


def test_presence_is_a_matter_of_sellers_only(conn: psycopg.Connection[Any]) -> None:
    with pytest.raises(presence.NotASeller):
        presence.set_present(conn, 1, present=True, user=None, now=NOW)
    with pytest.raises(presence.NotASeller):
        presence.set_leave(conn, 1, away_until=NOW, user=None, now=NOW)


def test_several_routers_hand_each_lead_over_once(conn: psycopg.Connection[Any], database_url: str) -> None:
    hire(conn, "irina")
    numbers = [ripen(conn, number) for number in range(1, 9)]

    def route(_: int) -> int:
        with connect(database_url) as own:
            return hand_over_ripe(own, now=NOW)

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(route, range(8))) == 8
    assert [history(conn, number).count("handed over") for number in numbers] == [1] * 8
    assert len(mails(conn)) == 8


def test_the_mail_says_why_and_what_to_say_in_the_sellers_language(conn: psycopg.Connection[Any]) -> None:
    hire(conn, "irina", language="ru")
    number = ripen(conn, 1)
    hand_over_ripe(conn, now=NOW)
    text = conn.execute("SELECT text FROM outbox").fetchone()
    assert text is not None
    assert text[0].splitlines() == [
        "Lead 1, head",
        "Почему: prices × 3, head. Баллы 50.",
        "Начните с: prices, сегодня.",
        "Первый контакт — до 11:35.",
        "Почта: lead1@plant.example",
        "",
        f"http://localhost:8000/leads/{number}/",
    ]


def test_the_agreement_says_who_hears_of_it_and_how(conn: psycopg.Connection[Any]) -> None:
    by = {"seller": ["browser"], "team": ["mail"], "head_of_sales": ["mail", "browser"]}
    put_in_force(conn, {**SALES, "automate": {"notify": by}}, start=1)
    person(conn, "boss", role="head_of_sales")
    hire(conn, "irina", calendar="office", team=None)
    oleg, _ = hire(conn, "oleg"), hire(conn, "maria", capacity=0)
    number = ripen(conn, 1)
    hand_over_ripe(conn, now=NOW)
    assert lead(conn, number).owner == oleg
    boss = {("mail", "boss"), ("browser", "boss")}
    assert told(conn, "handed over") == {("browser", "oleg"), ("mail", "oleg"), ("mail", "maria"), *boss}
    assert {mail[1:] for mail in mails(conn)} == {
        ("oleg@pumps.example", "A · 5:00 · Lead 1"),
        ("maria@pumps.example", "A · handed over · Lead 1"),
        ("boss@pumps.example", "A · handed over · Lead 1"),
    }


@pytest.mark.parametrize("chat", [None, 7])
def test_by_telegram_hears_who_linked_a_chat_and_by_mail_who_did_not(
    conn: psycopg.Connection[Any], chat: int | None
) -> None:
    by = {"seller": ["telegram", "browser"], "team": ["telegram", "mail"]}
    put_in_force(conn, {**SALES, "automate": {"notify": by}}, start=1)
    conn.execute('UPDATE "user" SET telegram_chat = %s WHERE id = %s', (chat, hire(conn, "irina")))
    ripen(conn, 1)
    hand_over_ripe(conn, now=NOW)
    linked = {("telegram", "irina")} if chat else set()
    assert told(conn, "handed over") == {*linked, ("browser", "irina"), ("mail", "irina")}


def test_nothing_is_handed_over_during_a_rebuild(conn: psycopg.Connection[Any], database_url: str) -> None:
    hire(conn, "irina")
    ripen(conn, 1)
    with connect(database_url) as other, work_stopped(other), pytest.raises(Rebuilding):
        hand_over_ripe(conn, now=NOW)
    assert hand_over_ripe(conn, now=NOW) == 1
