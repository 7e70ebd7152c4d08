from pomona.domain.agreement import Agreement
from pomona.domain.agreement.values import HitRule
from pomona.domain.event import DAY
from pomona.domain.profile import EMPTY_PROFILE, observe
from pomona.domain.remedies import Case, agrees, knobs, remedies, turned
from pomona.domain.scoring import EMPTY_TALLY, count, situation_of
from tests.domain.facts import NOW, agreement, fact

TERMS = """
ready:
  fit:
    - {name: head, when: {trait: job_title, is: head}, points: 20}
    - {name: size, by: company.employees, points: {"0..49": 5, "50..": 10}}
    - {name: free mail, when: {trait: mail, is: free}, points: -10}
  interest: [{name: prices, when: {event: page}, points: 10, at_most: 30}]
  pass_mark: {start: 40, min: 30, max: 50}
  mql: {all: [{score: pass_mark}, {fit: {at_least: 10}}]}
"""
DRAFT = agreement(TERMS)


def case(take: bool, *, looks: int = 0, draft: Agreement = DRAFT, **traits: object) -> Case:
    facts = [fact("identify", NOW - 9 * DAY, traits={"email": "a@b.example", "company.employees": 60, **traits})]
    facts += [fact("page", NOW - look) for look in range(looks)]
    profile, tally = observe(EMPTY_PROFILE, facts), count(draft, EMPTY_TALLY, facts, cycle_from=0)
    return Case(situation_of(draft, profile, tally, at=NOW, captured_at=NOW - 9 * DAY), take)


def test_a_rule_that_is_wrong_on_purpose_is_found() -> None:
    free = [case(True, job_title="head", looks=2, mail="free"), case(True, job_title="head", looks=1, mail="free")]
    right = [case(True, job_title="head", looks=3), case(False, looks=2), case(False, looks=2, mail="free")]
    best = remedies(DRAFT, [*free, *right])[0]
    assert (best.knob.rule, best.knob.value, best.after, best.mended, best.broken) == ("free mail", -10_000, 0, 1, 0)


def test_what_it_mends_and_breaks_is_what_scoring_anew_says() -> None:
    cases = [
        case(looks > 1 and head, looks=looks, job_title="head" if head else "engineer", mail="free" if free else "own")
        for looks in (0, 1, 2, 3)
        for head in (True, False)
        for free in (True, False)
    ]
    before = [agrees(each) for each in cases]
    assert remedies(DRAFT, cases)
    for remedy in remedies(DRAFT, cases):
        after = [agrees(each, turned(DRAFT, remedy.knob, remedy.after)) for each in cases]
        assert remedy.mended == sum(new and not old for old, new in zip(before, after, strict=True))
        assert remedy.broken == sum(old and not new for old, new in zip(before, after, strict=True))
        assert remedy.mended > remedy.broken
        assert remedy.knob.low <= remedy.after <= remedy.knob.high
        assert remedy.after % 1_000 == 0


def test_no_other_single_number_does_better() -> None:
    cases = [
        case(True, looks=2),
        case(False, looks=3),
        case(True, job_title="head"),
        case(False, job_title="head", looks=2),
    ]
    before = [agrees(each) for each in cases]
    best = max((each.mended - each.broken for each in remedies(DRAFT, cases)), default=0)
    for knob in knobs(DRAFT):
        for value in range(knob.low, knob.high + 1, 1_000):
            after = [agrees(each, turned(DRAFT, knob, value)) for each in cases]
            assert sum(after) - sum(before) <= best, (knob, value)


def test_the_pass_mark_moves_within_its_bounds_only() -> None:
    assert [(each.after, each.mended) for each in remedies(DRAFT, [case(True, looks=2)]) if not each.knob.rule] == [
        (30_000, 1)
    ]
    assert not [each for each in remedies(DRAFT, [case(True, looks=1)]) if not each.knob.rule]


def test_a_bound_on_fit_is_seen() -> None:
    poor = case(True, looks=3, **{"company.employees": 20})
    assert not agrees(poor)
    best = remedies(DRAFT, [poor])[0]
    assert (best.knob.rule, best.knob.band, best.after) == ("size", 0, 10_000)


def test_a_rule_of_hits_counts_as_many_as_before() -> None:
    knob = next(each for each in knobs(DRAFT) if each.rule == "prices")
    rule = turned(DRAFT, knob, 15_000).ready.interest[0]
    assert isinstance(rule, HitRule)
    assert (rule.points, rule.keep) == (15_000, 3)


def test_where_all_agree_nothing_is_offered() -> None:
    assert remedies(DRAFT, [case(True, job_title="head", looks=3), case(False)]) == []
    assert remedies(DRAFT, []) == []
