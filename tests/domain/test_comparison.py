from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from pomona.domain.agreement import Agreement, read_agreement
from pomona.domain.comparison import SHOWN, Scored, changes, choose_shown
from pomona.domain.condition import Situation
from pomona.domain.profile import EMPTY_PROFILE, observe
from pomona.domain.ripeness import Readiness, readiness
from pomona.domain.scoring import EMPTY_TALLY, count, situation_of
from tests.domain.facts import NOW, fact

BEFORE: dict[str, Any] = {
    "campaign": "default",
    "ready": {
        "never": [{"name": "rival", "when": {"trait": "company.name", "is": "rival"}}],
        "fit": [{"name": "head", "when": {"trait": "job_title", "is": "head"}, "points": 20}],
        "interest": [{"name": "prices", "when": {"event": "page"}, "points": 10, "at_most": 30}],
        "pass_mark": 40,
    },
    "route": [{"otherwise": {"team": "sales"}}],
    "respond": {"first_contact": [{"otherwise": "1h"}]},
}
AFTER: dict[str, Any] = {
    **BEFORE,
    "ready": {
        **BEFORE["ready"],
        "fit": [{"name": "head", "when": {"trait": "job_title", "is": "head"}, "points": 25}],
        "interest": [{"name": "any page", "when": {"event": "page"}, "points": 4, "once": True}],
    },
}


def situation(document: dict[str, Any], **traits: Any) -> Situation:
    agreement: Agreement = read_agreement(document)
    facts = [
        fact("identify", NOW - 3, traits=traits),
        fact("page", NOW - 2),
        fact("page", NOW - 1),
    ]
    profile, tally = observe(EMPTY_PROFILE, facts), count(agreement, EMPTY_TALLY, facts, cycle_from=0)
    return situation_of(agreement, profile, tally, at=NOW, captured_at=NOW - 3)


def test_the_differences_name_their_rules_and_add_up() -> None:
    before, after = (situation(each, email="a@b.example", job_title="head") for each in (BEFORE, AFTER))
    assert before.score and after.score
    found = changes(before.score, after.score)
    assert [(each.rule, each.before, each.after) for each in found] == [
        ("prices", 20_000, 0),
        ("head", 20_000, 25_000),
        ("any page", 0, 4_000),
    ]
    assert sum(each.amount for each in found) == after.score.total - before.score.total


def test_under_equal_rules_nothing_differs() -> None:
    one = situation(BEFORE, email="a@b.example")
    assert one.score
    assert changes(one.score, one.score) == ()


def test_where_a_lead_stands_by_its_facts() -> None:
    assert readiness(situation(BEFORE, job_title="head")) == Readiness.NOT_CAPTURED
    assert readiness(situation(BEFORE, email="a@b.example")) == Readiness.UNRIPE
    assert readiness(situation(BEFORE, email="a@b.example", job_title="head")) == Readiness.RIPE
    barred = situation(BEFORE, email="a@b.example", job_title="head", **{"company.name": "rival"})
    assert readiness(barred) == Readiness.BARRED


def test_the_leads_shown_are_those_around_the_mark_and_some_far_from_it() -> None:
    leads = [Scored(number, number * 1_000) for number in range(100)]
    assert choose_shown(leads, 55_000) == [58, 57, 56, 55, 54, 53, 52, 51, 38, 12]


def test_where_nobody_reaches_the_mark_those_nearest_to_it_fill_up() -> None:
    leads = [Scored(number, number * 1_000) for number in range(30)]
    assert choose_shown(leads, 40_000) == [29, 28, 27, 26, 25, 24, 23, 22, 19, 6]


@given(st.dictionaries(st.integers(1, 10**6), st.integers(-50_000, 150_000), max_size=60), st.integers(1, 100_000))
def test_as_many_leads_as_there_are_none_twice_whatever_their_order(scores: dict[int, int], mark: int) -> None:
    leads = [Scored(*each) for each in scores.items()]
    chosen = choose_shown(leads, mark)
    assert len(chosen) == len(set(chosen)) == min(SHOWN, len(leads))
    assert set(chosen) <= scores.keys()
    assert chosen == choose_shown(reversed(leads), mark)
