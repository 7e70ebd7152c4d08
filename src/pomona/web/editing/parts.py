"""What a step of the editor is made of: sections of rules and facts, each with its forms."""

from collections.abc import Callable, Collection, Iterable
from typing import Any

import msgspec
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from pomona.domain.agreement import Agreement
from pomona.domain.errors import Language
from pomona.web.editing.controls import Options, Text
from pomona.web.editing.forms import Field, Form
from pomona.web.editing.kinds import ELAPSED, Document, Mould
from pomona.web.outline import Line

WORKING: Options = (
    ("m", pgettext_lazy("unit of time", "minutes of work")),
    ("h", pgettext_lazy("unit of time", "hours of work")),
    ("wd", pgettext_lazy("unit of time", "working days")),
)
EITHER: Options = (*ELAPSED[:4], ("wh", WORKING[1][1]), ("wd", WORKING[2][1]))
NAME = Field("name", pgettext_lazy("of a thing", "Name"), Text())


Says = Callable[[Agreement, Language], Iterable[Line]]


class Variant(msgspec.Struct, frozen=True):
    """One shape of a rule: what its button adds, its form, and the keyword by which it is known; `values` are those
    that the keyword then has, (): any.
    """

    key: str
    label: str | Promise
    form: Form
    known_by: str
    begins: Document = {}
    values: tuple[str, ...] = ()

    def fits(self, rule: Document) -> bool:
        """Whether a rule of the document has this shape."""
        return self.known_by in rule and (not self.values or rule[self.known_by] in self.values)


class Rules(msgspec.Struct, frozen=True):
    """A list of rules at `path`; `says`: each rule of the agreement, inherited or not, as a line, in order.

    `ordered`: the first that fits counts. `points`: a rule inherited can be switched off by giving no points.
    `named`: a rule of the same name replaces the inherited one; else the whole list does. `name_word`: the keyword
    of the name; `finish` adds to a rule as filled in what nobody fills in, given the names of the other rules.
    """

    key: str
    path: tuple[str, ...]
    says: Says
    variants: tuple[Variant, ...]
    ordered: bool = False
    points: bool = False
    named: bool = True
    name_word: str = "name"
    finish: Callable[[dict[str, Any], Collection[str]], dict[str, Any]] = lambda made, taken: made

    def name_of(self, rule: Document) -> str:
        """What a rule of the document is known by."""
        return str(rule.get(self.name_word, "otherwise"))

    def variant(self, rule: Document) -> Variant:
        """The shape of a rule of the document."""
        return next((each for each in self.variants if each.fits(rule)), self.variants[0])


class Fact(msgspec.Struct, frozen=True):
    """What is said once: a form over the mapping at `path`, and its lines. `usual` and `short` as of conditions.

    `preview` is the address, by name, of the page that shows what it would look like.
    """

    key: str
    path: tuple[str, ...]
    title: str | Promise
    says: Says
    form: Form
    usual: Mould = dict
    short: Mould = dict
    template: str = ""
    preview: str = ""


class Section(msgspec.Struct, frozen=True):
    """Rules or facts under one heading of a step; `template` draws what stands before them."""

    step: str
    title: str | Promise
    parts: tuple[Rules | Fact, ...]
    hint: str | Promise = ""
