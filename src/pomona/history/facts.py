"""A fact as a flat row: everything scoring reads of it, compared and folded here once, never by a database."""

from sys import float_info
from typing import Any

import msgspec

from pomona.domain.agreement.patterns import number, property_of
from pomona.domain.event import Event
from pomona.domain.named_time import named_time
from pomona.domain.profile import EMPTY_PROFILE, Fact, observe
from pomona.domain.text import answer_code, normal

TRAIT = "STRUCT(word VARCHAR, text VARCHAR, number DOUBLE, flag BOOLEAN, found MAP(VARCHAR, VARCHAR))"
PROPERTY = "STRUCT(word VARCHAR, text VARCHAR, number DOUBLE, flag BOOLEAN)"
COLUMNS = {
    "seq": "BIGINT",
    "key": "VARCHAR",
    "t": "BIGINT",
    "received_at": "BIGINT",
    "subject": "VARCHAR",
    "by": "VARCHAR",
    "name": "VARCHAR",
    "campaign": "VARCHAR",
    "channel": "VARCHAR",
    "path": "VARCHAR",
    "form": "VARCHAR",
    "number": "VARCHAR",
    "told": "INTEGER",
    "answers": "MAP(VARCHAR, VARCHAR[])",
    "named_times": "MAP(VARCHAR, BIGINT)",
    "traits": f"MAP(VARCHAR, {TRAIT})",
    "properties": f"MAP(VARCHAR, {PROPERTY})",
}
"""The columns of a fact. Texts stand in their normal form; campaign, form and number case-folded; key and subject
in hexadecimal digits; `told` counts answers and traits; `named_times` are those that answers name, by question; a
column without content is NULL. Of a value, `text` is its normal form if it is a text, `number` what it is or spells,
`flag` true or false. `word` tells values of a property apart; of a trait it is the case-folded value, NULL where the
trait was taken back."""

_LARGEST = float_info.max
_ENCODER = msgspec.json.Encoder()


def flat(seq: int, event: Event) -> bytes:
    """The fact as one line of JSON with the columns of `COLUMNS`."""
    answers, traits = _answers(event), _traits(event)
    return _ENCODER.encode(
        {
            "seq": seq,
            "key": event.key.hex,
            "t": event.t,
            "received_at": event.received_at,
            "subject": event.subject.hex(),
            "by": event.by,
            "name": normal(event.name),
            "campaign": None if event.campaign is None else event.campaign.casefold(),
            "channel": event.channel,
            "path": event.path,
            "form": _source(event, "form"),
            "number": _source(event, "number"),
            "told": len(answers or ()) + len(traits or ()) or None,
            "answers": answers,
            "named_times": _named_times(event),
            "traits": traits,
            "properties": _properties(event),
        }
    )


def _source(event: Event, kind: str) -> str | None:
    """What the event names as the form sent or the number dialled."""
    value = event.body.get("properties", {}).get(kind)
    return None if value is None else str(value).casefold()


def _answers(event: Event) -> dict[str, list[str]] | None:
    told = observe(EMPTY_PROFILE, [event]).told if event.answers else {}
    return {question: [answer_code(code) for code in each.codes] for question, each in told.items()} or None


def _named_times(event: Event) -> dict[str, int | None] | None:
    """The time that the answer to each question names."""
    told = observe(EMPTY_PROFILE, [event]).told if event.answers else {}
    return {question: named_time(each.codes, event.t) for question, each in told.items()} or None


def _traits(event: Event) -> dict[str, Any] | None:
    traits = observe(EMPTY_PROFILE, [event]).traits if event.body.get("traits") else {}
    return {name: _trait(fact) for name, fact in traits.items()} or None


def _trait(fact: Fact) -> dict[str, Any]:
    found = fact.found or {}
    return {
        "word": None if fact.value is None else str(fact.value).casefold(),
        "text": fact.text,
        "number": _number(fact.value),
        "flag": fact.value if isinstance(fact.value, bool) else None,
        "found": {facet: str(code).casefold() for facet, code in found.items() if code is not None}
        if fact.value is not None
        else {},
    }


def _properties(event: Event) -> dict[str, Any] | None:
    return {name: _property(event, name) for name in event.body.get("properties", {})} or None


def _property(event: Event, name: str) -> dict[str, Any]:
    value, text = property_of(event, name)
    word = text if text is not None or value is None else _ENCODER.encode(value).decode()
    return {
        "word": word,
        "text": text,
        "number": _number(value),
        "flag": value if isinstance(value, bool) else None,
    }


def _number(value: Any) -> float | None:
    size = number(value)
    return None if size is None else float(min(max(size, -_LARGEST), _LARGEST))
