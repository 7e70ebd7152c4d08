"""A score as a value: every point with its rule and the events it comes from. Points in thousandths."""

import msgspec

from pomona.domain.agreement.values import Section


class Hit(msgspec.Struct, frozen=True):
    """One event that earned points: its time and message key, what it was worth then and is worth now."""

    t: int
    key: bytes
    worth: int
    amount: int


class Evidence(msgspec.Struct, frozen=True):
    """An event that makes a condition true: its time and message key."""

    t: int
    key: bytes


class Points(msgspec.Struct, frozen=True, kw_only=True):
    """What one rule gives now. `amount` is the exact sum of `hits` where single events earn the points.

    Where a state earns them, `evidence` names the events that make it true (none where nothing happened).
    `fading`: the amount falls with time.
    """

    rule: str
    section: Section
    amount: int
    hits: tuple[Hit, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    fading: bool = False


class Score(msgspec.Struct, frozen=True, kw_only=True):
    """The exact sum of `points` at the moment `at`, by section, and the grade it reaches."""

    total: int
    fit: int
    interest: int
    answers: int
    grade: str | None
    points: tuple[Points, ...]
    at: int
