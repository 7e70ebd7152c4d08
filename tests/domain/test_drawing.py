"""Lots are the same at every reading, fair, and keep whom they fell on when the share grows."""

from hypothesis import given
from hypothesis import strategies as st

from pomona.domain.drawing import drawn

SHARES = st.floats(0, 1)


@given(st.text(), st.integers(1, 2**62), SHARES, SHARES)
def test_whoever_is_drawn_for_a_share_is_drawn_for_a_larger_one(name: str, lead: int, one: float, other: float) -> None:
    smaller, larger = sorted((one, other))
    assert drawn("holdout", name, lead, share=larger) or not drawn("holdout", name, lead, share=smaller)


def test_the_share_is_met_and_nobody_and_everybody_are_exact() -> None:
    leads = range(1, 10_001)
    hits = sum(drawn("holdout", "spring", lead, share=0.03) for lead in leads)
    assert 250 < hits < 350
    assert not any(drawn("holdout", "spring", lead, share=0) for lead in leads)
    assert all(drawn("holdout", "spring", lead, share=1) for lead in leads)


def test_lots_of_different_names_and_purposes_are_independent() -> None:
    leads = range(1, 5_001)
    both = [drawn("holdout", "a", lead, share=0.5) and drawn("holdout", "b", lead, share=0.5) for lead in leads]
    assert 1_150 < sum(both) < 1_350
    assert any(drawn("holdout", "a", lead, share=0.5) != drawn("trial", "a", lead, share=0.5) for lead in range(1, 20))


def test_the_lot_never_changes() -> None:
    assert [lead for lead in range(1, 200) if drawn("holdout", "spring", lead, share=0.03)] == [
        60,
        100,
        113,
        141,
        146,
        148,
        164,
        192,
    ]
