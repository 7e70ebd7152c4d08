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


class BothBars(msgspec.Struct, frozen=True):
    """Two counts a day, on one scale: the first stand on the `axis` (its height from the top), the others hang."""

    standing: list[Bar]
    hanging: list[Bar]
    axis: float


def both_bars(standing: Sequence[int], hanging: Sequence[int]) -> BothBars:
    """A bar up and a bar down for each day; together the highest ones fill the drawing."""
    up, down = max(standing, default=0), max(hanging, default=0)
    unit = 100 / (up + down or 1)
    above = [_resized(bar, count * unit) for bar, count in zip(day_bars(standing), standing, strict=True)]
    below = [_resized(bar, count * unit) for bar, count in zip(day_bars(hanging), hanging, strict=True)]
    axis = round(up * unit, 1)
    return BothBars(
        [msgspec.structs.replace(bar, y=round(axis - bar.height, 1)) for bar in above],
        [msgspec.structs.replace(bar, y=axis) for bar in below],
        axis,
    )


def _resized(bar: Bar, height: float) -> Bar:
    return msgspec.structs.replace(bar, height=round(height, 1))
