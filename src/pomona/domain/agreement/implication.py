"""When one condition being true makes another one true, whoever the lead is. Says so only where it is certain."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from pomona.domain.agreement import conditions as c

_Range = tuple[float | None, float | None]


@lru_cache(maxsize=65_536)
def implies(first: c.Condition, second: c.Condition) -> bool:
    """Whether `second` is true of every lead of which `first` is; False also where that cannot be seen."""
    if first == second:
        return True
    if isinstance(first, c.AnyOf):
        return all(implies(part, second) for part in first.parts)
    if isinstance(second, c.All):
        return all(implies(first, part) for part in second.parts)
    if isinstance(first, c.All) and any(implies(part, second) for part in first.parts):
        return True
    if isinstance(second, c.AnyOf):
        return any(implies(first, part) for part in second.parts)
    return _leaf_implies(first, second)


def _leaf_implies(first: c.Condition, second: c.Condition) -> bool:
    if isinstance(second, c.Known):
        return second.trait == _known_by(first)
    return type(first) is type(second) and type(first) in _NARROWER and _NARROWER[type(first)](first, second)


def _known_by(condition: c.Condition) -> str | None:
    """The trait that has a value wherever the condition is true."""
    match condition:
        case c.TraitIs(trait) | c.TraitMatches(trait) | c.TraitInList(trait):
            return trait
        case c.Region():
            return "region"
    return None


def _happened_implies(first: c.Happened, second: c.Happened) -> bool:
    """More often, or more lately, implies less often and less lately; other values imply events at all."""
    if first.pattern != second.pattern or second.different not in (None, first.different):
        return False
    lately = second.within is None or (first.within is not None and first.within <= second.within)
    return first.times >= second.times and lately


def _people_imply(first: c.PeopleOfAccount, second: c.PeopleOfAccount) -> bool:
    lately = second.within is None or (first.within is not None and first.within <= second.within)
    return first.pattern == second.pattern and first.people >= second.people and lately


def _wanted_within(narrow: c.Wanted, wide: c.Wanted) -> bool:
    """Types count: the text 5 is no number 5, and true is no 1."""
    ends = (wide.at_least, wide.at_most)
    if wide.values:
        return bool(narrow.values) and _typed(narrow.values) <= _typed(wide.values)
    if narrow.values:
        numbers = [value for value in narrow.values if not isinstance(value, str | bool)]
        return len(numbers) == len(narrow.values) and all(_range_within((value, value), ends) for value in numbers)
    return _range_within((narrow.at_least, narrow.at_most), ends)


def _typed(values: tuple[c.Scalar, ...]) -> set[tuple[str, c.Scalar]]:
    return {("number" if type(value) in (int, float) else type(value).__name__, value) for value in values}


def _range_within(narrow: _Range, wide: _Range) -> bool:
    (low, high), (least, most) = narrow, wide
    return (least is None or (low is not None and low >= least)) and (
        most is None or (high is not None and high <= most)
    )


def _minutes(start: int, end: int) -> set[int]:
    """The minutes of the day in [start, end), past midnight too."""
    return set(range(start, end)) if start < end else {*range(start, 24 * 60), *range(end)}


_NARROWER: dict[type, Callable[[Any, Any], bool]] = {
    c.TraitIs: lambda one, other: one.trait == other.trait and _wanted_within(one.wanted, other.wanted),
    c.TraitMatches: lambda one, other: one.trait == other.trait and set(one.texts) <= set(other.texts),
    c.Found: lambda one, other: (
        (one.trait, one.facet) == (other.trait, other.facet) and set(one.codes) <= set(other.codes)
    ),
    c.Answered: lambda one, other: one.question == other.question and set(one.codes) <= set(other.codes),
    c.AnswerBefore: lambda one, other: one.question == other.question and one.before <= other.before,
    c.AnsweredNumber: lambda one, other: (
        one.question == other.question and _range_within((one.at_least, one.at_most), (other.at_least, other.at_most))
    ),
    c.Region: lambda one, other: set(one.codes) <= set(other.codes),
    c.ChannelIs: lambda one, other: set(one.channels) <= set(other.channels),
    c.GradeIs: lambda one, other: set(one.letters) <= set(other.letters),
    c.Bant: lambda one, other: one.about == other.about and set(one.states) <= set(other.states),
    c.PointsReach: lambda one, other: (
        one.of == other.of and _range_within((one.at_least, one.at_most), (other.at_least, other.at_most))
    ),
    c.Hours: lambda one, other: _minutes(one.start, one.end) <= _minutes(other.start, other.end),
    c.Happened: _happened_implies,
    c.PeopleOfAccount: _people_imply,
}
"""Of two conditions of the same type: whether the first lets through no more than the second."""
