"""How one value of an agreement is shown in a form, and what a filled-in form makes of it.

A value becomes a state (`show`; None: this control cannot show it), a posted form becomes one, too (`again`), and a
state becomes a value (`make`; UNSET: nothing is given). What cannot be a value is passed on as typed: the agreement's
own reader says what is wrong with it, at its place.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, Protocol

import msgspec
from django.utils.functional import Promise
from msgspec import UNSET

from pomona.formats.yaml_document import plain_value

Posted = Mapping[str, Sequence[str]]
State = Any
Options = tuple[tuple[str, str | Promise], ...]

_SPAN = re.compile(r"(\d+)(s|m|h|d|w|wh|wd)")
_NUMBER = re.compile(r"[-−]?\d+([.,]\d+)?")


def posted_one(posted: Posted, name: str) -> str:
    """The one value of a field, without spaces around it; "" where there is none."""
    values = posted.get(name, ())
    return values[-1].strip() if values else ""


class Control(Protocol):
    """One kind of input; `template` draws it."""

    @property
    def template(self) -> str:
        """The name of its template."""

    def show(self, value: Any) -> State | None:
        """The state that shows a value of the document (UNSET: there is none)."""

    def again(self, posted: Posted, name: str) -> State:
        """The state of a posted form."""

    def make(self, state: State) -> Any:
        """The value that a state means."""


class Text(msgspec.Struct, frozen=True):
    """A short text; `offers` names what is offered while typing."""

    offers: str = ""
    kind: str = "text"
    template: ClassVar[str] = "text"

    def show(self, value: Any) -> State | None:
        """The text as it is."""
        return "" if value is UNSET else str(value) if isinstance(value, str | int | float) else None

    def again(self, posted: Posted, name: str) -> State:
        """As typed."""
        return posted_one(posted, name)

    def make(self, state: State) -> Any:
        """The text."""
        return state or UNSET


class Number(msgspec.Struct, frozen=True):
    """A number; shown `times` as large as it is (100: per cent)."""

    times: int = 1
    unit: str | Promise = ""
    template: ClassVar[str] = "number"

    def show(self, value: Any) -> State | None:
        """The number without needless zeros."""
        if value is UNSET:
            return ""
        return None if isinstance(value, bool) or not isinstance(value, int | float) else f"{value * self.times:.10g}"

    def again(self, posted: Posted, name: str) -> State:
        """As typed."""
        return posted_one(posted, name)

    def make(self, state: State) -> Any:
        """The number; with a comma or a point."""
        if not _NUMBER.fullmatch(state):
            return state or UNSET
        number = float(state.replace("−", "-").replace(",", ".")) / self.times
        return int(number) if number.is_integer() and self.times == 1 else round(number, 6)


class Span(msgspec.Struct, frozen=True):
    """A length of time: so many of a unit."""

    units: Options
    template: ClassVar[str] = "span"

    def show(self, value: Any) -> State | None:
        """Amount and unit."""
        if value is UNSET:
            return {"amount": "", "unit": self.units[0][0]}
        match = _SPAN.fullmatch(value) if isinstance(value, str) else None
        known = match and match[2] in dict(self.units)
        return {"amount": match[1], "unit": match[2]} if match and known else None

    def again(self, posted: Posted, name: str) -> State:
        """As typed."""
        return {
            "amount": posted_one(posted, name),
            "unit": posted_one(posted, f"{name}-unit") or self.units[0][0],
        }

    def make(self, state: State) -> Any:
        """`14d`."""
        return state["amount"] + state["unit"] if state["amount"] else UNSET


class Words(msgspec.Struct, frozen=True):
    """Several values in one line, commas between; `plain`: numbers and truth values are meant as such."""

    offers: str = ""
    plain: bool = False
    template: ClassVar[str] = "text"
    kind: ClassVar[str] = "text"

    def show(self, value: Any) -> State | None:
        """`now, quarter`."""
        values = [] if value is UNSET else value if isinstance(value, list) else [value]
        texts = [_written(each) for each in values]
        return None if any(text is None or "," in text for text in texts) else ", ".join(map(str, texts))

    def again(self, posted: Posted, name: str) -> State:
        """As typed."""
        return posted_one(posted, name)

    def make(self, state: State) -> Any:
        """One value, or the list of them."""
        texts = [text.strip() for text in state.split(",") if text.strip()]
        values = [meant(text) if self.plain else text for text in texts]
        return UNSET if not values else values[0] if len(values) == 1 else values


class Lines(msgspec.Struct, frozen=True):
    """A list of texts, one in a line."""

    template: ClassVar[str] = "lines"

    def show(self, value: Any) -> State | None:
        """A text in each line."""
        values = [] if value is UNSET else value if isinstance(value, list) else [value]
        return "\n".join(map(str, values)) if all(isinstance(each, str | int | float) for each in values) else None

    def again(self, posted: Posted, name: str) -> State:
        """As typed."""
        return "\n".join(posted_one(posted, name).splitlines())

    def make(self, state: State) -> Any:
        """The list."""
        return [line.strip() for line in state.splitlines() if line.strip()] or UNSET


class Choice(msgspec.Struct, frozen=True):
    """One of a few; `offers`: they are what the company has. `usual`: what not choosing means, if anything; `needed`:
    not choosing is not offered.
    """

    options: Options = ()
    offers: str = ""
    usual: str | Promise | None = None
    needed: bool = False
    template: ClassVar[str] = "choice"

    def show(self, value: Any) -> State | None:
        """The one chosen."""
        if value is UNSET:
            return ""
        known = isinstance(value, str) and (self.offers or value in dict(self.options))
        return value if known else None

    def again(self, posted: Posted, name: str) -> State:
        """The one chosen."""
        return posted_one(posted, name)

    def make(self, state: State) -> Any:
        """The one chosen."""
        return state or UNSET


class Check(msgspec.Struct, frozen=True):
    """True, or not said."""

    template: ClassVar[str] = "check"

    def show(self, value: Any) -> State | None:
        """Whether it is ticked."""
        return value is True if value is UNSET or isinstance(value, bool) else None

    def again(self, posted: Posted, name: str) -> State:
        """Whether it is ticked."""
        return bool(posted_one(posted, name))

    def make(self, state: State) -> Any:
        """True, or nothing."""
        return True if state else UNSET


class Checks(msgspec.Struct, frozen=True):
    """Any of a few, in their order; each is written as `written` says of its code."""

    options: Options
    written: Callable[[str], Any] = str
    template: ClassVar[str] = "checks"

    def show(self, value: Any) -> State | None:
        """The codes that are ticked."""
        values = [] if value is UNSET else value if isinstance(value, list) else [value]
        codes = [code for code, _ in self.options if self.written(code) in values]
        return codes if len(codes) == len(values) else None

    def again(self, posted: Posted, name: str) -> State:
        """The codes that are ticked."""
        return [code for code, _ in self.options if code in posted.get(name, ())]

    def make(self, state: State) -> Any:
        """The list of them."""
        return [self.written(code) for code in state] or UNSET


class Several(msgspec.Struct, frozen=True):
    """Any of what is offered, in the order in which they are chosen."""

    offers: str
    template: ClassVar[str] = "several"

    def show(self, value: Any) -> State | None:
        """The codes that are ticked."""
        values = [] if value is UNSET else value if isinstance(value, list) else [value]
        return values if all(isinstance(each, str) for each in values) else None

    def again(self, posted: Posted, name: str) -> State:
        """The codes that are ticked."""
        return list(posted.get(name, ()))

    def make(self, state: State) -> Any:
        """The list of them."""
        return state or UNSET


def meant(text: str) -> Any:
    """What a text typed into a form means in the document: what it would mean there without quotes."""
    value = plain_value(text)
    return text if value is None else value


def _written(value: Any) -> str | None:
    """How a value is typed."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, str | int | float) and value != "" else None
