"""What a tally keeps of the events: small, bounded, the same for every order of the same events.

Each tracker keeps entries (t, message key) of the events that fit its pattern: the newest, or the earliest of
each value of a property, and so on. Taking an event is commutative, associative and idempotent, because each
tracker keeps the greatest or smallest entries of a set, and costs the same however long the history is.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from functools import lru_cache
from hashlib import blake2b
from typing import Any, ClassVar

import msgspec

from pomona.domain.agreement.conditions import ANY, Condition, Happened, NoneOf, Pattern, PeopleOfAccount
from pomona.domain.agreement.patterns import compile_pattern, property_of
from pomona.domain.event import Event
from pomona.domain.text import normal

Entry = tuple[int, bytes]
"""One kept event: its time and the bytes of its message key."""

VALUES_KEPT = 256
"""`once_per` keeps the earliest hit of at most so many values: those whose first hit is the earliest."""


class _Tracker(msgspec.Struct, frozen=True, kw_only=True):
    """What all trackers share. `by_value`: the state is a dictionary by the digest of a property's value."""

    pattern: Pattern
    by_value: ClassVar[bool] = False

    @property
    def person_only(self) -> bool:
        """Whether only the person's own events count: they do where they earn points."""
        return True


class Newest(_Tracker, frozen=True):
    """The `keep` newest events, ascending."""

    keep: int
    earns: bool

    @property
    def person_only(self) -> bool:
        """Whether only the person's own events count."""
        return self.earns or self.pattern.name == ANY

    def take(self, state: list[Entry], entry: Entry, event: Event) -> None:
        """Add one event's entry to the state."""
        _insert(state, entry)
        if len(state) > self.keep:
            del state[0]


class EarliestEver(_Tracker, frozen=True):
    """The earliest event."""

    def take(self, state: list[Entry], entry: Entry, event: Event) -> None:
        """Add one event's entry to the state."""
        state[:] = [min([entry, *state])]


class EarliestOfBucket(_Tracker, frozen=True):
    """The earliest event of each of the `keep` newest stretches floor((t + offset) / length), ascending."""

    keep: int
    length: int
    offset: int

    def take(self, state: list[Entry], entry: Entry, event: Event) -> None:
        """Add one event's entry to the state."""
        index = bisect_left(state, entry)
        if index > 0 and self._bucket(state[index - 1]) == self._bucket(entry):
            return
        if index < len(state) and self._bucket(state[index]) == self._bucket(entry):
            state[index] = entry
            return
        state.insert(index, entry)
        if len(state) > self.keep:
            del state[0]

    def _bucket(self, entry: Entry) -> int:
        return (entry[0] + self.offset) // self.length


class EarliestOfValue(_Tracker, frozen=True):
    """The earliest event of each value of a property, for the values seen earliest; without value none."""

    value: str
    by_value: ClassVar[bool] = True

    def take(self, state: dict[str, Entry], entry: Entry, event: Event) -> None:
        """Add one event's entry to the state."""
        digest = _value_digest(event, self.value)
        if digest is None or (digest in state and state[digest] <= entry):
            return
        state[digest] = entry
        if len(state) > VALUES_KEPT:
            del state[max(state, key=state.__getitem__)]


class NewestOfValue(_Tracker, frozen=True):
    """The newest event of each value of a property, for the `keep` values seen last; without value none."""

    keep: int
    value: str
    by_value: ClassVar[bool] = True

    @property
    def person_only(self) -> bool:
        """Whether only the person's own events count: it never earns points, it only answers conditions."""
        return self.pattern.name == ANY

    def take(self, state: dict[str, Entry], entry: Entry, event: Event) -> None:
        """Add one event's entry to the state."""
        digest = _value_digest(event, self.value)
        if digest is None or (digest in state and state[digest] >= entry):
            return
        state[digest] = entry
        if len(state) > self.keep:
            del state[min(state, key=state.__getitem__)]


Tracker = Newest | EarliestEver | EarliestOfBucket | EarliestOfValue | NewestOfValue


def trackers_of(condition: Condition) -> tuple[Tracker, ...]:
    """What must be kept to answer an event condition; nothing for the others."""
    match condition:
        case Happened(pattern, times, _, different):
            if different is None:
                return (newest_of(pattern, times),)
            return (NewestOfValue(pattern=pattern, keep=times, value=different),)
        case NoneOf(patterns):
            return tuple(newest_of(pattern) for pattern in patterns)
        case PeopleOfAccount(_, pattern):
            return (newest_of(pattern),)
    return ()


def newest_of(pattern: Pattern, keep: int = 1) -> Newest:
    """The newest events that a condition asks about."""
    return Newest(pattern=pattern, keep=keep, earns=False)


class Trackers:
    """All trackers of one version, with an index by event name.

    A stored tally holds one state for each, in this order: a release that changes it must have leads folded anew.
    """

    def __init__(self, hits: Sequence[Tracker], conditions: Iterable[Condition]) -> None:
        asked = (tracker for condition in conditions for tracker in trackers_of(condition))
        self.all: tuple[Tracker, ...] = tuple(dict.fromkeys((*hits, *asked)))
        self.position: dict[Tracker, int] = {tracker: index for index, tracker in enumerate(self.all)}
        counters = [
            (index, compile_pattern(tracker.pattern, person_only=tracker.person_only), tracker)
            for index, tracker in enumerate(self.all)
        ]
        names = {tracker.pattern.name for tracker in self.all}
        self._by_name = {
            name: tuple(each for each in counters if each[2].pattern.name in (name, ANY)) for name in names
        }
        self._others = tuple(each for each in counters if each[2].pattern.name == ANY)

    def of(self, event: Event) -> tuple[tuple[int, Any, Any], ...]:
        """(position, pattern's test, tracker) of each tracker whose pattern's name fits the event's."""
        return self._by_name.get(_normal_name(event.name), self._others)


def _insert(state: list[Entry], entry: Entry) -> None:
    """Put the entry in its place, once."""
    if not state or entry > state[-1]:
        state.append(entry)
        return
    index = bisect_left(state, entry)
    if state[index] != entry:
        state.insert(index, entry)


_normal_name = lru_cache(maxsize=4096)(normal)


def _value_digest(event: Event, name: str) -> str | None:
    """A property's value, in its normal form, as a text of constant length; None without a value."""
    value, text = property_of(event, name)
    if text is not None:
        return _digest(text)
    return None if value is None else _digest(msgspec.json.encode(value).decode())


@lru_cache(maxsize=4096)
def _digest(text: str) -> str:
    return blake2b(text.encode(), digest_size=8).hexdigest()
