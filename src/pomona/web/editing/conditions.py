"""The control of a condition: one, all of several, or any of several, each perhaps negated, or itself several again.
What no form can show stays as a sentence, untouched.
"""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

import msgspec
from msgspec import UNSET

from pomona.domain.agreement.conditions import Condition
from pomona.domain.agreement.nodes import Faulty, Node, Notes
from pomona.domain.agreement.questionnaire import Asked
from pomona.domain.agreement.read_conditions import DEEPEST, EVERYTHING, read_condition
from pomona.domain.clauses import say_condition
from pomona.domain.errors import Language
from pomona.web.editing.controls import Posted, State, posted_one
from pomona.web.editing.forms import States
from pomona.web.editing.kinds import KINDS, Kind, kind_of, one_by_one
from pomona.web.editing.rows import rows_posted

JOINS = ("all", "any")


class Row(msgspec.Struct, frozen=True):
    """One condition of the form. `kind` "": not chosen yet, unless it is `kept`: a condition as JSON that no form
    shows. Of the kinds `all` and `any` it has `rows` of its own.
    """

    kind: str = ""
    negated: bool = False
    states: States = {}
    rows: tuple["Row", ...] = ()
    kept: str = ""


class When(msgspec.Struct, frozen=True):
    """A condition; `allowed` are the keywords that fit the place."""

    allowed: tuple[str, ...] = EVERYTHING
    template: ClassVar[str] = "condition"

    def show(self, value: Any) -> State | None:
        """The row of all or any, whose rows they are."""
        row = Row() if value is UNSET else _row(value)
        return row if row.kind in JOINS and not row.negated else Row("all", rows=(row,))

    def again(self, posted: Posted, name: str) -> State:
        """The rows of a posted form; one that was taken out is left out."""
        join = posted_one(posted, f"{name}-join")
        return Row(join if join in JOINS else "all", rows=_rows_posted(posted, name))

    def make(self, state: State) -> Any:
        """The condition; rows without a kind say nothing."""
        return _made(state)

    def kinds(self) -> dict[str, Kind]:
        """The kinds that fit the place, by key."""
        return {key: kind for key, kind in KINDS.items() if set(kind.heads) & set(self.allowed)}


def sentence(document: Any, language: Language, asked: Asked) -> str:
    """A condition of the document as a sentence; as JSON where it cannot be read."""
    condition = _read(document)
    return say_condition(condition, language, asked) if condition else msgspec.json.encode(document).decode()


def row_at(path: Iterable[str | int]) -> tuple[int | None, tuple[str | int, ...]]:
    """Which of the rows shows what stands at a path of the condition, and the path within it; None: none or all."""
    steps = tuple(path)
    while steps[:1] == ("not",):
        steps = steps[1:]
    if len(steps) > 1 and steps[0] in JOINS and isinstance(steps[1], int):
        return steps[1], steps[2:]
    return None, steps


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
    inner, negated = one_by_one(part), False
    while isinstance(inner, Mapping) and inner.keys() == {"not"}:
        inner, negated = one_by_one(inner["not"]), not negated
    for join in JOINS:
        if isinstance(inner, Mapping) and inner.keys() == {join} and isinstance(inner[join], list):
            return Row(join, negated, rows=tuple(map(_row, inner[join])))
    key = kind_of(inner)
    if key is None:
        return Row(kept=msgspec.json.encode(part).decode())
    return Row(key, negated, KINDS[key].form.show(KINDS[key].usual(inner)))


def _rows_posted(posted: Posted, name: str) -> tuple[Row, ...]:
    dropped = posted_one(posted, "drop")
    rows = [_posted(posted, row) for n in rows_posted(posted, name) if (row := f"{name}-{n}") != dropped]
    added = [Row()] if posted_one(posted, "add") == name or not rows else []
    return (*rows, *added)


def _posted(posted: Posted, name: str) -> Row:
    if kept := posted_one(posted, f"{name}-kept"):
        return Row(kept=kept)
    key, negated = posted_one(posted, f"{name}-kind"), bool(posted_one(posted, f"{name}-not"))
    if key in JOINS and name.count("-") <= DEEPEST:
        return Row(key, negated, rows=_rows_posted(posted, name))
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
    if row.kind in JOINS:
        parts = [part for each in row.rows if (part := _made(each)) is not UNSET]
        made = {row.kind: parts} if len(parts) > 1 else parts[0] if parts else UNSET
    elif row.kind:
        kind = KINDS[row.kind]
        made = dict(kind.begins) if not kind.form.fields else kind.short(kind.form.make(row.states, {}))
    else:
        made = UNSET
    return {"not": made} if row.negated and made is not UNSET else made
