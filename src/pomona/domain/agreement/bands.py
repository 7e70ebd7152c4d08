"""Ranges of numbers, and words, with the points that they are worth."""

import msgspec


class Band(msgspec.Struct, frozen=True, kw_only=True):
    """Points (thousandths) for a value in [low, high] (None: open), or equal to the normal text `value`."""

    points: int
    low: float | None = None
    high: float | None = None
    value: str | None = None
