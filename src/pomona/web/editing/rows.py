"""Controls of several rows: points by value, times one after another, what is covered, an event's properties."""

import re
from collections.abc import Mapping
from typing import Any, ClassVar

import msgspec
from msgspec import UNSET

from pomona.web.editing.controls import Number, Options, Posted, Span, State, Words, meant, posted_one
from pomona.web.whole import whole

MOST_ROWS = 60
_RANGE = re.compile(r"(-?\d+(?:\.\d+)?)?\.\.(-?\d+(?:\.\d+)?)?")


def rows_posted(posted: Posted, name: str) -> range:
    """The rows that a form had."""
    return range(min(whole(posted_one(posted, f"{name}-rows")) or 0, MOST_ROWS))


class Bands(msgspec.Struct, frozen=True):
    """Points by value: a range or a word, and its points."""

    template: ClassVar[str] = "bands"

    def show(self, value: Any) -> State | None:
        """A row for each range or word."""
        given = {} if value is UNSET else value
        if not isinstance(given, Mapping):
            return None
        return [[str(label), Number().show(points)] for label, points in given.items()]

    def again(self, posted: Posted, name: str) -> State:
        """The rows that have a range or a word."""
        rows = [
            [posted_one(posted, f"{name}-{row}-{part}") for part in ("of", "points")]
            for row in rows_posted(posted, name)
        ]
        return [row for row in rows if any(row)]

    def make(self, state: State) -> Any:
        """Ranges and words with their points."""
        return {label: Number().make(points or "0") for label, points in state} or UNSET


class Spans(msgspec.Struct, frozen=True):
    """Lengths of time, one after another."""

    units: Options
    template: ClassVar[str] = "spans"

    def show(self, value: Any) -> State | None:
        """A row for each."""
        rows = [self.one.show(each) for each in (() if value is UNSET else value)]
        return None if None in rows else rows

    def again(self, posted: Posted, name: str) -> State:
        """The rows that are filled in."""
        rows = [self.one.again(posted, f"{name}-{row}") for row in rows_posted(posted, name)]
        return [row for row in rows if row["amount"]]

    def make(self, state: State) -> Any:
        """The list of them."""
        return [self.one.make(each) for each in state] or UNSET

    @property
    def one(self) -> Span:
        """The control of one row."""
        return Span(self.units)


class Covers(msgspec.Struct, frozen=True):
    """Which traffic is the campaign's: campaigns, forms, numbers."""

    by: Options
    template: ClassVar[str] = "covers"

    def show(self, value: Any) -> State | None:
        """A row for each."""
        given = [] if value is UNSET else value
        if not isinstance(given, list) or not all(isinstance(each, dict) and len(each) == 1 for each in given):
            return None
        return [[keyword, str(pattern)] for each in given for keyword, pattern in each.items()]

    def again(self, posted: Posted, name: str) -> State:
        """The rows that name something."""
        rows = [
            [posted_one(posted, f"{name}-{row}-{part}") for part in ("by", "of")] for row in rows_posted(posted, name)
        ]
        return [row for row in rows if row[1]]

    def make(self, state: State) -> Any:
        """The list of them."""
        return [{keyword: pattern} for keyword, pattern in state] or UNSET


class Properties(msgspec.Struct, frozen=True):
    """Properties of an event: a value, several with commas between, or a range (`30..`). Of a mapping, all keys but
    the `known` ones.
    """

    known: tuple[str, ...]
    template: ClassVar[str] = "properties"

    @property
    def beside(self) -> tuple[str, ...]:
        """Other fields show the known ones."""
        return self.known

    def show(self, value: Any) -> State | None:
        """A row for each property."""
        given = {} if value is UNSET else value
        if not isinstance(given, Mapping):
            return None
        rows = [[name, _wanted(wanted)] for name, wanted in given.items() if name not in self.known]
        return None if any(text is None for _, text in rows) else rows

    def again(self, posted: Posted, name: str) -> State:
        """The rows that name a property."""
        rows = [
            [posted_one(posted, f"{name}-{row}-{part}") for part in ("of", "is")] for row in rows_posted(posted, name)
        ]
        return [row for row in rows if row[0]]

    def make(self, state: State) -> Any:
        """The properties by name."""
        return {name: _meant(text) for name, text in state}


def _wanted(value: Any) -> str | None:
    if not isinstance(value, dict):
        return Words(plain=True).show(value)
    ends = [value.get(end, UNSET) for end in ("at_least", "at_most")]
    return "..".join(Number().show(end) or "" for end in ends) if value.keys() <= {"at_least", "at_most"} else None


def _meant(text: str) -> Any:
    match = _RANGE.fullmatch(text)
    if match is None:
        return Words(plain=True).make(text) if text else ""
    ends = {"at_least": match[1], "at_most": match[2]}
    return {end: meant(number) for end, number in ends.items() if number}
