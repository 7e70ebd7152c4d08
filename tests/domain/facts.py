"""Events and agreements for the domain's tests."""

from collections.abc import Iterator
from itertools import count
from typing import Any
from uuid import UUID

from pomona.domain.agreement import Agreement, read_agreement
from pomona.domain.event import By, Event, Kind
from pomona.domain.text import normal
from pomona.formats.yaml_document import read_yaml

NOW = 1_772_440_200_000_000
"""Monday 2026-03-02 11:30 in Moscow."""

SMALLEST = """
campaign: spring
ready: {pass_mark: 50}
route: [{otherwise: {team: inbound}}]
respond: {first_contact: [{otherwise: 1wd}]}
"""

_numbers: Iterator[int] = count(1)


def fact(name: str, t: int, *, number: int | None = None, by: By = By.PERSON, **rest: Any) -> Event:
    """A fact as capture makes it: normal forms of its texts beside them. `number` is its message key."""
    body = {part: rest.pop(part) for part in ("traits", "properties", "found") if part in rest}
    texts = {**body.get("properties", {}), **body.get("traits", {})}
    body["normal"] = {
        each: normal(text) for each, text in texts.items() if isinstance(text, str) and normal(text) != text
    }
    key = UUID(int=next(_numbers) if number is None else number)
    return Event(key=key, t=t, received_at=t, kind=Kind.TRACK, name=name, by=by, body=body, **rest)


def agreement(fragment: str, lists: dict[str, list[str]] | None = None) -> Agreement:
    """The smallest agreement with the sections of `fragment` laid over its own."""
    kept = {name: frozenset(map(normal, items)) for name, items in (lists or {}).items()}
    return read_agreement(document(fragment), lists=kept)


def document(fragment: str) -> dict[str, Any]:
    """The smallest document with the sections of `fragment` laid over its own."""
    whole, over = read_yaml(SMALLEST)[0], read_yaml(fragment)[0]
    for section, value in over.items():
        both = isinstance(value, dict) and isinstance(whole.get(section), dict)
        whole[section] = {**whole[section], **value} if both else value
    return whole
