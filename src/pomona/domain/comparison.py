"""Leads under two versions of an agreement: which of them to look at, and what differs, rule by rule."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import msgspec

from pomona.domain.agreement.values import Section
from pomona.domain.points import Score

SHOWN = 10
"""How many leads are looked at while an agreement is written."""

RIPE, NEARLY = 4, 4
"""How many of them have reached the pass mark, and how many are next below it; the others are far from it."""


class Scored(NamedTuple):
    """A lead and its score in thousandths."""

    lead: int
    score: int


class Change(msgspec.Struct, frozen=True):
    """What one rule gives before and after, in thousandths; 0 where it gives nothing or does not exist."""

    rule: str
    section: Section
    before: int
    after: int

    @property
    def amount(self) -> int:
        """By how much the score changes."""
        return self.after - self.before


def changes(before: Score | None, after: Score) -> tuple[Change, ...]:
    """The rules that give another number of points, the largest difference first; their amounts add up."""
    old, new = _amounts(before), _amounts(after)
    found = (
        Change(rule, section, old.get((section, rule), 0), new.get((section, rule), 0))
        for section, rule in {**old, **new}
    )
    return tuple(sorted((each for each in found if each.amount), key=lambda each: (-abs(each.amount), each.rule)))


def _amounts(score: Score | None) -> dict[tuple[Section, str], int]:
    return {} if score is None else {(each.section, each.rule): each.amount for each in score.points}


def choose_shown(leads: Iterable[Scored], pass_mark: int) -> list[int]:
    """The leads to look at: some above the pass mark and some below it, the nearest first; and some far from it.

    Where one kind is short of leads the nearest others fill up. Highest score first, the same for equal arguments.
    """
    ranked = sorted(leads, key=lambda each: (-each.score, each.lead))
    ripe = [each for each in ranked if each.score >= pass_mark]
    below = ranked[len(ripe) :]
    far = SHOWN - RIPE - NEARLY
    chosen = [*ripe[-RIPE:], *below[:NEARLY], *_spread(below[NEARLY:], far)]
    rest = sorted(set(ranked) - set(chosen), key=lambda each: (abs(each.score - pass_mark), each.lead))
    chosen += rest[: SHOWN - len(chosen)]
    return [each.lead for each in sorted(chosen, key=lambda each: (-each.score, each.lead))]


def _spread(leads: Sequence[Scored], count: int) -> list[Scored]:
    """So many of these: from the middle of each of as many equal stretches."""
    if len(leads) <= count:
        return list(leads)
    return [leads[len(leads) * (2 * number + 1) // (2 * count)] for number in range(count)]
