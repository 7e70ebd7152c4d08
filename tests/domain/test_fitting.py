import pytest
from hypothesis import given
from hypothesis import strategies as st

from pomona.domain.fitting import CHOSEN, Candidate, Votes, among, between, choose_leads, votes

MARK = 50_000
MANY = [Candidate(number, number % 100 * 1_000) for number in range(400)]


def test_half_of_the_leads_stand_around_the_mark_as_many_above_as_below() -> None:
    chosen = [MANY[lead].score for lead in choose_leads(MANY, MARK, seed=1)]
    near = [score for score in chosen if 37_500 <= score <= 62_500]
    assert (len(chosen), len(near)) == (CHOSEN, 10)
    assert sum(score >= MARK for score in near) == 5
    assert sum(score > 62_500 for score in chosen) == 5


def test_the_order_of_judging_tells_nothing_of_the_scores() -> None:
    chosen = [MANY[lead].score for lead in choose_leads(MANY, MARK, seed=1)]
    assert chosen != sorted(chosen) and chosen != sorted(chosen, reverse=True)
    assert choose_leads(MANY, MARK, seed=1) != choose_leads(MANY, MARK, seed=2)


@given(st.dictionaries(st.integers(1, 10**6), st.integers(-50_000, 200_000), max_size=80), st.integers(1, 100_000))
def test_as_many_as_there_are_the_same_for_everybody(scores: dict[int, int], mark: int) -> None:
    candidates = [Candidate(*each) for each in scores.items()]
    chosen = choose_leads(candidates, mark, seed=7)
    assert len(chosen) == len(set(chosen)) == min(CHOSEN, len(candidates))
    assert chosen == choose_leads(list(reversed(candidates)), mark, seed=7)


def test_who_cannot_tell_counts_for_nobody() -> None:
    assert votes(["take", "not", "take", "unsure"]) == Votes(2, 1, 1)
    assert Votes(2, 1, 9).verdict is True
    assert Votes(1, 1).verdict is None
    assert Votes(0, 0, 3).verdict is None


def test_how_often_two_of_one_side_agree() -> None:
    found = among([Votes(4, 0), Votes(0, 4), Votes(2, 2), Votes(1, 0, 5)])
    assert found.leads == 3
    assert found.value == pytest.approx((1 + 1 + 1 / 3) / 3)
    assert found.by_chance == pytest.approx(0.5)
    assert found.beyond_chance == pytest.approx(5 / 9)
    assert found.low < found.value < found.high


def test_fleiss_own_example_gives_his_kappa() -> None:
    """Two categories of the table in the literature, reckoned by hand: 5 raters, 4 subjects."""
    found = among([Votes(5, 0), Votes(3, 2), Votes(0, 5), Votes(1, 4)])
    assert found.value == pytest.approx((1 + 0.4 + 1 + 0.6) / 4)
    assert found.by_chance == pytest.approx(0.45**2 + 0.55**2)


def test_cohens_kappa_of_two_verdicts() -> None:
    pairs = [(True, True)] * 20 + [(True, False)] * 5 + [(False, True)] * 10 + [(False, False)] * 15
    found = between([*pairs, (None, True), (False, None)])
    assert (found.value, found.by_chance, found.leads) == (0.7, pytest.approx(0.5), 50)
    assert found.beyond_chance == pytest.approx(0.4)


def test_without_opinions_nothing_is_claimed() -> None:
    for nothing in (among([]), between([]), among([Votes(1, 0)]), between([(None, True)])):
        assert (nothing.value, nothing.low, nothing.high, nothing.beyond_chance) == (None, 0.0, 1.0, None)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=25))
def test_the_bounds_hold_the_value(counts: list[tuple[int, int]]) -> None:
    found = among(Votes(*each) for each in counts)
    if found.value is not None:
        assert 0 <= found.low <= found.value <= found.high <= 1
