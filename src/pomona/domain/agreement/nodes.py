"""Reading a plain document piece by piece: every fault is noted with its path, reading goes on to the next."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn, TypeVar

from pomona.domain.agreement.conditions import Scalar
from pomona.domain.agreement.errors import AgreementError, Path, Words
from pomona.domain.agreement.values import NotYet, Span
from pomona.domain.event import DAY, HOUR, MINUTE, SECOND
from pomona.domain.text import normal

T = TypeVar("T")

MOST_ITEMS = 500
MOST_LISTED = 100_000
MOST_CHARACTERS = 500
MOST_ERRORS = 100
MOST_POINTS = 1_000_000
LONGEST = 3650 * DAY
LARGEST = 1e15
"""Numbers to compare with; beyond it a float no longer holds every thousandth."""

_SPAN = re.compile(r"([1-9][0-9]{0,5})(s|m|h|d|w|wh|wd)")
_ELAPSED = {"s": SECOND, "m": MINUTE, "h": HOUR, "d": DAY, "w": 7 * DAY}
_WORKING = {"m": MINUTE, "h": HOUR, "wh": HOUR}


class Faulty(Exception):
    """This piece cannot be read; its fault is noted already."""


@dataclass
class Notes:
    """What was found while reading one document; `lists` it may name, the `time_zone` of its days if it has none."""

    errors: list[AgreementError] = field(default_factory=list)
    not_yet: list[NotYet] = field(default_factory=list)
    lists: Mapping[str, frozenset[str]] = field(default_factory=dict)
    time_zone: str = "UTC"


@dataclass
class Node:
    """One piece of the document with its path. A reader raises `Faulty` after noting what is wrong."""

    value: Any
    path: Path
    notes: Notes

    def note(self, code: str, **parameters: Any) -> None:
        """Note a fault of this piece and go on."""
        if len(self.notes.errors) < MOST_ERRORS:
            self.notes.errors.append(AgreementError(code, self.path, **parameters))

    def refuse(self, code: str, **parameters: Any) -> NoReturn:
        """Note a fault of this piece and leave it."""
        self.note(code, **parameters)
        raise Faulty

    def not_yet(self, what: Words) -> None:
        """Note that this piece is read but not carried out in this release."""
        self.notes.not_yet.append(
            NotYet(
                path=self.path,
                text_ru=f"{what[0]} пока не исполняется",
                text_en=f"{what[1]}: not carried out yet",
            )
        )

    @property
    def shown(self) -> str:
        """The value as errors show it: short, and never the inside of something nested."""
        return str(self.value)[:50] if isinstance(self.value, str | bool | float) else type(self.value).__name__

    def below(self, step: str | int, value: Any) -> "Node":
        """The piece at one more step."""
        return Node(value, (*self.path, step), self.notes)

    def fields(self, known: Collection[str], required: Collection[str] = ()) -> "dict[str, Node]":
        """The entries of a mapping; unknown and missing keywords are noted."""
        if not isinstance(self.value, Mapping):
            self.refuse("wrong_type", expected=("слова со значениями", "keywords with values"))
        self._limit(MOST_ITEMS)
        found = {}
        for keyword, value in self.value.items():
            node = self.below(str(keyword), value)
            if keyword in known:
                found[keyword] = node
            else:
                node.note("unknown_keyword", keyword=str(keyword)[:50], known=", ".join(known))
        for keyword in required:
            if keyword not in found:
                self.note("missing", keyword=keyword)
        if any(keyword not in found for keyword in required):
            raise Faulty
        return found

    def entries(self) -> "list[tuple[str, Node]]":
        """The entries of a mapping whose keys are the user's own."""
        if not isinstance(self.value, Mapping):
            self.refuse("wrong_type", expected=("слова со значениями", "keywords with values"))
        self._limit(MOST_ITEMS, least=1)
        return [(str(keyword), self.below(str(keyword), value)) for keyword, value in self.value.items()]

    def items(self, most: int = MOST_ITEMS) -> "list[Node]":
        """The pieces of a list that is not empty."""
        if not isinstance(self.value, list | tuple):
            self.refuse("wrong_type", expected=("список", "a list"))
        self._limit(most, least=1)
        return [self.below(index, value) for index, value in enumerate(self.value)]

    def one_or_more(self) -> "list[Node]":
        """The pieces of a list, or this piece alone."""
        return self.items() if isinstance(self.value, list | tuple) else [self]

    def _limit(self, most: int, least: int = 0) -> None:
        if len(self.value) < least:
            self.refuse("empty")
        if len(self.value) > most:
            self.refuse("too_many", most=most)

    def text(self) -> str:
        """A text as written; a number or a truth value as its text."""
        if isinstance(self.value, bool):
            return str(self.value).lower()
        if isinstance(self.value, int | float):
            return str(self.number(-LARGEST, LARGEST))
        if not isinstance(self.value, str) or self.value == "":
            self.refuse("wrong_type", expected=("текст", "a text"))
        if len(text := self.value) > MOST_CHARACTERS:
            self.refuse("too_long", most=MOST_CHARACTERS)
        return text

    def texts(self) -> tuple[str, ...]:
        """A text or a list of texts."""
        return tuple(each.text() for each in self.one_or_more())

    def word(self, known: Collection[str]) -> str:
        """One of the words known here."""
        if not isinstance(self.value, str) or self.value not in known:
            self.refuse("not_one_of", value=self.shown, known=", ".join(known))
        return self.value

    def true(self) -> bool:
        """A truth value."""
        if not isinstance(self.value, bool):
            self.refuse("wrong_type", expected=("true или false", "true or false"))
        return self.value

    def number(self, low: float, high: float) -> float:
        """A number in a range, ends included."""
        if isinstance(self.value, bool) or not isinstance(self.value, int | float):
            self.refuse("wrong_type", expected=("число", "a number"))
        if not low <= self.value <= high:
            self.refuse("out_of_range", low=f"{low:g}", high=f"{high:g}")
        return self.value

    def whole(self, low: int, high: int) -> int:
        """A whole number in a range, ends included."""
        number = self.number(low, high)
        if not isinstance(number, int):
            self.refuse("wrong_type", expected=("целое число", "a whole number"))
        return number

    def thousandths(self) -> int:
        """Points, exact to a thousandth."""
        number = self.number(-MOST_POINTS, MOST_POINTS)
        if abs(number * 1000 - round(number * 1000)) > 1e-6:
            self.refuse("not_thousandths")
        return round(number * 1000)

    def elapsed(self) -> int:
        """Elapsed time in microseconds: `30d`."""
        amount, unit = self._span(_ELAPSED, "30d, 4h, 15m")
        if amount * _ELAPSED[unit] > LONGEST:
            self.refuse("out_of_range", low="1s", high="3650d")
        return amount * _ELAPSED[unit]

    def working(self) -> Span:
        """Working time: `5m`, `1h`, `1wd`."""
        amount, unit = self._span(("wd", *_WORKING), "5m, 1h, 1wd")
        if unit == "wd":
            return Span(days=amount, working=True)
        return Span(time=amount * _WORKING[unit], working=True)

    def scalar(self) -> Scalar:
        """A value to compare with: a number, a truth value, or a text in its normal form."""
        if isinstance(self.value, bool):
            return self.value
        return self.number(-LARGEST, LARGEST) if isinstance(self.value, int | float) else self.normal()

    def normal(self) -> str:
        """A text in its normal form, which must not be empty."""
        if not (text := normal(self.text())):
            self.refuse("wrong_type", expected=("текст с буквами или цифрами", "a text with letters or digits"))
        return text

    def span(self) -> Span:
        """Working time if it says so (`wh`, `wd`), else elapsed time."""
        return (
            self.working()
            if isinstance(self.value, str) and self.value.endswith(("wh", "wd"))
            else Span(time=self.elapsed())
        )

    def _span(self, units: Collection[str], example: str) -> tuple[int, str]:
        match = _SPAN.fullmatch(self.value) if isinstance(self.value, str) else None
        if match is None or match[2] not in units:
            self.refuse("not_a_span", value=self.shown, example=example)
        return int(match[1]), match[2]


def attempt(node: Node | None, read: Callable[[Node], T]) -> T | None:
    """What `read` makes of the piece; None where it is not given or faulty."""
    if node is None:
        return None
    try:
        return read(node)
    except Faulty:
        return None


def attempt_each(nodes: Iterable[Node], read: Callable[[Node], T]) -> tuple[T, ...]:
    """What `read` makes of each piece; the faulty ones are left out."""
    made = (attempt(node, read) for node in nodes)
    return tuple(each for each in made if each is not None)
