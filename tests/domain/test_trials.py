"""Trials: a sample fixed before, one lot for each lead, a verdict only on a full and matured sample."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pomona.domain.event import DAY
from pomona.domain.intervals import share
from pomona.domain.terms import Terms, key_of
from pomona.domain.trials import Outcome, Trial, Verdict, judge_trial, outcome_within, sample_size
from tests.domain.facts import NOW, agreement

ONE = msgspec.structs.replace(
    agreement("campaign: spring\nready: {won: {event: contract signed, within: 60d}}"), version=1
)
TWO = msgspec.structs.replace(ONE, version=2)
TERMS = Terms(NOW, {"spring": ONE}, (TWO,), {"spring": Trial(7, TWO, 0.5, NOW - DAY)})


@pytest.mark.parametrize(
    ("one", "other", "needed"), [(0.5, 0.6, 388), (0.1, 0.15, 686), (0.6, 0.8, 82), (0.05, 0.08, 1059)]
)
def test_the_sample_is_what_power_prop_test_of_r_gives(one: float, other: float, needed: int) -> None:
    assert sample_size(one, other - one, confidence=0.95) == needed


def test_where_there_is_no_room_above_the_difference_lies_below() -> None:
    assert sample_size(0.95, 0.1) == sample_size(0.85, 0.1)
    assert sample_size(0.9, 0.1, confidence=0.95) == 74, "up to all of them"


def test_a_smaller_difference_needs_more_leads() -> None:
    assert sample_size(0.3, 0.05) > sample_size(0.3, 0.1) > sample_size(0.3, 0.2)


@given(st.integers(1, 10_000), st.integers(0, 10 * DAY))
def test_a_lead_has_one_version_and_is_counted_ahead_under_the_other(lead: int, after: int) -> None:
    own = TERMS.of(lead, NOW - DAY + after)
    scoring = own.in_force["spring"]
    assert key_of(TERMS.of(lead, NOW - DAY + after).in_force["spring"]) == key_of(scoring)
    assert {scoring.version, *(each.version for each in own.coming)} == {1, 2}
    assert len(own.coming) == 1


def test_the_lot_falls_on_new_leads_only_and_on_as_many_as_agreed() -> None:
    assert all(TERMS.of(lead, NOW - DAY - 1).in_force["spring"] is ONE for lead in range(1, 50))
    assert any(TERMS.of(lead, NOW - DAY).in_force["spring"] is TWO for lead in range(1, 50))
    drawn = sum(TERMS.of(lead, NOW).in_force["spring"] is TWO for lead in range(1, 2001))
    assert 900 < drawn < 1100
    without = msgspec.structs.replace(TERMS, in_force={})
    assert without.of(1, NOW) == without


def test_the_lots_of_one_trial_say_nothing_about_those_of_the_next() -> None:
    both = sum(
        Trial(7, TWO, 0.5, 0).falls_on(lead, 1) == Trial(8, TWO, 0.5, 0).falls_on(lead, 1) for lead in range(2000)
    )
    assert 900 < both < 1100


def test_the_verdict_names_the_better_version_or_says_that_there_is_none() -> None:
    def judged(hits: int, of_challenger: int, *, is_full: bool = True) -> Verdict:
        return judge_trial(share(hits, 300), share(of_challenger, 300), is_full=is_full)[0]

    assert judged(100, 150) == Verdict.CHALLENGER
    assert judged(150, 100) == Verdict.INCUMBENT
    assert judged(150, 152) == Verdict.NO_DIFFERENCE
    assert judged(100, 150, is_full=False) == Verdict.NO_ANSWER


def test_each_outcome_has_its_time() -> None:
    assert outcome_within(ONE, Outcome.WON) == 60 * DAY
    assert outcome_within(ONE, Outcome.ACCEPTED) == 14 * DAY
