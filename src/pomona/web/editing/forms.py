"""A small form over one mapping of the document: its fields, what they show, and what they make of the mapping."""

import copy
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from django.utils.functional import Promise
from msgspec import UNSET

from pomona.web.editing.controls import Control, Posted, State

Path = tuple[str | int, ...]
States = dict[str, State | None]
"""The state of each field by name; None: the form cannot show its value, which stays as it is."""


class Field(msgspec.Struct, frozen=True):
    """One value of the mapping, at `path` in it (else at its name); () is the whole mapping."""

    name: str
    label: str | Promise
    control: Control
    at: Path | None = None
    hint: str | Promise = ""
    rare: bool = False

    @property
    def path(self) -> Path:
        """Where in the mapping the value stands."""
        return (self.name,) if self.at is None else self.at


class Form(msgspec.Struct, frozen=True):
    """The fields of one kind of entry."""

    fields: tuple[Field, ...]

    def show(self, value: Mapping[str, Any]) -> States:
        """What the form shows of a mapping."""
        return {field.name: field.control.show(_at(value, field.path)) for field in self.fields}

    def again(self, posted: Posted, prefix: str) -> States:
        """What a posted form says."""
        return {field.name: field.control.again(posted, f"{prefix}{field.name}") for field in self.fields}

    def make(self, states: States, own: Mapping[str, Any], seen: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The mapping `own` with what was filled in; `seen` is what the form showed, where that is more than `own`:
        what is inherited. An entry that differs from the inherited one is taken over as a whole before it is changed.

        Whatever shows the same as before stays as it was written; so does what the form cannot show.
        """
        shown = own if seen is None else seen
        made = copy.deepcopy(dict(own))
        for field in self.fields:
            before, state = field.control.show(_at(shown, field.path)), states[field.name]
            if state is None or before is None or state == before:
                continue
            for step in field.path[:1]:
                if step in shown:
                    made.setdefault(str(step), copy.deepcopy(shown[str(step)]))
            _set(made, field, field.control.make(state))
        return made

    def shows_all(self, value: Mapping[str, Any]) -> bool:
        """Whether nothing of the mapping is beyond the form: every key has a field that can show it."""
        whole = any(field.path == () for field in self.fields)
        known = {field.path[0] for field in self.fields if field.path}
        return (whole or value.keys() <= known) and None not in self.show(value).values()

    def field_at(self, path: Path) -> Field | None:
        """The field that shows what stands at a path of the mapping."""
        return next((field for field in self.fields if field.path and path[: len(field.path)] == field.path), None)


def _at(value: Any, path: Path) -> Any:
    for step in path:
        if not isinstance(value, Mapping) or step not in value:
            return UNSET
        value = value[step]
    return value


def _set(made: dict[str, Any], field: Field, value: Any) -> None:
    """Put, replace or remove the value; mappings that would be empty then go as well."""
    if not field.path:
        for name in [name for name in made if name not in getattr(field.control, "known", ())]:
            del made[name]
        made.update(value)
        return
    above = list(_walk(made, field.path[:-1]))
    if value is not UNSET:
        beside = getattr(field.control, "beside", ())
        kept = {key: part for key, part in above[-1].get(field.path[-1], {}).items() if key in beside} if beside else {}
        above[-1][field.path[-1]] = {**kept, **value} if kept else value
    else:
        above[-1].pop(field.path[-1], None)
    for mapping, step in reversed(list(zip(above, field.path[:-1], strict=False))):
        if mapping.get(step) == {}:
            del mapping[step]


def _walk(made: dict[Any, Any], path: Path) -> Iterator[dict[Any, Any]]:
    yield made
    for step in path:
        made = made.setdefault(step, {})
        yield made
