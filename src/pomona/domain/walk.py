"""One lead walked through an agreement step by step: what each rule gave, what each condition was, what is missing."""

import msgspec

from pomona.domain.agreement.trackers import Entry
from pomona.domain.agreement.values import BandRule, FirstContact, HitRule, RouteRule, Rule, Section, StateRule
from pomona.domain.condition import Explanation, Situation, explain
from pomona.domain.points import Points
from pomona.domain.ripeness import Readiness, readiness
from pomona.domain.scoring import worth

WAYS = 3
"""How many ways to the pass mark are named."""


class RuleStep(msgspec.Struct, frozen=True):
    """A rule with what it gives (None: nothing).

    `holds` None: not known. `explanation` is the condition of a rule that has one; hits and bands have none.
    """

    section: Section
    rule: Rule
    points: Points | None
    holds: bool | None
    explanation: Explanation | None = None


class LineStep(msgspec.Struct, frozen=True):
    """A line of the route or of the response clocks.

    `explanation` None: it says otherwise. Only the first line that is true counts: `asked` is false after it.
    """

    line: RouteRule | FirstContact
    explanation: Explanation | None
    asked: bool

    @property
    def holds(self) -> bool | None:
        """Whether the line fits; None: not known."""
        return True if self.explanation is None else self.explanation.holds


class Way(msgspec.Struct, frozen=True):
    """One rule that could give `gain` thousandths more: by so many further `hits`, or by its condition (0)."""

    section: Section
    rule: Rule
    gain: int
    hits: int = 0


class Missing(msgspec.Struct, frozen=True):
    """So many thousandths are `missing` to the pass mark.

    `ways`: single rules that would close the gap, the smallest first; where no one does (`alone` is false), those
    that come nearest.
    """

    missing: int
    alone: bool
    ways: tuple[Way, ...]


class Walk(msgspec.Struct, frozen=True, kw_only=True):
    """A lead under an agreement at a moment, step by step. The situation has its score."""

    situation: Situation
    readiness: Readiness
    captured: Explanation
    never: tuple[tuple[str, Explanation], ...]
    rules: tuple[RuleStep, ...]
    mql: Explanation
    missing: Missing | None
    route: tuple[LineStep, ...]
    clocks: tuple[LineStep, ...]


def walk(situation: Situation) -> Walk:
    """Every step of the agreement for the lead in this situation, which has its score."""
    agreement = situation.agreement
    ready = agreement.ready
    return Walk(
        situation=situation,
        readiness=readiness(situation),
        captured=explain(ready.captured, situation),
        never=tuple((rule.name, explain(rule.when, situation)) for rule in ready.never),
        rules=tuple(_rule(section, rule, situation) for section, rule in agreement.rules),
        mql=explain(ready.mql, situation),
        missing=what_is_missing(situation),
        route=_lines(agreement.route, situation),
        clocks=_lines(agreement.respond.first_contact, situation),
    )


def what_is_missing(situation: Situation) -> Missing | None:
    """Which single rules would bring the lead to the pass mark; None if it has reached it."""
    assert situation.score is not None
    gap = situation.agreement.ready.pass_mark.current - situation.score.total
    if gap <= 0:
        return None
    found = [way for section, rule in situation.agreement.rules if (way := _way(section, rule, situation, gap))]
    enough = [way for way in found if way.gain >= gap]
    if enough:
        return Missing(gap, True, tuple(sorted(enough, key=lambda way: (way.gain, way.hits, way.rule.name))[:WAYS]))
    return Missing(gap, False, tuple(sorted(found, key=lambda way: (-way.gain, way.rule.name))[:WAYS]))


def _rule(section: Section, rule: Rule, situation: Situation) -> RuleStep:
    points = _given(section, rule, situation)
    match rule:
        case StateRule(when=when):
            explanation = explain(when, situation)
            return RuleStep(section, rule, points, explanation.holds, explanation)
        case BandRule(trait=trait):
            known = situation.profile.value(trait) is not None
            return RuleStep(section, rule, points, points is not None if known else None)
    return RuleStep(section, rule, points, points is not None)


def _given(section: Section, rule: Rule, situation: Situation) -> Points | None:
    assert situation.score is not None
    named = (each for each in situation.score.points if (each.section, each.rule) == (section, rule.name))
    return next(named, None)


def _lines(lines: tuple[RouteRule, ...] | tuple[FirstContact, ...], situation: Situation) -> tuple[LineStep, ...]:
    steps: list[LineStep] = []
    for line in lines:
        explanation = None if line.when is None else explain(line.when, situation)
        decided = any(step.asked and step.holds for step in steps)
        steps.append(LineStep(line, explanation, asked=not decided))
    return tuple(steps)


def _way(section: Section, rule: Rule, situation: Situation, gap: int) -> Way | None:
    """How the rule could give more; by as few further hits as close the gap, or as many as it counts."""
    points = _given(section, rule, situation)
    given = points.amount if points else 0
    match rule:
        case StateRule(points=amount):
            gain = max(amount, 0) - given
        case BandRule(bands=bands):
            gain = max([0, *(band.points for band in bands)]) - given
        case HitRule():
            return _by_hits(section, rule, situation, gap)
    return Way(section, rule, gain) if gain > 0 else None


def _by_hits(section: Section, rule: HitRule, situation: Situation, gap: int) -> Way | None:
    entries = situation.entries(rule.tracker(situation.agreement.runs.offset))[-rule.keep :]
    amounts = [worth(rule.points, situation.at - t, rule.half_life) for t, _ in entries]
    best: Way | None = None
    for hits in range(1, _most_hits(rule, entries, situation) + 1):
        kept = amounts[max(0, len(amounts) + hits - rule.keep) :]
        gain = sum(kept) + hits * rule.points - sum(amounts)
        if gain > (best.gain if best else 0):
            best = Way(section, rule, gain, hits)
        if gain >= gap:
            break
    return best


def _most_hits(rule: HitRule, entries: tuple[Entry, ...], situation: Situation) -> int:
    """How many further hits could count that happen now."""
    if rule.once:
        return 0 if entries else 1
    if (length := rule.once_per_time) is not None:
        offset = situation.agreement.runs.offset
        counted = entries and (entries[-1][0] + offset) // length == (situation.at + offset) // length
        return 0 if counted else 1
    return rule.keep
