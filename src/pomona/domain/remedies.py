"""Which single number of a draft, changed, would bring it nearest to what most people would do with judged leads."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import msgspec

from pomona.domain.agreement import Agreement
from pomona.domain.agreement.conditions import PointsReach, leaves
from pomona.domain.agreement.values import BandRule, Rule, Section
from pomona.domain.condition import Situation
from pomona.domain.points import Score
from pomona.domain.ripeness import Readiness, readiness
from pomona.domain.scoring import band_of, situation_of

MOST = 5
"""How many remedies are offered."""

POINT = 1_000


class Case(NamedTuple):
    """A judged lead: its situation under the draft, with its score, and whether most people would take it."""

    situation: Situation
    take: bool


class Knob(msgspec.Struct, frozen=True):
    """One number of an agreement in thousandths, with its bounds: the pass mark (`rule` empty) or a rule's points.

    `band` is the position of the band that is meant, in a rule that has bands.
    """

    value: int
    low: int
    high: int
    section: Section | None = None
    rule: str = ""
    band: int | None = None


class Remedy(msgspec.Struct, frozen=True):
    """A knob turned to `after`: so many judged leads are `mended`, that is agree with most people only then; so many
    are `broken`, that is agree now and would not."""

    knob: Knob
    after: int
    mended: int
    broken: int


def agrees(case: Case, agreement: Agreement | None = None) -> bool:
    """Whether the draft, or the agreement in its place, does with the lead what most people would."""
    found = case.situation
    if agreement is not None:
        found = situation_of(
            agreement,
            found.profile,
            found.tally,
            at=found.at,
            captured_at=found.captured_at,
            colleagues=found.colleagues,
        )
    return (readiness(found) == Readiness.RIPE) == case.take


def remedies(draft: Agreement, cases: Sequence[Case]) -> list[Remedy]:
    """Single changes that bring the draft nearer to what most people would do, the best first; one of each number.

    The best mends most after those it breaks; of equals the one that breaks fewest, then the smallest change.
    The pass mark moves within its own bounds. Points keep their sign, are whole, and stay below the pass mark: such
    a rule would ripen anybody alone. Each change is tried by scoring the leads anew.
    """
    before = [agrees(case) for case in cases]
    found = []
    for knob in knobs(draft):
        tried = [
            _tried(draft, knob, value, cases, before) for value in sorted(_worth_trying(draft, knob, cases, before))
        ]
        helping = [each for each in tried if each.mended > each.broken]
        found += sorted(helping, key=_rank)[:1]
    return sorted(found, key=_rank)[:MOST]


def _rank(remedy: Remedy) -> tuple[int, int, int, str]:
    knob = remedy.knob
    return (remedy.broken - remedy.mended, remedy.broken, abs(remedy.after - knob.value), knob.rule)


def knobs(draft: Agreement) -> list[Knob]:
    """Every number that may be turned."""
    mark = draft.ready.pass_mark
    found = [Knob(mark.start, mark.min, mark.max)] if mark.min < mark.max else []
    for section, rule in draft.rules:
        points: list[tuple[int, int | None]]
        if isinstance(rule, BandRule):
            points = [(band.points, number) for number, band in enumerate(rule.bands)]
        else:
            points = [(rule.points, None)]
        found += [_knob(value, section, rule, band, mark.start) for value, band in points if value]
    return found


def _knob(value: int, section: Section, rule: Rule, band: int | None, mark: int) -> Knob:
    most = max(mark - POINT, abs(value))
    low, high = (0, most) if value > 0 else (-most, 0)
    return Knob(value, low, high, section, rule.name, band)


def turned(draft: Agreement, knob: Knob, value: int) -> Agreement:
    """The draft with one other number. A rule with `at_most` counts as many hits as before."""
    replace, ready = msgspec.structs.replace, draft.ready
    if knob.section is None:
        changed: dict[str, Any] = {"pass_mark": replace(ready.pass_mark, start=value)}
    else:
        rules = getattr(ready, knob.section)
        changed = {
            knob.section: tuple(_with_points(rule, knob, value) if rule.name == knob.rule else rule for rule in rules)
        }
    return replace(draft, ready=replace(ready, **changed))


def _with_points(rule: Rule, knob: Knob, value: int) -> Rule:
    replace = msgspec.structs.replace
    if isinstance(rule, BandRule):
        bands = (replace(band, points=value) if number == knob.band else band for number, band in enumerate(rule.bands))
        return replace(rule, bands=tuple(bands))
    return replace(rule, points=value)


def _tried(draft: Agreement, knob: Knob, value: int, cases: Sequence[Case], before: Sequence[bool]) -> Remedy:
    changed = turned(draft, knob, value)
    after = [
        agrees(case, changed) if knob.section is None or _given(case, knob, draft) else agreed
        for case, agreed in zip(cases, before, strict=True)
    ]
    both = list(zip(before, after, strict=True))
    return Remedy(knob, value, mended=both.count((False, True)), broken=both.count((True, False)))


def _worth_trying(draft: Agreement, knob: Knob, cases: Sequence[Case], before: Sequence[bool]) -> set[int]:
    """The values at which a lead that now disagrees could change sides: nothing happens between them."""
    found = (
        value
        for case, agreed in zip(cases, before, strict=True)
        if not agreed
        for turning in _turning_points(draft, knob, case)
        for value in (turning // POINT * POINT, -(-turning // POINT) * POINT, turning // POINT * POINT + POINT)
    )
    return {value for value in found if knob.low <= value <= knob.high and value != knob.value}


def _turning_points(draft: Agreement, knob: Knob, case: Case) -> Iterable[int]:
    """The values of the knob, about, at which the lead's points reach what is asked of them."""
    score = case.situation.score
    assert score is not None
    if knob.section is None:
        yield score.total
    elif given := _given(case, knob, draft):
        for asked, reached in _asked(draft, knob.section, score):
            yield knob.value + (asked - reached) * knob.value // given


def _asked(draft: Agreement, section: Section, score: Score) -> Iterable[tuple[int, int]]:
    """What `mql` asks of points to which the section counts, and the points there are."""
    yield draft.ready.pass_mark.start, score.total
    for leaf in leaves(draft.ready.mql):
        if isinstance(leaf, PointsReach) and leaf.of == section:
            reached: int = getattr(score, section)
            yield from ((bound, reached) for bound in (leaf.at_least, leaf.at_most) if bound is not None)


def _given(case: Case, knob: Knob, draft: Agreement) -> int:
    """What the lead gets by this very number; 0: turning it does nothing for the lead."""
    score = case.situation.score
    assert score is not None
    named = (each.amount for each in score.points if (each.section, each.rule) == (knob.section, knob.rule))
    amount = next(named, 0)
    if amount and knob.band is not None:
        rule = next(rule for section, rule in draft.rules if (section, rule.name) == (knob.section, knob.rule))
        assert isinstance(rule, BandRule)
        return amount if band_of(rule, case.situation.profile) is rule.bands[knob.band] else 0
    return amount
