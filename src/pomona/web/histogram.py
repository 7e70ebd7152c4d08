"""How many leads have which score, as bars of a drawing whose measures are percentages of its width and height."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import msgspec

STEPS = (1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000)
"""Widths of a bar in thousandths of a point."""

MOST_BARS = 24
GAP = 0.14
"""The part of a bar's width that stays empty."""


class Bar(msgspec.Struct, frozen=True):
    """The leads with a score in [`low`, `high`) thousandths: `count` now, `before` (None: not compared).

    `x` and `width` in percent from the left; `y` (from the top) and `height` draw the count, `was` is the height
    of `before` from the top. `reached`: at or above the pass mark.
    """

    low: int
    high: int
    count: int
    before: int | None
    reached: bool
    x: float
    width: float
    y: float
    height: float
    was: float


class Histogram(msgspec.Struct, frozen=True):
    """The bars from the lowest score to the highest, and where the pass marks stand (percent from the left).

    `old_mark` is None where it is the same, or nothing is compared.
    """

    bars: list[Bar]
    mark: int
    mark_x: float
    old_mark: int | None
    old_mark_x: float

    @property
    def low(self) -> int:
        """Where the first bar begins."""
        return self.bars[0].low

    @property
    def high(self) -> int:
        """Where the last bar ends."""
        return self.bars[-1].high


class _Scale(NamedTuple):
    """Bars `first` to `last` of the width `step`, counted from the pass mark: bar 0 begins there."""

    mark: int
    step: int
    first: int
    last: int

    @property
    def width(self) -> float:
        """A bar's width in percent."""
        return 100 / (self.last - self.first + 1)

    def number(self, value: int) -> int:
        """The bar that a score stands in."""
        return (value - self.mark) // self.step

    def x(self, value: int) -> float:
        """The place of a score."""
        return round(((value - self.mark) / self.step - self.first) * self.width, 2)


def histogram(
    scores: Sequence[int], mark: int, *, before: Sequence[int] = (), old_mark: int | None = None
) -> Histogram:
    """Scores in thousandths as bars; the edge between two of them is the pass mark.

    `before` are the scores of the same leads under another version, whose pass mark is `old_mark` (None: not
    compared).
    """
    scale = _scale([*scores, *before, mark, mark if old_mark is None else old_mark], mark)
    counts, old = (Counter(map(scale.number, each)) for each in (scores, before))
    most = max([*counts.values(), *old.values()], default=1)
    bars = [
        _bar(scale, number, counts[number], None if old_mark is None else old[number], most)
        for number in range(scale.first, scale.last + 1)
    ]
    moved = old_mark if old_mark != mark else None
    return Histogram(bars, mark, scale.x(mark), moved, 0.0 if moved is None else scale.x(moved))


def _scale(values: Sequence[int], mark: int) -> _Scale:
    lowest, highest = min(values), max(values)
    step = next((step for step in STEPS if (highest - lowest) // step + 2 <= MOST_BARS), STEPS[-1])
    return _Scale(mark, step, (lowest - mark) // step, max((highest - mark) // step, 0))


def _bar(scale: _Scale, number: int, count: int, before: int | None, most: int) -> Bar:
    low, height = scale.mark + number * scale.step, round(100 * count / most, 2)
    return Bar(
        low=low,
        high=low + scale.step,
        count=count,
        before=before,
        reached=number >= 0,
        x=scale.x(low),
        width=round(scale.width * (1 - GAP), 2),
        y=100 - height,
        height=height,
        was=round(100 - 100 * (before or 0) / most, 2),
    )
