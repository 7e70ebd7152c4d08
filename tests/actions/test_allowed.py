"""What a role may not do is refused by the action itself, whichever page or program asks."""

from collections.abc import Callable
from datetime import date
from typing import Any

import psycopg
import pytest

from pomona.actions import people, presence, sources
from pomona.actions.agreements import propose, save_draft
from pomona.actions.erase import erase
from pomona.actions.fold import fold_again
from pomona.actions.identity import merge, split
from pomona.actions.pass_mark import move_pass_mark
from pomona.actions.poison import lay_aside
from pomona.actions.spend import record_spend
from pomona.domain.errors import PomonaError
from pomona.domain.spend import CampaignDay
from pomona.store.powers import ADMINISTRATOR, HEAD_OF_SALES, MARKETING, ROLES, SELLER, NotAllowed
from tests.actions import sales
from tests.conftest import NOW

Conn = psycopg.Connection[Any]
Act = Callable[[Conn, int], object]

WHO_MAY: dict[str, tuple[Act, set[str]]] = {
    "merge": (lambda conn, user: merge(conn, 1, 2, user=user, now=NOW), {ADMINISTRATOR, MARKETING, HEAD_OF_SALES}),
    "split": (lambda conn, user: split(conn, 1, (), user=user, now=NOW), {ADMINISTRATOR, MARKETING, HEAD_OF_SALES}),
    "erase": (lambda conn, user: erase(conn, 1, user=user, now=NOW), {ADMINISTRATOR}),
    "write an agreement": (
        lambda conn, user: save_draft(conn, "campaign: spring\n", user=user, now=NOW),
        {ADMINISTRATOR, MARKETING, HEAD_OF_SALES},
    ),
    "propose an agreement": (
        lambda conn, user: propose(conn, 1, user=user, now=NOW),
        {ADMINISTRATOR, MARKETING, HEAD_OF_SALES},
    ),
    "move the pass mark": (
        lambda conn, user: move_pass_mark(conn, "spring", 50_000, until=None, user=user, now=NOW),
        {MARKETING, HEAD_OF_SALES},
    ),
    "tell what a campaign cost": (
        lambda conn, user: record_spend(conn, {CampaignDay("spring", date(2026, 3, 1)): 1}, user=user, now=NOW),
        {ADMINISTRATOR, MARKETING},
    ),
    "try poison again": (lambda conn, user: fold_again(conn, 1, user=user, now=NOW), {ADMINISTRATOR, MARKETING}),
    "lay poison aside": (lambda conn, user: lay_aside(conn, 1, user=user, now=NOW), {ADMINISTRATOR, MARKETING}),
    "make a source": (
        lambda conn, user: sources.create_source(conn, "site", "site", user=user, now=NOW),
        {ADMINISTRATOR, MARKETING},
    ),
    "issue a key": (
        lambda conn, user: sources.issue_write_key(conn, 1, user=user, now=NOW),
        {ADMINISTRATOR, MARKETING},
    ),
    "revoke a key": (
        lambda conn, user: sources.revoke_write_key(conn, "k", user=user, now=NOW),
        {ADMINISTRATOR, MARKETING},
    ),
    "make a user": (
        lambda conn, user: people.create_user(conn, "new", role=SELLER, password_hash="!", user=user, now=NOW),
        {ADMINISTRATOR},
    ),
    "change a user": (
        lambda conn, user: people.change_user(
            conn, 99, role=ADMINISTRATOR, first_name="", last_name="", email="", user=user, now=NOW
        ),
        {ADMINISTRATOR},
    ),
    "set a password": (
        lambda conn, user: people.set_password(conn, 99, password_hash="!", user=user, now=NOW),
        {ADMINISTRATOR},
    ),
    "save a team": (
        lambda conn, user: people.save_team(conn, "volga", user=user, now=NOW),
        {ADMINISTRATOR, HEAD_OF_SALES},
    ),
    "save working hours": (
        lambda conn, user: people.save_calendar(
            conn, "office", time_zone="Europe/Moscow", hours=sales.OFFICE_HOURS, user=user, now=NOW
        ),
        {ADMINISTRATOR, HEAD_OF_SALES},
    ),
    "save a seller": (
        lambda conn, user: people.save_seller(conn, 99, user=user, now=NOW),
        {ADMINISTRATOR, HEAD_OF_SALES},
    ),
    "say that another is present": (
        lambda conn, user: presence.set_present(conn, 99, present=True, user=user, now=NOW),
        {ADMINISTRATOR, HEAD_OF_SALES},
    ),
    "send on leave": (
        lambda conn, user: presence.set_leave(conn, 99, away_until=None, user=user, now=NOW),
        {ADMINISTRATOR, HEAD_OF_SALES},
    ),
}


@pytest.mark.parametrize("act", WHO_MAY)
def test_each_action_asks_who_may(conn: Conn, act: str) -> None:
    attempt, allowed = WHO_MAY[act]
    for role in ROLES:
        assert _may(conn, attempt, sales.person(conn, role, role=role)) is (role in allowed), role


def test_a_user_who_may_log_in_no_more_may_do_nothing(conn: Conn) -> None:
    user = sales.person(conn, "admin", role=ADMINISTRATOR)
    conn.execute('UPDATE "user" SET is_active = false')
    assert not any(_may(conn, attempt, user) for attempt, _ in WHO_MAY.values())


def test_a_refusal_changes_nothing_and_is_told_in_both_languages(conn: Conn) -> None:
    seller = sales.person(conn, "irina", role=SELLER)
    with pytest.raises(NotAllowed) as refused:
        people.save_team(conn, "volga", user=seller, now=NOW)
    assert conn.execute("SELECT FROM team").fetchall() == []
    assert refused.value.text("ru") != refused.value.text("en")


def test_sellers_say_for_themselves_that_they_are_there(conn: Conn) -> None:
    sales.open_office(conn)
    irina, oleg = sales.hire(conn, "irina"), sales.hire(conn, "oleg")
    presence.set_present(conn, irina, present=False, user=irina, now=NOW)
    with pytest.raises(NotAllowed):
        presence.set_present(conn, oleg, present=False, user=irina, now=NOW)
    assert conn.execute("SELECT user_id FROM seller WHERE NOT present").fetchall() == [(irina,)]


def test_whoever_runs_commands_on_the_machine_may_do_everything(conn: Conn) -> None:
    user = people.create_user(conn, "first", role=ADMINISTRATOR, password_hash="!", user=None, now=NOW)
    people.save_seller(conn, user, user=None, now=NOW)
    presence.set_leave(conn, user, away_until=NOW, user=None, now=NOW)


def _may(conn: Conn, attempt: Act, user: int) -> bool:
    """Whether the action went on after asking who it is; what it speaks of may not exist."""
    try:
        attempt(conn, user)
    except PomonaError as error:
        return not isinstance(error, NotAllowed)
    return True
