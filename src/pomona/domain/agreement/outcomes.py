"""What a condition can be for a kind of lead: true, false, not known. Leaves nothing out that can happen.

So what is not among the outcomes is certainly impossible; what is among them may still be impossible, for parts
of a condition are looked at one by one.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from functools import reduce
from typing import Any, Literal

import msgspec

from pomona.domain.agreement import conditions as c
from pomona.domain.agreement.patterns import is_wanted
from pomona.domain.bant import UNKNOWN
from pomona.domain.text import normal

Outcomes = frozenset[bool | None]

TRUE: Outcomes = frozenset({True})
FALSE: Outcomes = frozenset({False})
NOT_KNOWN: Outcomes = frozenset({None})
EITHER: Outcomes = frozenset({True, False})
WHATEVER: Outcomes = frozenset({True, False, None})

_ON_THE_SITE = frozenset(
    {
        "page",
        "screen",
        "content downloaded",
        "form submitted",
        "mail opened",
        "mail clicked",
        "webinar registered",
        "webinar attended",
    }
)
_ON_THE_PHONE = frozenset({"call started", "call answered", "call ended", "call missed"})


class Kind(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of lead: which traits it can have (None: all) and has for sure, what it cannot have done.

    `is_new`: it did one thing once, just now.
    """

    name: Literal["anyone", "caller", "form"]
    traits: frozenset[str] | None = None
    certain: frozenset[str] = frozenset()
    never_does: frozenset[str] = frozenset()
    is_new: bool = False

    def can_have(self, trait: str) -> bool:
        """Whether it can have a value of the trait."""
        return self.traits is None or trait in self.traits


ANYONE = Kind(name="anyone")
"""Any lead there can be."""
CALLER = Kind(
    name="caller",
    traits=frozenset({"phone", "region"}),
    certain=frozenset({"phone"}),
    never_does=_ON_THE_SITE,
    is_new=True,
)
"""Somebody who just called for the first time and answered every question: the phone tells number and region."""
FORM_LEAD = Kind(name="form", never_does=_ON_THE_PHONE)
"""Somebody who told everything a form can ask, did everything on the site, and never called."""


class World(msgspec.Struct, frozen=True):
    """One value that a trait can have (None: no value), and what was found out about it."""

    trait: str
    value: c.Scalar | None
    found: Mapping[str, str | None]


class Told(msgspec.Struct, frozen=True):
    """The one answer that was given to a question (None: none)."""

    question: str
    code: str | None


class Limits(msgspec.Struct, frozen=True):
    """The lowest and highest points (thousandths) of `score`, `fit`, `interest`, `answers`; what they decide.

    `letters` are the grades that can be reached.
    """

    low: Mapping[str, int]
    high: Mapping[str, int]
    pass_mark: int
    letters: Collection[str]


def outcomes(
    condition: c.Condition, kind: Kind, *, world: World | Told | None = None, limits: Limits | None = None
) -> Outcomes:
    """What the condition can be for this kind of lead, in this world, within these limits of its points."""
    if isinstance(condition, c.All | c.AnyOf):
        join = _and if isinstance(condition, c.All) else _or
        return _joined((outcomes(part, kind, world=world, limits=limits) for part in condition.parts), join)
    if isinstance(condition, c.Not):
        inner = outcomes(condition.part, kind, world=world, limits=limits)
        return frozenset(None if each is None else not each for each in inner)
    if isinstance(condition, c.PassMarkReached | c.PointsReach | c.GradeIs):
        return EITHER if limits is None else _points(condition, limits)
    if isinstance(world, Told):
        return _told(condition, kind, world)
    if trait_of(condition) is not None:
        return _trait(condition, kind, world)
    return _OF_DEEDS[type(condition)](condition, kind)


def _joined(parts: Iterable[Outcomes], join: Any) -> Outcomes:
    return reduce(lambda one, other: frozenset(join(a, b) for a in one for b in other), parts)


def _and(a: bool | None, b: bool | None) -> bool | None:
    if a is False or b is False:
        return False
    return None if a is None or b is None else True


def _or(a: bool | None, b: bool | None) -> bool | None:
    if a or b:
        return True
    return None if a is None or b is None else False


def _happened(condition: c.Happened, kind: Kind) -> Outcomes:
    return EITHER if can_happen(condition.pattern, kind) and (not kind.is_new or condition.times == 1) else FALSE


def _channel(condition: c.ChannelIs, kind: Kind) -> Outcomes:
    if not kind.is_new:
        return WHATEVER
    return TRUE if "phone" in condition.channels else FALSE


def _bant(condition: c.Bant, kind: Kind) -> Outcomes:
    """Of a new lead nothing has been noted yet."""
    noted = TRUE if UNKNOWN in condition.states else NOT_KNOWN
    return noted if kind.is_new else noted | EITHER


def can_happen(pattern: c.Pattern, kind: Kind) -> bool:
    """Whether this kind of lead can do what the pattern means."""
    if pattern.name in kind.never_does:
        return False
    return not kind.is_new or (pattern.path is None and (not pattern.channels or "phone" in pattern.channels))


def _points(condition: c.Condition, limits: Limits) -> Outcomes:
    match condition:
        case c.GradeIs(letters):
            return EITHER if set(letters) & set(limits.letters) else FALSE
        case c.PointsReach(section, least, most):
            low, high = limits.low[section], limits.high[section]
        case _:
            low, high, least, most = limits.low["score"], limits.high["score"], limits.pass_mark, None
    if (least is not None and high < least) or (most is not None and low > most):
        return FALSE
    sure = (least is None or low >= least) and (most is None or high <= most)
    return TRUE if sure else EITHER


def trait_of(condition: c.Condition) -> str | None:
    """The trait that the condition is about; None for a condition about anything else."""
    match condition:
        case c.Known(trait) | c.TraitIs(trait) | c.TraitMatches(trait) | c.TraitInList(trait) | c.Found(trait):
            return trait
        case c.Region():
            return "region"
    return None


def _trait(condition: c.Condition, kind: Kind, world: World | None) -> Outcomes:
    trait = trait_of(condition) or ""
    if world is not None and world.trait == trait:
        return _in_world(condition, world)
    if isinstance(condition, c.Known):
        return TRUE if trait in kind.certain else EITHER if kind.can_have(trait) else FALSE
    if not kind.can_have(trait):
        return NOT_KNOWN
    return WHATEVER - TRUE if isinstance(condition, c.TraitIs) and _is_empty(condition.wanted) else WHATEVER


def _told(condition: c.Condition, kind: Kind, told: Told) -> Outcomes:
    if not isinstance(condition, c.Answered) or condition.question != told.question:
        return outcomes(condition, kind)
    return NOT_KNOWN if told.code is None else frozenset({told.code in condition.codes})


def _is_empty(wanted: c.Wanted) -> bool:
    """Whether no number lies in the range."""
    return wanted.at_least is not None and wanted.at_most is not None and wanted.at_least > wanted.at_most


def _in_world(condition: c.Condition, world: World) -> Outcomes:
    text = world.value if isinstance(world.value, str) else None
    match condition:
        case c.Known():
            return frozenset({world.value is not None})
        case c.Found(_, facet, codes):
            code = world.found.get(facet)
            return NOT_KNOWN if code is None else frozenset({code in codes})
        case c.TraitIs(_, wanted):
            return frozenset({is_wanted(wanted, world.value, text)})
        case c.Region(codes):
            return NOT_KNOWN if text is None else frozenset({text in map(normal, codes)})
    return NOT_KNOWN if world.value is None else EITHER


_OF_DEEDS: dict[type, Callable[[Any, Kind], Outcomes]] = {
    c.Happened: _happened,
    c.NoneOf: lambda _, kind: FALSE if kind.is_new else EITHER,
    c.ChannelIs: _channel,
    c.Answered: lambda _, kind: WHATEVER,
    c.AnsweredNumber: lambda _, kind: WHATEVER,
    c.AnswerBefore: lambda _, kind: WHATEVER,
    c.Subscribed: lambda _, kind: NOT_KNOWN if kind.is_new else WHATEVER,
    c.Bant: _bant,
    c.Account: lambda _, kind: NOT_KNOWN if kind.is_new else WHATEVER,
    c.PeopleOfAccount: lambda _, kind: NOT_KNOWN if kind.is_new else WHATEVER,
    c.Hours: lambda _, kind: EITHER,
}
"""Conditions about what was done, told and noted, and when. A call alone names no account."""
