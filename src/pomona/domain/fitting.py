"""Fitting: people judge past leads blind; which leads, and how much people agree with each other and the draft.

A judgement is `take`, `not`, or `unsure`, which is no opinion: it counts neither for nor against anybody.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from hashlib import blake2b
from typing import Literal, NamedTuple

import msgspec

from pomona.domain.intervals import share

Judgement = Literal["take", "not", "unsure"]

CHOSEN = 20
"""How many leads are judged."""

NEAR, ABOVE = 10, 5
"""How many of them stand around the pass mark, and how many far above it; the others are far below."""


class Candidate(NamedTuple):
    """A lead that could be judged, and its score under the draft in thousandths."""

    lead: int
    score: int


def choose_leads(candidates: Collection[Candidate], pass_mark: int, *, seed: int) -> list[int]:
    """The leads to judge: half of them around the pass mark, a quarter far above it, a quarter far below.

    Around: within a quarter of the pass mark. Where one kind is short, the others fill up. Which of a kind, and in
    what order all are judged, is drawn by a digest of `seed` and lead: the same for everybody, telling nothing.
    """
    drawn = sorted(candidates, key=lambda each: _draw(seed, each.lead))
    near = [each for each in drawn if abs(each.score - pass_mark) * 4 <= pass_mark]
    above = [each for each in drawn if each not in near and each.score > pass_mark]
    below = [each for each in drawn if each not in near and each.score <= pass_mark]
    chosen = {*_balanced(near, pass_mark), *above[:ABOVE], *below[: CHOSEN - NEAR - ABOVE]}
    chosen |= set([each for each in [*near, *above, *below] if each not in chosen][: CHOSEN - len(chosen)])
    return [each.lead for each in drawn if each in chosen]


def _balanced(near: Sequence[Candidate], pass_mark: int) -> list[Candidate]:
    """Of those around the mark as many above as below, as far as there are."""
    reached = [each for each in near if each.score >= pass_mark]
    short = [each for each in near if each.score < pass_mark]
    half = NEAR // 2
    above = reached[: max(half, NEAR - len(short))]
    return [*above, *short[: NEAR - len(above)]]


def _draw(seed: int, lead: int) -> bytes:
    return blake2b(f"{seed} {lead}".encode(), digest_size=8).digest()


class Votes(msgspec.Struct, frozen=True):
    """How many would take a lead, would not, and cannot tell."""

    take: int = 0
    leave: int = 0
    unsure: int = 0

    @property
    def verdict(self) -> bool | None:
        """What most of those with an opinion would do; None: nobody has one, or they are even."""
        return None if self.take == self.leave else self.take > self.leave

    @property
    def agreeing(self) -> float | None:
        """Of two people with an opinion, drawn at random: how likely they agree. None: fewer than two have one."""
        known = self.take + self.leave
        if known < 2:
            return None
        return (self.take * (self.take - 1) + self.leave * (self.leave - 1)) / (known * (known - 1))


def votes(judgements: Iterable[Judgement]) -> Votes:
    """Judgements of one lead, counted."""
    counted = Counter(judgements)
    return Votes(counted["take"], counted["not"], counted["unsure"])


class Agreeing(msgspec.Struct, frozen=True):
    """How often two agree about a lead (0 to 1; None: there is no lead to tell by), within which bounds, by how many
    `leads`; and how often they would by chance: if each had the same habits, but answered without looking.
    """

    value: float | None
    low: float
    high: float
    leads: int
    by_chance: float

    @property
    def beyond_chance(self) -> float | None:
        """What is left of the agreement without chance (kappa): 1 is perfect, 0 is chance; None: not defined."""
        if self.value is None or self.by_chance >= 1:
            return None
        return (self.value - self.by_chance) / (1 - self.by_chance)


def among(of_leads: Iterable[Votes]) -> Agreeing:
    """How much the people of one side agree with each other (J. L. Fleiss, 1971, Psych. Bull. 76:378).

    The value is the mean over the leads of how likely two people agree.
    """
    asked = [(each, agreeing) for each in of_leads if (agreeing := each.agreeing) is not None]
    takes = sum(each.take for each, _ in asked)
    opinions = takes + sum(each.leave for each, _ in asked)
    habit = takes / opinions if opinions else 0.0
    return _agreeing([agreeing for _, agreeing in asked], habit**2 + (1 - habit) ** 2)


def between(pairs: Iterable[tuple[bool | None, bool | None]]) -> Agreeing:
    """How often two verdicts about the same leads agree (J. Cohen, 1960, Educ. Psych. Meas. 20:37).

    Leads about which one of the two has no verdict are left out.
    """
    both = [(one, other) for one, other in pairs if one is not None and other is not None]
    if not both:
        return _agreeing([], 0.0)
    ones, others = (sum(side) / len(both) for side in zip(*both, strict=True))
    return _agreeing([float(one == other) for one, other in both], ones * others + (1 - ones) * (1 - others))


def _agreeing(of_leads: Sequence[float], by_chance: float) -> Agreeing:
    """A value between 0 and 1 of each lead varies at most as yes and no do: so Wilson's interval is wide enough."""
    if not of_leads:
        return Agreeing(None, 0.0, 1.0, 0, by_chance)
    value = sum(of_leads) / len(of_leads)
    bounds = share(round(sum(of_leads)), len(of_leads))
    return Agreeing(value, min(value, bounds.low), max(value, bounds.high), len(of_leads), by_chance)
