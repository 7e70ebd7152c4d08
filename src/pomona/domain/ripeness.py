"""Ripeness: whether a lead is captured, barred, ripe or won, and which agreements ask."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

import msgspec

from pomona.domain.agreement import Agreement
from pomona.domain.agreement.conditions import Condition, Happened, Not, leaves
from pomona.domain.agreement.values import Cover
from pomona.domain.condition import Situation, holds
from pomona.domain.event import DAY, Event
from pomona.domain.points import Score
from pomona.domain.profile import EMPTY_PROFILE, Profile, observe
from pomona.domain.scoring import grade_of, situation_of
from pomona.domain.tally import EMPTY_TALLY, count
from pomona.domain.text import glob

TOUCHED_WITHIN = 90 * DAY
USUAL_HORIZON = 90 * DAY
MOST_AGREEMENTS = 5
HOUSE = "default"
"""The agreement with the house rules: it scores whoever no other one covers."""


ANY_MARK = 2**31 - 1
"""Ripe wherever the pass mark stands; above every pass mark."""


class Ripe(msgspec.Struct, frozen=True, kw_only=True):
    """Whether the lead is ripe (None: not known) and why, as plain data for the decision.

    `because` holds the conditions of `mql` that were true, or the name of the `never` rule that bars it.
    """

    ripe: bool | None
    because: dict[str, Any]


class Readiness(StrEnum):
    """Where a lead stands by its facts alone, whatever was decided about it before."""

    NOT_CAPTURED = "not captured"
    BARRED = "barred"
    UNRIPE = "unripe"
    RIPE = "ripe"


def is_captured(agreement: Agreement, profile: Profile, *, at: int) -> bool:
    """Whether this person is known well enough to be a lead (MCL)."""
    situation = Situation(agreement=agreement, profile=profile, tally=EMPTY_TALLY, at=at)
    return holds(agreement.ready.captured, situation) is True


def is_barred(agreement: Agreement, situation: Situation) -> str | None:
    """The name of the first `never` rule that is true; None where none is."""
    return next((rule.name for rule in agreement.ready.never if holds(rule.when, situation)), None)


def is_ripe(agreement: Agreement, situation: Situation) -> Ripe:
    """Whether `mql` is true and no `never` rule is. The caller sees to it that the lead is still MCL."""
    if (barred := is_barred(agreement, situation)) is not None:
        return Ripe(ripe=False, because={"never": barred})
    answer = holds(agreement.ready.mql, situation)
    return Ripe(ripe=answer, because={"mql": true_leaves(agreement.ready.mql, situation) if answer else []})


def true_leaves(condition: Condition, situation: Situation) -> list[Any]:
    """The parts of a condition that are true, as plain data for a decision."""
    true = [leaf for leaf in leaves(condition) if not isinstance(leaf, Not) and holds(leaf, situation)]
    return list(msgspec.to_builtins(true))


def readiness(situation: Situation) -> Readiness:
    """Where the lead stands under the situation's agreement at its moment."""
    agreement = situation.agreement
    if not is_captured(agreement, situation.profile, at=situation.at):
        return Readiness.NOT_CAPTURED
    if is_barred(agreement, situation) is not None:
        return Readiness.BARRED
    return Readiness.RIPE if holds(agreement.ready.mql, situation) else Readiness.UNRIPE


def ripe_up_to(situation: Situation) -> int | None:
    """The highest pass mark (thousandths) at which the lead is ripe; None: at none, `ANY_MARK`: at every one.

    A raised mark makes fewer leads ripe: what `mql` says with the mark just reached, it says with every lower one.
    """
    score = situation.score
    if score is None or is_barred(situation.agreement, situation) is not None:
        return None
    if _ripe_at(situation, score, score.total + 1):
        return ANY_MARK
    return score.total if _ripe_at(situation, score, score.total) else None


def _ripe_at(situation: Situation, score: Score, mark: int) -> bool | None:
    agreement = situation.agreement.at_mark(mark)
    moved = msgspec.structs.replace(score, grade=grade_of(agreement, score.total))
    return holds(agreement.ready.mql, msgspec.structs.replace(situation, agreement=agreement, score=moved))


def ripens_after(agreement: Agreement, facts: Iterable[Event], *, captured_at: int, after: int) -> bool:
    """Whether somebody is ripe at one of these facts that came later than `after`; all are folded in their order."""
    profile, tally = EMPTY_PROFILE, EMPTY_TALLY
    for fact in sorted(facts, key=lambda each: each.order):
        profile, tally = observe(profile, [fact]), count(agreement, tally, [fact], cycle_from=0)
        if fact.t > after:
            then = situation_of(agreement, profile, tally, at=fact.t, captured_at=captured_at)
            if is_ripe(agreement, then).ripe:
                return True
    return False


def won_within(agreement: Agreement) -> int:
    """How long a lead may take to be won, as the agreement says (µs); 90 days if it says nothing."""
    won = agreement.ready.won
    spans = [leaf.within for leaf in leaves(won) if isinstance(leaf, Happened) and leaf.within] if won else []
    return max(spans, default=USUAL_HORIZON)


def is_won(agreement: Agreement, situation: Situation) -> bool:
    """Whether the agreement's `won` is true: the deal is made."""
    won = agreement.ready.won
    return won is not None and holds(won, situation) is True


def choose_agreements(agreements: Mapping[str, Agreement], profile: Profile, now: int) -> tuple[Agreement, ...]:
    """The agreements a lead is scored under: those whose campaign touched it within 90 days.

    The five touched last, the latest first; if none did, the house agreement, where there is one.
    """
    touched = [(touch, name) for name in agreements if (touch := last_touch(agreements[name], profile, now))]
    if touched:
        return tuple(agreements[name] for _, name in sorted(touched, reverse=True)[:MOST_AGREEMENTS])
    return (agreements[HOUSE],) if HOUSE in agreements else ()


def last_touch(agreement: Agreement, profile: Profile, now: int) -> tuple[int, bytes] | None:
    """The newest touch (time, message key) by the agreement's campaign while it ran, within 90 days."""
    first = max(now - TOUCHED_WITHIN + 1, agreement.runs.start or 0)
    last = now if agreement.runs.end is None else min(now, agreement.runs.end - 1)
    return max((entry for entry in _touches(covers_of(agreement), profile) if first <= entry[0] <= last), default=None)


def covers_of(agreement: Agreement) -> tuple[Cover, ...]:
    """Which touches are the agreement's campaign's: as it says, else those of campaigns of its own name."""
    return agreement.covers or (Cover(by="campaign", pattern=agreement.campaign),)


def covers_campaign(agreement: Agreement, campaign: str) -> bool:
    """Whether touches of this campaign are the agreement's."""
    return any(
        each.by == "campaign" and glob(each.pattern.casefold())(campaign.casefold()) for each in covers_of(agreement)
    )


def _touches(covers: Iterable[Cover], profile: Profile) -> Iterable[tuple[int, bytes]]:
    tests = [(cover.by, glob(cover.pattern.casefold())) for cover in covers]
    for source, entry in profile.touches.items():
        by, _, value = source.partition(":")
        if any(by == kind and fits(value.casefold()) for kind, fits in tests):
            yield entry
