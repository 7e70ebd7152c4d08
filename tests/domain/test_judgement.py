"""What new facts decide about a lead."""

from typing import Any

import msgspec

from pomona.domain.agreement import Agreement
from pomona.domain.condition import Situation
from pomona.domain.event import DAY, HOUR, By, Event
from pomona.domain.judgement import hold_out, is_known, judge, woken_by
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
        assert [each["agreement"] for each in verdict.body["also_ripe"]] == ["good", "poor"]
    ungraded = agreement("campaign: ungraded\nready: {pass_mark: 9000, mql: {event: page}}")
    verdict = judge(LEAD, [asked(ungraded, LOOK), asked(poor, LOOK)])
    assert verdict is not None
    assert verdict.agreement == "poor"
    newest = judge(LEAD, [asked(under("newest"), LOOK), asked(under("older"), LOOK)])
    assert newest is not None
    assert newest.agreement == "newest"


def test_whoever_is_barred_or_below_the_mark_or_already_with_sales_does_not_ripen() -> None:
    rival = fact("identify", NOW - HOUR, traits={"company.name": "Rival"})
    assert judge(LEAD, [asked(under(), LOOK, rival)]) is None
    assert judge(LEAD, [asked(under(points=19), LOOK)]) is None
    for stage in (Stage.SAL, Stage.SQL, Stage.LOST, Stage.NURTURE, Stage.DISQUALIFIED):
        assert judge(moved(stage=stage), [asked(under(), LOOK)]) is None


def test_a_waiting_lead_is_disqualified_by_a_never_rule_of_its_pinned_version_one_with_a_seller_is_not() -> None:
    rival = asked(under(), fact("identify", NOW - HOUR, traits={"company.name": "Rival"}))
    verdict = judge(moved(stage=Stage.MQL), [], rival)
    assert verdict is not None
    assert (verdict.decision, verdict.body) == (Decision.DISQUALIFIED, {"reason": "competitor"})
    assert judge(moved(stage=Stage.MQL), [rival], asked(under("other"))) is None
    assert judge(moved(stage=Stage.MQL, owner=7), [], rival) is None


def test_a_signed_contract_wins_at_every_stage_but_once() -> None:
    signed = asked(under(), fact("contract signed", NOW - HOUR))
    for stage in Stage:
        verdict = judge(moved(stage=stage), [signed])
        assert (verdict is not None and verdict.decision == Decision.WON) == (stage != Stage.WON)


def test_the_pinned_version_alone_says_what_winning_is() -> None:
    signed = fact("contract signed", NOW - HOUR)
    newer = under(version=2)
    older = msgspec.structs.replace(newer, version=1, ready=msgspec.structs.replace(newer.ready, won=None))
    in_work = moved(stage=Stage.SAL, agreement="spring", version=1)
    assert judge(in_work, [asked(newer, signed)], asked(older, signed)) is None
    verdict = judge(in_work, [asked(older, signed)], asked(newer, signed))
    assert verdict is not None
    assert (verdict.decision, verdict.version) == (Decision.WON, 2)


SQL = "ready: {sql: {all: [{bant: need, is: confirmed}, {bant: authority, at_least: partly}]}}"


def noted(criterion: str, state: str, *, by: By = By.SELLER, t: int = NOW - HOUR) -> Event:
    """What a seller notes."""
    return fact("qualification noted", t, by=by, properties={"criterion": criterion, "state": state})


def test_a_lead_in_work_is_qualified_when_what_is_noted_is_what_was_agreed() -> None:
    terms = agreement(SQL)
    need, authority = noted("need", "confirmed"), noted("authority", "partly")
    verdict = judge(moved(stage=Stage.SAL), [], asked(terms, need, authority))
    assert verdict is not None
    assert verdict.decision == Decision.QUALIFIED
    assert [each["about"] for each in verdict.body["because"]["sql"]] == ["need", "authority"]
    assert judge(moved(stage=Stage.SAL), [], asked(terms, need)) is None
    assert judge(moved(stage=Stage.SAL), [], asked(terms, need, noted("authority", "partly", by=By.PERSON))) is None
    for stage in (Stage.MQL, Stage.SQL, Stage.NURTURE):
        assert judge(moved(stage=stage), [], asked(terms, need, authority)) is None


def woken(lead: Lead, terms: Agreement, facts: list[Event], new: list[Event]) -> Event | None:
    """The fact that wakes the lead, of those it has."""
    ordered = sorted(facts, key=lambda each: each.order)
    return woken_by(lead, asked(terms, *ordered), ordered, new)


def test_only_what_came_after_the_return_wakes_a_nurtured_lead() -> None:
    early, late = fact("call back requested", NOW - 2 * HOUR), fact("call back requested", NOW - HOUR)
    asleep = moved(stage=Stage.NURTURE, returned_at=NOW - HOUR)
    assert woken(asleep, under(), [late, early], [late, early]) == late
    assert woken(asleep, under(), [early, LOOK], [early, LOOK]) is None
    assert woken(moved(stage=Stage.LOST, returned_at=0), under(), [late], [late]) is None


def test_what_came_in_several_batches_since_the_return_counts_together() -> None:
    terms = agreement("ready: {returned: {reasons: [later], unless: {event: page, times: 2}}}")
    first, second = fact("page", NOW - 2 * HOUR), fact("page", NOW - HOUR)
    asleep = moved(stage=Stage.NURTURE, returned_at=NOW - DAY)
    assert woken(asleep, terms, [first], [first]) is None
    assert woken(asleep, terms, [first, second], [second]) == second
    assert woken(asleep, terms, [first, second], [first]) == second, "a late one"
    other = fact("identify", NOW)
    assert woken(asleep, terms, [first, second, other], [other]) == other, "it was not asked before"


def test_without_any_agreement_whoever_can_be_reached_is_a_lead() -> None:
    profile = observe(EMPTY_PROFILE, [fact("identify", NOW, traits={"phone": "+74950000000"})])
    assert is_known((), profile, at=NOW)
    assert not is_known((), observe(EMPTY_PROFILE, [LOOK]), at=NOW)
    by_email, by_phone = (agreement(f"ready: {{captured: {{known: {trait}}}}}") for trait in ("email", "phone"))
    assert not is_known((by_email,), profile, at=NOW)
    assert is_known((by_email, by_phone), profile, at=NOW)


def held(name: str = "spring", share: float = 0.5) -> Agreement:
    """An agreement that hands this share over below the mark; the lot of `spring` falls on lead 1, not on 2."""
    terms = under(name)
    return msgspec.structs.replace(terms, ready=msgspec.structs.replace(terms.ready, holdout=share))


def test_the_lot_hands_over_a_lead_below_the_mark_with_its_real_score() -> None:
    verdict = hold_out(LEAD, [asked(held())], counted=())
    assert verdict is not None
    assert (verdict.decision, verdict.agreement) == (Decision.HOLDOUT, "spring")
    assert (verdict.body["score"], verdict.body["grade"], verdict.body["share"]) == (0, None, 0.5)
    assert hold_out(moved(id=2), [asked(held())], counted=()) is None
    assert hold_out(LEAD, [asked(held(share=0.0))], counted=()) is None


def test_nobody_is_drawn_twice_nor_barred_nor_in_a_later_cycle_nor_with_sales() -> None:
    rival = fact("identify", NOW - HOUR, traits={"company.name": "Rival"})
    assert hold_out(LEAD, [asked(held())], counted={"spring"}) is None
    assert hold_out(LEAD, [asked(held(), rival)], counted=()) is None
    assert hold_out(moved(cycle_from=NOW - DAY), [asked(held())], counted=()) is None
    assert hold_out(moved(stage=Stage.SAL), [asked(held())], counted=()) is None
