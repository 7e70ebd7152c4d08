"""Response clocks run in working time and carry what follows when they run out."""

from pomona.domain.agreement import OverdueAction
from pomona.domain.condition import Situation
from pomona.domain.deadlines import Clock, clock_document, first_contact, overdue_actions
from pomona.domain.event import DAY, HOUR, MINUTE
from pomona.domain.profile import EMPTY_PROFILE, observe
from pomona.domain.scoring import situation_of
from pomona.domain.tally import EMPTY_TALLY
from pomona.domain.working_time import read_calendar
from tests.domain.facts import NOW, agreement, fact

OFFICE = read_calendar("Europe/Moscow", {str(day): [["09:00", "18:00"]] for day in range(5)})
RESPOND = """
ready:
  fit: [{name: head, when: {trait: job_title, in: [head]}, points: 60}]
  grades: {A: 60, B: pass_mark}
respond:
  first_contact:
    - when: {grade: A}
      within: 5m
      remind_at: 3m
      overdue: [reassign, {second_time: {notify: head_of_sales}}]
    - {when: {region: [RU-TA]}, within: 1h, overdue: [notify]}
    - {otherwise: 1wd}
"""


def situation(respond: str = RESPOND, **traits: str) -> Situation:
    profile = observe(EMPTY_PROFILE, [fact("identify", NOW, traits=traits)])
    return situation_of(agreement(respond), profile, EMPTY_TALLY, at=NOW, captured_at=NOW)


def clock(asked: Situation, *, start: int = NOW) -> Clock:
    return first_contact(asked.agreement.respond, asked, OFFICE, start=start)


def test_the_hottest_are_due_first() -> None:
    found = clock(situation(job_title="head"))
    assert (found.within, found.remind_at, found.due_at) == (5 * MINUTE, NOW + 3 * MINUTE, NOW + 5 * MINUTE)


def test_a_clock_goes_on_the_next_morning() -> None:
    evening = NOW + 6 * HOUR + 28 * MINUTE
    found = clock(situation(job_title="head"), start=evening)
    assert found.within == 5 * MINUTE
    assert found.due_at == evening + 15 * HOUR + 5 * MINUTE


def test_what_is_not_known_falls_through_to_otherwise() -> None:
    found = clock(situation())
    assert (found.within, found.due_at, found.remind_at) == (9 * HOUR, NOW + DAY, None)


def test_the_clock_carries_what_follows_and_from_which_time_on() -> None:
    document = clock_document(clock(situation(job_title="head")))
    assert overdue_actions(document, count=1) == (OverdueAction(do="reassign"),)
    assert overdue_actions(document, count=2) == (
        OverdueAction(do="reassign"),
        OverdueAction(do="notify", whom="head_of_sales", from_time=2),
    )
    assert overdue_actions({}, count=1) == ()
