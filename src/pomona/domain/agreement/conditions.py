"""The conditions an agreement can state, as values. `pomona.domain.condition` says when they hold.

Texts stand in their normal form, points in thousandths, times in microseconds. Every value is plain data
(a tagged union for msgspec), so a decision can carry the condition that made it.
"""

from typing import Literal

import msgspec

Scalar = str | int | float | bool

ANY = "any"
"""The event pattern's name that stands for whatever the person did."""


class _Value(msgspec.Struct, frozen=True, omit_defaults=True):
    """Plain, comparable, hashable."""


class _Condition(_Value, frozen=True, tag_field="is"):
    """One condition; its tag names it in JSON."""


class Wanted(_Value, frozen=True):
    """What a value must be: one of `values` (normal texts, numbers, true or false), or a number in a range."""

    values: tuple[Scalar, ...] = ()
    at_least: float | None = None
    at_most: float | None = None


class Pattern(_Value, frozen=True):
    """Which events are meant: by name (normal form, or `any`), path and campaign (globs), channel, properties."""

    name: str
    path: str | None = None
    campaign: str | None = None
    channels: tuple[str, ...] = ()
    properties: tuple[tuple[str, Wanted], ...] = ()


class All(_Condition, frozen=True, tag="all"):
    """Every part holds."""

    parts: tuple["Condition", ...]


class AnyOf(_Condition, frozen=True, tag="any"):
    """At least one part holds."""

    parts: tuple["Condition", ...]


class Not(_Condition, frozen=True, tag="not"):
    """The part does not hold; not known if the part is not known."""

    part: "Condition"


class Known(_Condition, frozen=True, tag="known"):
    """The trait has a value. Never itself not known."""

    trait: str


class TraitIs(_Condition, frozen=True, tag="trait"):
    """The trait's value is one of those wanted, or in the range wanted."""

    trait: str
    wanted: Wanted


class TraitMatches(_Condition, frozen=True, tag="matches"):
    """One of the texts stands in the trait's text as whole words."""

    trait: str
    texts: tuple[str, ...]


class TraitInList(_Condition, frozen=True, tag="in_list"):
    """The trait's value stands in a list that belongs to the agreement's version."""

    trait: str
    list: str


class Found(_Condition, frozen=True, tag="found"):
    """What was found out about the trait's value when it was captured (its kind, seniority or region)."""

    trait: str
    facet: str
    codes: tuple[str, ...]


class Region(_Condition, frozen=True, tag="region"):
    """The lead's region is one of these codes (ISO 3166-2, lower case)."""

    codes: tuple[str, ...]


class Answered(_Condition, frozen=True, tag="answer"):
    """The latest answer to the question holds one of these codes."""

    question: str
    codes: tuple[str, ...]


class AnsweredNumber(_Condition, frozen=True, tag="answer_number"):
    """The latest answer to the question holds a number in the range; not known if it holds no number."""

    question: str
    at_least: float | None = None
    at_most: float | None = None


class AnswerBefore(_Condition, frozen=True, tag="answer_before"):
    """The time that was answered is less than `before` away."""

    question: str
    before: int


class PassMarkReached(_Condition, frozen=True, tag="pass_mark"):
    """The score reaches the pass mark."""


class PointsReach(_Condition, frozen=True, tag="points"):
    """The score or the points of one section lie in the range (thousandths, both ends included)."""

    of: Literal["score", "fit", "interest", "answers"]
    at_least: int | None = None
    at_most: int | None = None


class GradeIs(_Condition, frozen=True, tag="grade"):
    """The grade is one of these letters."""

    letters: tuple[str, ...]


class ChannelIs(_Condition, frozen=True, tag="channel"):
    """The last touch came through one of these channels."""

    channels: tuple[str, ...]


class Hours(_Condition, frozen=True, tag="hours"):
    """The time of day, in the agreement's time zone, lies in [start, end) (minutes; may pass midnight)."""

    start: int
    end: int


class Happened(_Condition, frozen=True, tag="event"):
    """Events fitting `pattern` happened in this cycle: `times` of them, with `different` values of a property
    if named, the oldest of the newest `times` less than `within` ago if given."""

    pattern: Pattern
    times: int = 1
    within: int | None = None
    different: str | None = None


class NoneOf(_Condition, frozen=True, tag="none_of"):
    """Captured at least `span` ago and since then no event fits any of `patterns`."""

    patterns: tuple[Pattern, ...]
    span: int


class PeopleOfAccount(_Condition, frozen=True, tag="people_of_account"):
    """So many leads of the account did something that fits `pattern`."""

    people: int
    pattern: Pattern
    within: int | None = None


class Subscribed(_Condition, frozen=True, tag="subscribed"):
    """The lead takes this mailing."""

    mailing: str


class Bant(_Condition, frozen=True, tag="bant"):
    """What is known of budget, authority, need or timeline is in one of these states."""

    about: str
    states: tuple[str, ...]


class Account(_Condition, frozen=True, tag="account"):
    """The lead's account is a client, or has an owner."""

    fact: Literal["is_client", "has_owner"]


Condition = (
    All
    | AnyOf
    | Not
    | Known
    | TraitIs
    | TraitMatches
    | TraitInList
    | Found
    | Region
    | Answered
    | AnsweredNumber
    | AnswerBefore
    | PassMarkReached
    | PointsReach
    | GradeIs
    | ChannelIs
    | Hours
    | Happened
    | NoneOf
    | PeopleOfAccount
    | Subscribed
    | Bant
    | Account
)


def leaves(condition: Condition) -> "tuple[Condition, ...]":
    """The conditions that `condition` is made of, without all, any and not, in the order written."""
    match condition:
        case All(parts) | AnyOf(parts):
            return tuple(leaf for part in parts for leaf in leaves(part))
        case Not(part):
            return leaves(part)
    return (condition,)
