"""The control of a condition: one, all of several, or any of several, each perhaps negated. What is deeper or rarer
than its rows can show stays in them as a sentence, untouched.
"""

from collections.abc import Collection, Mapping
from typing import Any, ClassVar

import msgspec
from msgspec import UNSET

from pomona.domain.agreement.conditions import Condition
from pomona.domain.agreement.nodes import Faulty, Node, Notes
from pomona.domain.agreement.questionnaire import Asked
from pomona.domain.agreement.read_conditions import EVERYTHING, read_condition
from pomona.domain.clauses import say_condition
from pomona.domain.errors import Language
from pomona.web.editing.controls import Posted, State, posted_one
from pomona.web.editing.forms import States
from pomona.web.editing.kinds import KINDS, Kind, kind_of
from pomona.web.editing.rows import rows_posted

JOINS = ("all", "any")


class Row(msgspec.Struct, frozen=True):
    """One condition of the form. `kind` "": not chosen yet, unless it is `kept`: a condition as JSON that no form
    shows.
    """

    kind: str = ""
    negated: bool = False
    states: States = {}
    kept: str = ""


class When(msgspec.Struct, frozen=True):
    """A condition; `allowed` are the keywords that fit the place."""

    allowed: tuple[str, ...] = EVERYTHING
    template: ClassVar[str] = "condition"

    def show(self, value: Any) -> State | None:
        """How the rows are joined, and the rows."""
        if value is UNSET:
            return "all", [Row()]
        if isinstance(value, Mapping):
            for join in JOINS:
                if value.keys() == {join} and isinstance(value[join], list):
                    return join, [_row(part) for part in value[join]]
        return "all", [_row(value)]

    def again(self, posted: Posted, name: str) -> State:
        """The rows of a posted form; one that was taken out is left out."""
        join = posted_one(posted, f"{name}-join")
        dropped = posted_one(posted, "drop")
        rows = [_posted(posted, f"{name}-{row}") for row in rows_posted(posted, name) if f"{name}-{row}" != dropped]
        added = [Row()] if posted_one(posted, "add") == name or not rows else []
        return join if join in JOINS else "all", [*rows, *added]

    def make(self, state: State) -> Any:
        """The condition; rows without a kind say nothing."""
        join, rows = state
        parts = [_made(row) for row in rows if row.kind or row.kept]
        return {join: parts} if len(parts) > 1 else parts[0] if parts else UNSET

    def kinds(self) -> dict[str, Kind]:
        """The kinds that fit the place, by key."""
        return {key: kind for key, kind in KINDS.items() if set(kind.heads) & set(self.allowed)}


def sentence(document: Any, language: Language, asked: Asked) -> str:
    """A condition of the document as a sentence; as JSON where it cannot be read."""
    condition = _read(document)
    return say_condition(condition, language, asked) if condition else msgspec.json.encode(document).decode()


def rows_of(path: Collection[str | int]) -> int | None:
    """Which row shows what stands at a path of the condition; None: none or all of them."""
    steps = list(path)
    return steps[1] if len(steps) > 1 and steps[0] in JOINS and isinstance(steps[1], int) else None


def _read(document: Any) -> Condition | None:
    try:
        return read_condition(Node(document, (), Notes(lists=_AnyList())), EVERYTHING)
    except Faulty:
        return None


class _AnyList(dict[str, frozenset[str]]):
    """Lists of every name: a sentence does not ask whether its list is there."""

    def __contains__(self, name: object) -> bool:
        return True


def _row(part: Any) -> Row:
    negated = isinstance(part, Mapping) and part.keys() == {"not"}
    inner = part["not"] if negated else part
    key = kind_of(inner)
    if key is None:
        return Row(kept=msgspec.json.encode(part).decode())
    return Row(key, negated, KINDS[key].form.show(KINDS[key].usual(inner)))


def _posted(posted: Posted, name: str) -> Row:
    if kept := posted_one(posted, f"{name}-kept"):
        return Row(kept=kept)
    key, negated = posted_one(posted, f"{name}-kind"), bool(posted_one(posted, f"{name}-not"))
    if key not in KINDS:
        return Row(negated=negated)
    kind = KINDS[key]
    same = posted_one(posted, f"{name}-was") == key
    states = kind.form.again(posted, f"{name}-") if same else kind.form.show(kind.usual(kind.begins))
    return Row(key, negated, states)


def _made(row: Row) -> Any:
    if row.kept:
        try:
            return msgspec.json.decode(row.kept)
        except msgspec.DecodeError:
            return row.kept
    kind = KINDS[row.kind]
    made = dict(kind.begins) if not kind.form.fields else kind.short(kind.form.make(row.states, {}))
    return {"not": made} if row.negated else made
