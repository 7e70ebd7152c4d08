"""How sure a share is: intervals that stay honest when samples are small."""

from math import ceil, sqrt
from statistics import NormalDist

import msgspec

CONFIDENCE = 0.9
"""How often an interval holds the truth, where a page says nothing else."""


class Share(msgspec.Struct, frozen=True):
    """`hits` of `total`, and the bounds within which the true share lies (all from 0 to 1; without any, 0 to 1)."""

    hits: int
    total: int
    low: float
    high: float

    @property
    def value(self) -> float | None:
        """The share seen; None of nothing."""
        return self.hits / self.total if self.total else None


class Difference(msgspec.Struct, frozen=True):
    """One share minus another, with its bounds (-1 to 1)."""

    value: float
    low: float
    high: float


def share(hits: int, total: int, *, confidence: float = CONFIDENCE) -> Share:
    """Wilson's score interval (E. B. Wilson, 1927, JASA 22:209): right for small samples, never beyond 0 or 1."""
    if not total:
        return Share(hits, total, 0.0, 1.0)
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    seen, spread = hits / total, z * z / total
    middle = (seen + spread / 2) / (1 + spread)
    half = sqrt(seen * (1 - seen) * spread + spread * spread / 4) / (1 + spread)
    return Share(hits, total, min(seen, max(0.0, middle - half)), max(seen, min(1.0, middle + half)))


def needed(seen: Share, *, margin: float, confidence: float = CONFIDENCE) -> int:
    """How many are needed, all in all, to know a share like the one seen to `margin` on either side.

    z² p (1 - p) / margin² (W. G. Cochran, Sampling Techniques, 1977, 4.4), p the middle of the bounds: of few it lies
    near one half, where most are needed.
    """
    z, middle = NormalDist().inv_cdf((1 + confidence) / 2), (seen.low + seen.high) / 2
    return ceil(z * z * middle * (1 - middle) / (margin * margin))


def difference(one: Share, other: Share) -> Difference | None:
    """`one` minus `other` by Newcombe's hybrid score (R. G. Newcombe, 1998, Stat. Med. 17:873, method 10).

    Both shares' bounds must be of the same confidence. None where one of them is of nothing.
    """
    if one.value is None or other.value is None:
        return None
    seen = one.value - other.value
    below = sqrt((one.value - one.low) ** 2 + (other.high - other.value) ** 2)
    above = sqrt((one.high - one.value) ** 2 + (other.value - other.low) ** 2)
    return Difference(seen, max(-1.0, seen - below), min(1.0, seen + above))
