"""Controls of routes and clocks: who gets the lead, what happens when overdue, where a grade begins."""

from collections.abc import Mapping
from typing import Any, ClassVar

import msgspec
from django.utils.translation import gettext_lazy as _
from msgspec import UNSET

from pomona.web.editing.controls import Number, Options, Posted, State, posted_one

NAMED = ("team", "seller", "skill")
ALONE = ("owner", "account_manager")

OVERDUE: Options = (
    ("reassign", _("hand over to another seller")),
    ("notify", _("notify the owner")),
    ("notify:team", _("notify the team")),
    ("notify:head_of_sales", _("notify the head of sales")),
    ("2:reassign", _("the second time: hand over to another seller")),
    ("2:notify:team", _("the second time: notify the team")),
    ("2:notify:head_of_sales", _("the second time: notify the head of sales")),
)


def overdue(code: str) -> Any:
    """How an action of `OVERDUE` is written."""
    if code.startswith("2:"):
        return {"second_time": overdue(code[2:])}
    action, _sep, whom = code.partition(":")
    return {action: whom} if whom else action


class TargetChoice(msgspec.Struct, frozen=True):
    """A team, a seller, a skill, the owner or the account's manager, as `team:volga`. Of a mapping that says more,
    the keys `beside` are another field's.
    """

    beside: tuple[str, ...] = ()
    template: ClassVar[str] = "target"

    def show(self, value: Any) -> State | None:
        """The one chosen."""
        if value is UNSET or (isinstance(value, Mapping) and value.keys() <= set(self.beside)):
            return ""
        if isinstance(value, str):
            return value if value in ALONE else None
        named = [key for key in value if key not in self.beside] if isinstance(value, Mapping) else []
        return f"{named[0]}:{value[named[0]]}" if len(named) == 1 and named[0] in NAMED else None

    def again(self, posted: Posted, name: str) -> State:
        """The one chosen."""
        return posted_one(posted, name)

    def make(self, state: State) -> Any:
        """`{team: volga}`, or a word."""
        kind, colon, name = state.partition(":")
        return ({kind: name} if colon else kind) or UNSET


class GradeFrom(msgspec.Struct, frozen=True):
    """Where a grade begins: nowhere, at a number of points, or at the pass mark."""

    template: ClassVar[str] = "grade"

    def show(self, value: Any) -> State | None:
        """Whether at the pass mark, and the number."""
        at_mark = value == "pass_mark"
        number = "" if at_mark else Number().show(value)
        return None if number is None else {"at_mark": at_mark, "points": number}

    def again(self, posted: Posted, name: str) -> State:
        """As typed."""
        at_mark = bool(posted_one(posted, f"{name}-mark"))
        return {"at_mark": at_mark, "points": "" if at_mark else posted_one(posted, name)}

    def make(self, state: State) -> Any:
        """The number, or `pass_mark`."""
        return "pass_mark" if state["at_mark"] else Number().make(state["points"])
