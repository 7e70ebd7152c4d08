"""What new facts decide about a lead."""

from typing import Any

import msgspec

from pomona.domain.agreement import Agreement
from pomona.domain.condition import Situation
from pomona.domain.event import DAY, HOUR, Event
from pomona.domain.judgement import is_known, judge, woken_by
from pomona.domain.profile import EMPTY_PROFILE, observe
from pomona.domain.scoring import EMPTY_TALLY, count, situation_of
from pomona.domain.stages import Decision, Lead, Stage
from tests.domain.facts import NOW, agreement, fact

LEAD = Lead(id=1, anchor=b"e", stage=Stage.MCL, captured_at=NOW - DAY, cycle_from=0)
POINTS = """
campaign: %s
ready:
  pass_mark: {start: 20, min: 20, max: 20}
  grades: {A: 40, B: pass_mark}
  interest: [{name: prices, when: {event: page}, points: %d, at_most: %d}]
  never: [{name: competitor, when: {trait: company.name, is: rival}}]
  mql: {score: pass_mark}
  won: {event: contract signed, within: 90d}
  returned: {reasons: [later], unless: {event: call back requested}}
"""


def under(name: str = "spring", points: int = 20, *, version: int = 1) -> Agreement:
    """An agreement that gives so many points for each of two looks at a page."""
    return msgspec.structs.replace(agreement(POINTS % (name, points, 2 * points)), version=version)


def asked(terms: Agreement, *facts: Event) -> Situation:
    """The lead's situation after these facts."""
    tally = count(terms, EMPTY_TALLY, facts, cycle_from=0)
    return situation_of(terms, observe(EMPTY_PROFILE, facts), tally, at=NOW, captured_at=LEAD.captured_at)


def moved(**changes: Any) -> Lead:
    """The lead, changed."""
    return msgspec.structs.replace(LEAD, **changes)


LOOK = fact("page", NOW - HOUR, number=7)


def test_a_ripe_lead_carries_its_score_with_every_point_and_the_reason() -> None:
    verdict = judge(LEAD, [asked(under(version=4), LOOK)])
    assert verdict is not None
    assert (verdict.decision, verdict.agreement, verdict.version) == (Decision.RIPE, "spring", 4)
    event = {"t": LOOK.t, "key": str(LOOK.key), "amount": 20_000}
    points = {"rule": "prices", "section": "interest", "amount": 20_000, "events": [event]}
    assert verdict.body["points"] == [points]
    assert (verdict.body["score"], verdict.body["grade"]) == (20_000, "B")
    assert verdict.body["because"]["mql"]


def test_among_several_ripe_agreements_grade_then_points_then_the_newest_touch_decide() -> None:
    poor, good, better = under("poor", 20), under("good", 45), under("better", 50)
    for order in ([poor, good, better], [better, poor, good]):
        verdict = judge(LEAD, [asked(terms, LOOK) for terms in order])
        assert verdict is not None
        assert verdict.agreement == "better"
    newest = judge(LEAD, [asked(under("newest"), LOOK), asked(under("older"), LOOK)])
    assert newest is not None
    assert newest.agreement == "newest"


def test_whoever_is_barred_or_below_the_mark_or_already_with_sales_does_not_ripen() -> None:
    rival = fact("identify", NOW - HOUR, traits={"company.name": "Rival"})
    assert judge(LEAD, [asked(under(), LOOK, rival)]) is None
    assert judge(LEAD, [asked(under(points=19), LOOK)]) is None
    for stage in (Stage.SAL, Stage.SQL, Stage.LOST, Stage.NURTURE, Stage.DISQUALIFIED):
        assert judge(moved(stage=stage), [asked(under(), LOOK)]) is None


def test_a_waiting_lead_is_disqualified_by_a_never_rule_of_its_own_agreement_one_with_a_seller_is_not() -> None:
    rival = asked(under(), fact("identify", NOW - HOUR, traits={"company.name": "Rival"}))
    verdict = judge(moved(stage=Stage.MQL, agreement="spring"), [rival])
    assert verdict is not None
    assert (verdict.decision, verdict.body) == (Decision.DISQUALIFIED, {"reason": "competitor"})
    assert judge(moved(stage=Stage.MQL, agreement="other"), [rival]) is None
    assert judge(moved(stage=Stage.MQL, agreement="spring", owner=7), [rival]) is None


def test_a_signed_contract_wins_at_every_stage_but_once() -> None:
    signed = asked(under(), fact("contract signed", NOW - HOUR))
    for stage in Stage:
        verdict = judge(moved(stage=stage), [signed])
        assert (verdict is not None and verdict.decision == Decision.WON) == (stage != Stage.WON)


def test_only_what_came_after_the_return_wakes_a_nurtured_lead() -> None:
    early, late = fact("call back requested", NOW - 2 * HOUR), fact("call back requested", NOW - HOUR)
    asleep = moved(stage=Stage.NURTURE, returned_at=NOW - HOUR)
    assert woken_by(asleep, under(), EMPTY_PROFILE, [late, early], at=NOW) == late
    assert woken_by(asleep, under(), EMPTY_PROFILE, [early, LOOK], at=NOW) is None
    assert woken_by(moved(stage=Stage.LOST, returned_at=0), under(), EMPTY_PROFILE, [late], at=NOW) is None


def test_without_any_agreement_whoever_can_be_reached_is_a_lead() -> None:
    profile = observe(EMPTY_PROFILE, [fact("identify", NOW, traits={"phone": "+74950000000"})])
    assert is_known((), profile, at=NOW)
    assert not is_known((), observe(EMPTY_PROFILE, [LOOK]), at=NOW)
    assert not is_known((agreement("ready: {pass_mark: 50, captured: {known: email}}"),), profile, at=NOW)
