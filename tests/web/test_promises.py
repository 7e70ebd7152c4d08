"""The promise board: what each side promised and kept, week by week; each number leads to exactly its leads."""

import html
import re
from datetime import date
from itertools import pairwise
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pomona.domain.event import DAY, HOUR, MINUTE, By, Event, Kind, message_key
from pomona.domain.promises import Verdict
from pomona.domain.stages import Decision
from pomona.journal.append import append
from tests.actions.engine import HOUSE, put_in_force
from tests.web.conftest import LogIn

Conn = psycopg.Connection[Any]
MONDAY = 1_772_398_800_000_000
"""2026-03-02 00:00 in Moscow."""
NOW = MONDAY + 16 * DAY
MARKETING = {"mql_per_week": 3, "accepted_share": 0.5, "hand_over_within": "2h", "handed_over_in_time": 0.8}
AGREED = {
    **HOUSE,
    "runs": {"time_zone": "Europe/Moscow"},
    "promise": {"marketing": MARKETING, "sales": {"deadlines_kept": 0.5}},
}
Told = tuple[int, Decision, int, dict[str, Any]]
"""A lead, what was decided about it, how long after that Monday, and the decision's body."""


def _write(conn: Conn, told: list[Told], *, agreement: str = "default") -> None:
    events = [
        Event(
            key=message_key("test", f"{number} {lead} {name} {after}"),
            t=MONDAY + after,
            received_at=MONDAY + after,
            kind=Kind.DECISION,
            name=name,
            by=By.POMONA,
            lead=lead,
            agreement=agreement,
            version=1,
            body=body,
        )
        for number, (lead, name, after, body) in enumerate(told)
    ]
    with conn.transaction():
        append(conn, events)


def _ripe(lead: int, at: int, *, acted: int = 0) -> Told:
    acted_at = MONDAY + at - acted
    return (lead, Decision.RIPE, at, {"acted_at": acted_at, "hand_over_by": acted_at + 2 * HOUR})


def _handed_over(lead: int, at: int, *, within: int = HOUR) -> Told:
    return (lead, Decision.HANDED_OVER, at, {"due_at": MONDAY + at + within, "within": within})


def _user(role: str = "marketing") -> Any:
    from pomona.store.models import User

    return User.objects.filter(username=role).first() or User.objects.create(username=role, role=role)


def _board(*, now: int = NOW, count: int = 3) -> Any:
    from pomona.store.reads.agreements import agreement
    from pomona.store.reads.promises import board

    line = agreement(_user(), "default")
    assert line is not None
    return board(_user(), line, count=count, now=now)


def _behind(monday: date, number: Any, *, now: int = NOW) -> list[int]:
    from pomona.store.reads.agreements import agreement
    from pomona.store.reads.promises import leads_behind

    line = agreement(_user(), "default")
    assert line is not None
    return [each.lead for each in leads_behind(_user(), line, monday, number, now=now)]


def test_a_week_shows_its_own_leads_and_what_became_of_them(conn: Conn) -> None:
    from pomona.store.reads.promises import Number

    put_in_force(conn, AGREED, start=MONDAY - 30 * DAY)
    late = {"reason": "no need"}
    _write(
        conn,
        [
            _ripe(1, HOUR, acted=MINUTE),
            _handed_over(1, 2 * HOUR),
            (1, Decision.CONTACTED, 2 * HOUR + MINUTE, {"worked": MINUTE}),
            (1, Decision.ACCEPTED, 2 * HOUR + MINUTE, {}),
            _ripe(2, DAY),
            _handed_over(2, DAY + 3 * HOUR),
            (2, Decision.OVERDUE, DAY + 4 * HOUR, {}),
            (2, Decision.RETURNED, DAY + 5 * HOUR, late),
            _ripe(3, 7 * DAY),
        ],
    )
    running, following, week = _board()
    assert [each.is_running for each in (running, following, week)] == [True, False, False]
    assert (week.done.ripe, following.done.ripe, running.done.ripe) == (2, 1, 0)
    assert (week.done.accepted.hits, week.done.accepted.total) == (1, 2)
    assert (week.done.in_time.hits, week.done.in_time.total) == (1, 2)
    assert (week.done.answered.hits, week.done.answered.total) == (1, 2)
    assert week.kept.ripe.verdict == Verdict.BROKEN
    assert week.kept.accepted.verdict == Verdict.KEPT
    assert week.response.to_handover.median == HOUR + MINUTE
    assert (week.response.to_contact.median, week.response.to_contact_worked.median) == (MINUTE, MINUTE)
    assert _behind(date(2026, 3, 2), Number.LATE) == [2]
    assert _behind(date(2026, 3, 9), Number.WAITING) == [3]


def test_the_time_of_all_who_held_a_lead_counts_until_first_contact(conn: Conn) -> None:
    put_in_force(conn, AGREED, start=MONDAY - 30 * DAY)
    _write(
        conn,
        [
            _ripe(1, HOUR),
            _handed_over(1, HOUR, within=5 * MINUTE),
            (1, Decision.OVERDUE, HOUR + 5 * MINUTE, {}),
            (1, Decision.WAITING, HOUR + 5 * MINUTE, {}),
            _handed_over(1, 2 * HOUR, within=5 * MINUTE),
            (1, Decision.CONTACTED, 2 * HOUR + 2 * MINUTE, {"worked": 2 * MINUTE}),
        ],
    )
    week = _board()[-1]
    assert week.response.to_contact.median == HOUR + 2 * MINUTE
    assert week.response.to_contact_worked.median == 7 * MINUTE
    assert (week.done.answered.hits, week.done.answered.total) == (0, 1)


def test_the_promise_is_that_of_the_version_in_force_and_a_part_of_a_week_breaks_no_number(conn: Conn) -> None:
    put_in_force(conn, AGREED, start=MONDAY + 2 * DAY)
    put_in_force(conn, {**AGREED, "promise": {"marketing": {"mql_per_week": 9}}}, start=MONDAY + 9 * DAY)
    running, following, first = _board()
    assert [week.version for week in (running, following, first)] == [2, 2, 1]
    assert (first.is_whole, following.is_whole, running.is_whole) == (False, True, False)
    assert (first.kept.ripe.verdict, following.kept.ripe.verdict) == (Verdict.OPEN, Verdict.BROKEN)
    assert len(_board(count=9)) == 3


def test_a_merged_lead_counts_once(conn: Conn) -> None:
    put_in_force(conn, AGREED, start=MONDAY - 30 * DAY)
    _write(conn, [_ripe(1, HOUR), _ripe(2, HOUR), (2, Decision.ABSORBED, 2 * HOUR, {"into": 1})])
    assert _board()[-1].done.ripe == 1


def test_a_seller_may_not_see_it() -> None:
    from pomona.store.access import NotAllowed
    from pomona.store.reads.agreements import AgreementLine
    from pomona.store.reads.promises import board

    with pytest.raises(NotAllowed):
        board(_user("seller"), AgreementLine("default", "", ()), count=1, now=NOW)


STEPS = (
    Decision.HANDED_OVER,
    Decision.ACCEPTED,
    Decision.CONTACTED,
    Decision.OVERDUE,
    Decision.RETURNED,
    Decision.WON,
    Decision.RIPE,
)
WALKS = st.lists(st.lists(st.tuples(st.sampled_from(STEPS), st.integers(1, 40)), max_size=6), max_size=6)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(WALKS)
def test_every_number_leads_to_exactly_its_people(conn: Conn, walks: list[list[tuple[Decision, int]]]) -> None:
    from pomona.store.reads.promises import Number

    conn.execute("TRUNCATE journal, message_key, agreement CASCADE")
    put_in_force(conn, AGREED, start=MONDAY - 30 * DAY)
    told: list[Told] = []
    for lead, walk in enumerate(walks, 1):
        at = HOUR
        told.append(_ripe(lead, at))
        for step, hours in walk:
            at += hours * HOUR
            told.append({Decision.RIPE: _ripe, Decision.HANDED_OVER: _handed_over}.get(step, _plain(step))(lead, at))
    _write(conn, told)
    weeks = _board()
    assert all(later.week.start == earlier.week.end for later, earlier in pairwise(weeks))
    for week in weeks:
        for number in Number:
            assert week.counts[number] == len(_behind(week.week.monday, number)), (week.week.monday, number)


def _plain(step: Decision) -> Any:
    return lambda lead, at: (lead, step, at, {"worked": HOUR} if step == Decision.CONTACTED else {})


def test_the_pages_say_what_was_promised_and_lead_to_the_people(log_in: LogIn, leads: dict[str, int]) -> None:
    browser = log_in("head", "en")
    assert "Ripe leads" in browser.get("/agreements/promises/").content.decode()
    page = browser.get("/agreements/promises/of/default/").content.decode()
    numbers = re.findall(r'class="figure" href="([^"]+)"[^>]*>(\d+)<', page)
    assert any(int(count) for _, count in numbers)
    for address, count in numbers:
        people = browser.get(html.unescape(address)).content.decode()
        assert people.count("data-row ") == int(count), address


def test_the_pages_speak_russian_and_every_link_to_them_is_there(log_in: LogIn, leads: dict[str, int]) -> None:
    browser = log_in("marketing", "ru")
    for address in ("/funnel/", "/agreements/", "/agreements/of/default/"):
        assert "Обещано и сдержано" in browser.get(address).content.decode()
    assert "Что обещали и что сдержали?" in browser.get("/agreements/promises/of/default/").content.decode()
    assert browser.get("/agreements/promises/leads/default/?week=yesterday").status_code == 200
    assert browser.get("/agreements/promises/of/nothing/").status_code == 404


def test_a_seller_finds_no_way_there(log_in: LogIn, leads: dict[str, int]) -> None:
    browser = log_in("seller", "en")
    assert browser.get("/agreements/promises/").status_code == 403
    assert "/agreements/promises/" not in browser.get("/agreements/").content.decode()
