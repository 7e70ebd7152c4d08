import pytest
from hypothesis import given
from hypothesis import strategies as st

from pomona.domain.intervals import difference, needed, share


@pytest.mark.parametrize(
    ("hits", "total", "low", "high"), [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611)]
)
def test_bounds_are_those_that_newcombe_published(hits: int, total: int, low: float, high: float) -> None:
    found = share(hits, total, confidence=0.95)
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


def test_a_difference_is_bounded_as_newcombe_published() -> None:
    found = difference(share(56, 70, confidence=0.95), share(48, 80, confidence=0.95))
    assert found is not None
    assert (round(found.value, 4), round(found.low, 4), round(found.high, 4)) == (0.2, 0.0524, 0.3339)


@given(st.integers(1, 5_000))
def test_none_and_all_of_a_sample_bound_the_truth_on_one_side_only(total: int) -> None:
    assert share(0, total).low == 0
    assert share(total, total).high == 1
    assert share(0, total).high == pytest.approx(1 - share(total, total).low)


def test_a_page_says_what_holds_nine_times_in_ten() -> None:
    assert share(3, 9) == share(3, 9, confidence=0.9)


@pytest.mark.parametrize(("hits", "total", "margin", "most"), [(0, 0, 0.1, 68), (5, 10, 0.05, 271), (0, 10, 0.1, 26)])
def test_how_many_are_needed_is_what_cochran_says_of_the_middle(
    hits: int, total: int, margin: float, most: int
) -> None:
    assert needed(share(hits, total), margin=margin) == most


def test_of_nothing_everything_is_possible() -> None:
    assert (share(0, 0).value, share(0, 0).low, share(0, 0).high) == (None, 0.0, 1.0)
    assert difference(share(0, 0), share(1, 2)) is None


@given(st.integers(0, 500), st.integers(1, 500), st.integers(2, 20))
def test_more_of_the_same_makes_it_surer(hits: int, total: int, times: int) -> None:
    few, many = share(min(hits, total), total), share(min(hits, total) * times, total * times)
    assert 0 <= few.low <= few.hits / few.total <= few.high <= 1
    assert many.high - many.low < few.high - few.low
