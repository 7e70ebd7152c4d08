"""Counts of days as bars of a small drawing, 100 by 100."""

from collections.abc import Sequence

import msgspec

GAP = 0.2
"""The part of a day's width that stays empty."""


class Bar(msgspec.Struct, frozen=True):
    """One day's rectangle; `y` counts from the top."""

    x: float
    y: float
    width: float
    height: float


def day_bars(counts: Sequence[int]) -> list[Bar]:
    """A bar for each day, the highest as high as the drawing."""
    most, step = max(counts, default=0) or 1, 100 / max(len(counts), 1)
    heights = [round(100 * count / most, 1) for count in counts]
    return [
        Bar(round(number * step, 2), 100 - height, round(step * (1 - GAP), 2), height)
        for number, height in enumerate(heights)
    ]
