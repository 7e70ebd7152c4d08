"""The fruit fills from below as the score nears the pass mark."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pomona.web.fruit import CENTRE, RADIUS, filled_path, level


def _surface(path: str) -> float:
    """How high the filling stands, as an SVG ordinate (0 is above)."""
    return float(re.findall(r"-?[\d.]+", path)[1])


@given(st.floats(0.02, 0.98), st.floats(0.02, 0.98))
def test_the_fuller_the_higher(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert _surface(filled_path(high)) <= _surface(filled_path(low))


@given(st.floats(0.01, 0.989))
def test_a_lead_below_the_pass_mark_never_looks_full(fill: float) -> None:
    assert _surface(filled_path(fill)) > CENTRE - RADIUS + 1


def test_full_is_the_whole_disc_and_empty_is_nothing() -> None:
    assert filled_path(1.0).count("a9.0 9.0 0 1 0") == 2
    assert filled_path(0.0) == ""


@pytest.mark.parametrize(
    ("score", "mark", "fill"), [(0, 55_000, 0.0), (27_500, 55_000, 0.5), (90_000, 55_000, 1.0), (-5_000, 55_000, 0.0)]
)
def test_the_level_is_the_share_of_the_pass_mark(score: int, mark: int, fill: float) -> None:
    assert level(score, mark) == fill


def test_without_a_pass_mark_nothing_is_full() -> None:
    assert level(10, None) == 0.0
