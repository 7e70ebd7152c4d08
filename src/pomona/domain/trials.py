"""Trials: two versions of one agreement side by side on a stable share of leads, judged once, by a rule fixed before.

The rule is a fixed sample: as many leads on each side as a stated smallest difference of interest needs. Nobody may
stop earlier because it looks good by then: that finds differences where there are none.
"""

from enum import StrEnum
from math import ceil, sqrt
from statistics import NormalDist

import msgspec

from pomona.domain.agreement import Agreement
from pomona.domain.drawing import drawn
from pomona.domain.event import DAY
from pomona.domain.intervals import CONFIDENCE, Difference, Share, difference
from pomona.domain.ripeness import won_within

POWER = 0.8
"""How often a difference of the size of interest is found, if it is there."""
ACCEPTED_WITHIN = 14 * DAY
"""How long after its capture a lead may be accepted and still count."""


class Outcome(StrEnum):
    """What a trial looks at: the share of captured leads that sales accepted, or that bought."""

    ACCEPTED = "accepted"
    WON = "won"


class TrialTerms(msgspec.Struct, frozen=True, kw_only=True):
    """What both sides sign: the challenger gets `share` (0 to 1) of the leads captured from now on.

    It ends when each version had as many leads as `smallest` (the smallest difference of interest, 0 to 1) needs, or
    after `most_days` without an answer.
    """

    share: float
    outcome: Outcome
    smallest: float
    most_days: int


class Trial(msgspec.Struct, frozen=True):
    """A trial that goes on: `challenger` scores the leads captured since (µs UTC) on whom the lot falls."""

    id: int
    challenger: Agreement
    share: float
    since: int

    def falls_on(self, lead: int, captured_at: int) -> bool:
        """Whether the challenger scores this lead; never another answer while the trial goes on."""
        return captured_at >= self.since and drawn("trial", str(self.id), lead, share=self.share)


class State(StrEnum):
    """`RUNNING`: leads are gathered; `MATURING`: enough came, the last ones need their time; `ENDED`: judged."""

    RUNNING = "running"
    MATURING = "maturing"
    ENDED = "ended"


class Verdict(StrEnum):
    """What came out. `NO_ANSWER`: the time was over before enough leads came, or the heads ended it early."""

    CHALLENGER = "challenger"
    INCUMBENT = "incumbent"
    NO_DIFFERENCE = "no_difference"
    NO_ANSWER = "no_answer"


def sample_size(baseline: float, smallest: float, *, confidence: float = CONFIDENCE, power: float = POWER) -> int:
    """How many leads each version needs, to find a difference of `smallest` from the share `baseline` this surely.

    Two-sided, for two independent shares (J. L. Fleiss, B. Levin, M. C. Paik, Statistical Methods for Rates and
    Proportions, 3rd ed. 2003, formula 4.14).
    """
    one, other = baseline, baseline + smallest if baseline + smallest <= 1 else baseline - smallest
    mean, normal = (one + other) / 2, NormalDist()
    surely, likely = normal.inv_cdf((1 + confidence) / 2), normal.inv_cdf(power)
    spread = surely * sqrt(2 * mean * (1 - mean)) + likely * sqrt(one * (1 - one) + other * (1 - other))
    return ceil((spread / smallest) ** 2)


def outcome_within(agreement: Agreement, outcome: Outcome) -> int:
    """How long after its capture the outcome of a lead is waited for (µs)."""
    return won_within(agreement) if outcome == Outcome.WON else ACCEPTED_WITHIN


def judge_trial(incumbent: Share, challenger: Share, *, is_full: bool) -> tuple[Verdict, Difference | None]:
    """The verdict on a matured sample, and by how much the challenger's share is higher; not full: no answer."""
    apart = difference(challenger, incumbent)
    if not is_full or apart is None:
        return Verdict.NO_ANSWER, apart
    if apart.low > 0:
        return Verdict.CHALLENGER, apart
    return (Verdict.INCUMBENT if apart.high < 0 else Verdict.NO_DIFFERENCE), apart
