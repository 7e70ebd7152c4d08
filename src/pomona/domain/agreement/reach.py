"""The best score that a kind of lead can reach: never less than what it really can, so that refusing is safe.

Each rule gives what it can give at best: a rule of hits all the hits it counts, at the moment they happen. Rules
about one trait alone exclude each other as its values do: every value that the rules tell apart is tried, and the
best one counts. So do rules about one question alone that has one answer. Everything else is taken as independent.
"""

from collections.abc import Collection, Iterable, Sequence
from itertools import chain, pairwise, product
from math import prod

import msgspec

from pomona.domain.agreement import conditions as c
from pomona.domain.agreement.outcomes import TRUE, Kind, Limits, Told, World, can_happen, outcomes, trait_of
from pomona.domain.agreement.patterns import is_wanted
from pomona.domain.agreement.values import Agreement, BandRule, Grade, HitRule, Rule
from pomona.domain.text import normal

MOST_TRIED = 20_000
"""Values times rules tried for one trait; beyond it the rules are taken as independent."""
_ANOTHER = "\0"
"""A text that no rule names."""

Range = tuple[int, int]
"""Lowest and highest points, thousandths."""


class Reach(msgspec.Struct, frozen=True):
    """What one kind of lead can reach: its highest score (thousandths), and whether it can become ripe at all."""

    kind: Kind
    limits: Limits
    can_ripen: bool

    @property
    def best(self) -> int:
        """The highest score, in thousandths."""
        return self.limits.high["score"]


def reach(agreement: Agreement, kind: Kind) -> Reach:
    """What this kind of lead can reach under the agreement."""
    ready = agreement.ready
    limits = _limits(agreement, kind)
    barred = any(outcomes(each.when, kind) == TRUE for each in ready.never)
    captured = True in outcomes(ready.captured, kind)
    ripe = True in outcomes(ready.mql, kind, limits=limits)
    return Reach(kind, limits, can_ripen=captured and ripe and not barred)


def _limits(agreement: Agreement, kind: Kind) -> Limits:
    ready = agreement.ready
    single = frozenset(question.code for question in agreement.questions if question.kind == "single")
    sections = {
        "fit": _section(ready.fit, kind, single),
        "interest": _section(ready.interest, kind, single),
        "answers": _section(ready.answers, kind, single),
    }
    low = {name: ends[0] for name, ends in sections.items()}
    high = {name: ends[1] for name, ends in sections.items()}
    low["score"], high["score"] = sum(low.values()), sum(high.values())
    letters = [grade.letter for grade in ready.grades if high["score"] >= grade_begins(agreement, grade)]
    return Limits(low, high, ready.pass_mark.start, letters)


def grade_begins(agreement: Agreement, grade: Grade) -> int:
    """The score a grade begins at, in thousandths."""
    return agreement.ready.pass_mark.start if grade.at_least is None else grade.at_least


def _section(rules: Sequence[Rule], kind: Kind, single: Collection[str]) -> Range:
    by_trait: dict[str, list[Rule]] = {}
    by_question: dict[str, list[Rule]] = {}
    ranges = []
    for rule in rules:
        if (trait := _only_trait(rule)) is not None:
            by_trait.setdefault(trait, []).append(rule)
        elif (question := _only_question(rule)) in single:
            by_question.setdefault(question, []).append(rule)
        else:
            ranges.append(_range(rule, kind, None))
    ranges.extend(_of_trait(trait, of_trait, kind) for trait, of_trait in by_trait.items())
    ranges.extend(_of_question(question, of_question, kind) for question, of_question in by_question.items())
    return _sum(ranges)


def _sum(ranges: Iterable[Range]) -> Range:
    low = high = 0
    for least, most in ranges:
        low, high = low + least, high + most
    return low, high


def _only_trait(rule: Rule) -> str | None:
    """The one trait on which alone the rule depends."""
    if isinstance(rule, BandRule):
        return rule.trait
    traits = {trait_of(leaf) for leaf in c.leaves(rule.when)}
    return traits.pop() if len(traits) == 1 else None


def _only_question(rule: Rule) -> str:
    """The one question on whose chosen answer alone the rule depends; "" where there is none."""
    leaves = () if isinstance(rule, BandRule) else c.leaves(rule.when)
    questions = {leaf.question if isinstance(leaf, c.Answered) else "" for leaf in leaves}
    return questions.pop() if len(questions) == 1 else ""


def _of_question(question: str, rules: Sequence[Rule], kind: Kind) -> Range:
    """What a question with one answer can give: no answer, each code that rules name, and another one are tried."""
    codes = {code for leaf in _leaves(rules) if isinstance(leaf, c.Answered) for code in leaf.codes}
    worlds = [Told(question, code) for code in (None, _ANOTHER, *codes)]
    return _best_of(rules, kind, worlds)


def _best_of(rules: Sequence[Rule], kind: Kind, worlds: Iterable[World | Told]) -> Range:
    ranges = [_sum(_range(rule, kind, world) for rule in rules) for world in worlds]
    return min(low for low, _ in ranges), max(high for _, high in ranges)


def _of_trait(trait: str, rules: Sequence[Rule], kind: Kind) -> Range:
    values = _values(rules) if kind.can_have(trait) else []
    worlds = [World(trait, None, {})] if trait not in kind.certain else []
    found = _facets(rules)
    if len(values) * len(rules) * prod(map(len, found.values())) > MOST_TRIED:
        return _sum(_range(rule, kind, None) for rule in rules)
    for value, codes in product(values, product(*found.values())):
        worlds.append(World(trait, value, dict(zip(found, codes, strict=True))))
    return _best_of(rules, kind, worlds)


def _facets(rules: Iterable[Rule]) -> dict[str, list[str | None]]:
    """What can have been found out about a value, by facet; None: nothing, and a code that no rule names."""
    found: dict[str, list[str | None]] = {}
    for leaf in _leaves(rules):
        if isinstance(leaf, c.Found):
            found.setdefault(leaf.facet, [None, _ANOTHER]).extend(leaf.codes)
    return {facet: list(dict.fromkeys(codes)) for facet, codes in found.items()}


def _values(rules: Sequence[Rule]) -> list[c.Scalar]:
    """Every value that the rules tell apart: those named, both ends of ranges, what lies between, another.

    A number may also come as a text that spells it, which other rules take for a word.
    """
    named: list[c.Scalar | None] = [_ANOTHER]
    for leaf in _leaves(rules):
        match leaf:
            case c.TraitIs(_, wanted):
                named += [*wanted.values, wanted.at_least, wanted.at_most]
            case c.Region(codes):
                named += map(normal, codes)
    for band in chain.from_iterable(rule.bands for rule in rules if isinstance(rule, BandRule)):
        named += [band.value, band.low, band.high]
    ends = sorted({value for value in named if isinstance(value, int | float) and not isinstance(value, bool)})
    between = [(low + high) / 2 for low, high in pairwise(ends)]
    numbers = [*ends, *between, *([ends[0] - 1, ends[-1] + 1] if ends else [])]
    spelt = [f"{value:.9f}".rstrip("0").rstrip(".") for value in numbers]
    words = [value for value in named if isinstance(value, str | bool)]
    return [*dict.fromkeys([*words, *spelt]), *numbers]


def _leaves(rules: Iterable[Rule]) -> Iterable[c.Condition]:
    return chain.from_iterable(c.leaves(rule.when) for rule in rules if not isinstance(rule, BandRule))


def _range(rule: Rule, kind: Kind, world: World | Told | None) -> Range:
    """The lowest and highest points that the rule can give; fading hits and hits that never came give none."""
    match rule:
        case HitRule(when=when, points=points, keep=keep):
            most = points * (1 if kind.is_new else keep) if can_happen(when.pattern, kind) else 0
            return min(0, most), max(0, most)
        case BandRule():
            return _banded(rule, kind, world)
    answers = outcomes(rule.when, kind, world=world)
    if True not in answers:
        return 0, 0
    return (rule.points, rule.points) if answers == TRUE else (min(0, rule.points), max(0, rule.points))


def _banded(rule: BandRule, kind: Kind, world: World | Told | None) -> Range:
    if not isinstance(world, World):
        amounts = [0, *(band.points for band in rule.bands)] if kind.can_have(rule.trait) else [0]
        return min(amounts), max(amounts)
    text = world.value if isinstance(world.value, str) else None
    for band in rule.bands:
        wanted = c.Wanted((band.value,)) if band.value is not None else c.Wanted((), band.low, band.high)
        if is_wanted(wanted, world.value, text):
            return band.points, band.points
    return 0, 0
