from pomona.domain.agreement import Agreement
from pomona.domain.condition import Situation
from pomona.domain.event import DAY, Event
from pomona.domain.profile import EMPTY_PROFILE, observe
from pomona.domain.ripeness import Readiness
from pomona.domain.scoring import EMPTY_TALLY, count, situation_of
from pomona.domain.walk import walk, what_is_missing
from tests.domain.facts import NOW, agreement, fact

TERMS = """
ready:
  never: [{name: rival, when: {trait: company.name, is: rival}}]
  fit:
    - {name: head, when: {trait: job_title, is: head}, points: 20}
    - {name: size, by: company.employees, points: {"0..49": 0, "50..": 10}}
    - {name: free mail, when: {trait: email, kind: free_mail}, points: -10}
  interest:
    - {name: prices, when: {event: page, path: /pricing*}, points: 10, half_life: 10d, at_most: 30}
    - {name: guide, when: {event: content downloaded}, points: 5, once: true}
    - {name: days, when: {event: page}, points: 1, once_per: 1d, at_most: 5}
  answers: [{name: soon, when: {answer: timeline, in: [now]}, points: 30}]
  pass_mark: 50
  mql: {any: [{all: [{score: pass_mark}, {fit: {at_least: 10}}]}, {event: call back requested}]}
route:
  - {name: south, when: {region: RU-KDA}, to: {team: south}}
  - {name: heads, when: {trait: job_title, is: head}, to: {team: heads}}
  - {otherwise: {team: inbound}}
respond: {first_contact: [{when: {grade: A}, within: 5m}, {otherwise: 1h}]}
"""


def situation(*facts: Event, terms: Agreement | None = None) -> Situation:
    under = terms or agreement(TERMS)
    told = [fact("identify", NOW - 9 * DAY, traits={"email": "a@b.example", "job_title": "head"}), *facts]
    profile, tally = observe(EMPTY_PROFILE, told), count(under, EMPTY_TALLY, told, cycle_from=0)
    return situation_of(under, profile, tally, at=NOW, captured_at=NOW - 9 * DAY)


def test_every_rule_stands_with_its_answer_and_its_points() -> None:
    walked = walk(situation(fact("page", NOW - DAY, path="/pricing")))
    found = {step.rule.name: (step.holds, step.points.amount if step.points else 0) for step in walked.rules}
    assert found == {
        "head": (True, 20_000),
        "size": (None, 0),
        "free mail": (None, 0),
        "prices": (True, 9_330),
        "guide": (False, 0),
        "days": (True, 1_000),
        "soon": (None, 0),
    }
    assert walked.situation.score is not None
    assert sum(amount for _, amount in found.values()) == walked.situation.score.total
    assert (walked.captured.holds, walked.mql.holds, walked.readiness) == (True, False, Readiness.UNRIPE)
    assert [(name, each.holds) for name, each in walked.never] == [("rival", None)]


def test_the_first_line_that_is_true_decides_and_the_later_are_not_asked() -> None:
    walked = walk(situation())
    assert [(step.holds, step.asked) for step in walked.route] == [(None, True), (True, True), (True, False)]
    assert [(step.holds, step.asked) for step in walked.clocks] == [(False, True), (True, True)]


def test_the_smallest_single_rules_that_would_close_the_gap_come_first() -> None:
    found = what_is_missing(situation())
    assert found is not None
    assert (found.missing, found.alone) == (30_000, True)
    assert [(way.rule.name, way.gain, way.hits) for way in found.ways] == [("soon", 30_000, 0), ("prices", 30_000, 3)]


def test_further_hits_take_the_place_of_faded_ones() -> None:
    looked = [fact("page", NOW - 10 * DAY, path="/pricing") for _ in range(3)]
    found = what_is_missing(situation(*looked, fact("content downloaded", NOW)))
    assert found is not None
    by_name = {way.rule.name: (way.gain, way.hits) for way in found.ways}
    assert by_name["prices"] == (10_000, 2)  # 15 faded points give way to 20 fresh ones beside 5
    assert "guide" not in by_name  # once is once


def test_where_no_rule_alone_suffices_the_largest_are_named() -> None:
    poor = agreement(TERMS.replace("pass_mark: 50", "pass_mark: 500"))
    found = what_is_missing(situation(terms=poor))
    assert found is not None
    assert not found.alone
    assert [way.rule.name for way in found.ways] == ["prices", "soon", "size"]


def test_a_negative_rule_that_is_true_would_help_by_ending() -> None:
    terms = agreement(TERMS.replace("email, kind: free_mail", "job_title, is: head"))
    found = what_is_missing(situation(fact("page", NOW, path="/pricing"), terms=terms))
    assert found is not None
    assert found.missing == 29_000
    assert all(way.gain >= found.missing for way in found.ways)


def test_nothing_is_missing_at_the_pass_mark() -> None:
    assert what_is_missing(situation(fact("question answered", NOW, answers={"timeline": ["now"]}))) is None
