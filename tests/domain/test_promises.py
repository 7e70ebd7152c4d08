"""Promises are held against a week's leads: weeks on a wall clock, verdicts that say how sure they are."""

from datetime import date

import pytest

from pomona.domain.agreement import Promise, Span
from pomona.domain.deadlines import hand_over_by
from pomona.domain.event import DAY, HOUR, MINUTE
from pomona.domain.intervals import share
from pomona.domain.promises import Done, Verdict, judge_promises, week_of, weeks
from pomona.domain.working_time import ALWAYS_OPEN, read_calendar
from tests.domain.facts import NOW

OFFICE = read_calendar("Europe/Moscow", {str(day): [["09:00", "18:00"]] for day in range(5)})
NOTHING = share(0, 0)


def _done(**changes: object) -> Done:
    return Done(**({"ripe": 0, "accepted": NOTHING, "in_time": NOTHING, "answered": NOTHING} | changes))  # type: ignore[arg-type]


def test_weeks_follow_each_other_without_a_gap_and_hold_the_present() -> None:
    found = weeks("Europe/Moscow", count=5, now=NOW)
    assert found[0].start <= NOW < found[0].end
    assert [week.end for week in found[1:]] == [week.start for week in found[:-1]]
    assert all(week.monday.weekday() == 0 for week in found)


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2026, 3, 29), 167), (date(2026, 10, 25), 169), (date(2026, 7, 1), 168)]
)
def test_a_week_lasts_as_long_as_its_wall_clock_says(day: date, hours: int) -> None:
    week = week_of(day, "Europe/Berlin")
    assert week.end - week.start == hours * HOUR


def test_a_number_can_be_kept_early_and_is_broken_only_by_a_whole_week() -> None:
    promise = Promise(mql_per_week=10)
    verdicts = [
        judge_promises(promise, _done(ripe=ripe), is_whole=is_whole).ripe
        for ripe, is_whole in ((10, False), (9, False), (9, True))
    ]
    assert [each and each.verdict for each in verdicts] == [Verdict.KEPT, Verdict.OPEN, Verdict.BROKEN]


def test_a_share_is_kept_exactly_at_what_was_promised() -> None:
    promise = Promise(deadlines_kept=0.9)
    verdicts = [judge_promises(promise, _done(answered=share(hits, 100)), is_whole=True).answered for hits in (90, 89)]
    assert [each and each.verdict for each in verdicts] == [Verdict.KEPT, Verdict.BROKEN]


@pytest.mark.parametrize(("hits", "total", "few"), [(3, 3, True), (2, 4, True), (95, 100, False), (50, 100, False)])
def test_a_verdict_on_few_leads_says_so(hits: int, total: int, few: bool) -> None:
    kept = judge_promises(Promise(accepted_share=0.7), _done(accepted=share(hits, total)), is_whole=True)
    assert kept.accepted is not None
    assert kept.accepted.few == few


def test_what_nobody_promised_is_not_judged_and_nothing_is_no_verdict() -> None:
    kept = judge_promises(Promise(accepted_share=0.7), _done(ripe=5), is_whole=True)
    assert (kept.ripe, kept.in_time, kept.answered) == (None, None, None)
    assert kept.accepted is not None
    assert kept.accepted.verdict == Verdict.OPEN


def test_without_a_share_every_lead_must_be_handed_over_in_time() -> None:
    kept = judge_promises(Promise(hand_over_within=Span(time=MINUTE)), _done(in_time=share(99, 100)), is_whole=True)
    assert kept.in_time is not None
    assert kept.in_time.verdict == Verdict.BROKEN


def test_handover_is_promised_from_the_act_on_in_elapsed_or_working_time() -> None:
    friday_evening = NOW + 4 * DAY + 6 * HOUR
    elapsed, working = Span(time=2 * HOUR), Span(time=2 * HOUR, working=True)
    assert hand_over_by(Promise(hand_over_within=elapsed), ALWAYS_OPEN, acted_at=NOW) == NOW + 2 * HOUR
    monday = hand_over_by(Promise(hand_over_within=working), OFFICE, acted_at=friday_evening)
    assert monday == friday_evening + 2 * DAY + 17 * HOUR
    assert hand_over_by(Promise(), OFFICE, acted_at=NOW) is None
