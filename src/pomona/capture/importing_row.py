"""A row under a mapping → the Segment messages it tells: who it is, and what they did."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import blake2b
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from pomona.capture.importing_errors import RefusedRow
from pomona.capture.importing_mapping import (
    IDENTIFYING,
    PLACE,
    YEAR,
    ColumnMap,
    EventOfRow,
    Moment,
    Value,
    as_moment,
    as_value,
)

Cells = Mapping[str, str]
"""The texts of a row by column; `row` is its number."""
Message = dict[str, Any]

_NUMBER = re.compile(r"[+-]?\d{1,15}(\.\d{1,15})?", re.ASCII)
_GAPS = re.compile(r"[\s_]")


class RowReader:
    """Reads the rows of one file, in their order (a moment without a year depends on the rows before)."""

    def __init__(self, mapping: ColumnMap) -> None:
        self._id = mapping.id
        self._traits = _values(mapping.traits)
        self._time = _moments(mapping.time)
        self._events = [_EventReader(event) for event in mapping.events]

    def messages(self, cells: Cells) -> list[Message]:
        """The identify message of the row and its events; raises `RefusedRow`.

        Message ids are derived from what the messages say, so that the same row always tells the same.
        """
        own_time = self._time.read(cells) if self._time else None
        traits = dict(_filled(self._traits, cells))
        who = self._who(traits, cells)
        found = [(_message("identify", who, {"traits": traits}), own_time)]
        found += [
            (_message("track", who, body), own_time if time is None else time)
            for reader in self._events
            for body, time in reader.read(cells, own_time)
        ]
        return [_stamped(message, time) for message, time in found]

    def _who(self, traits: Mapping[str, Any], cells: Cells) -> dict[str, str]:
        if self._id is not None and (own := _fill(self._id, cells)):
            return {"userId": own}
        for trait in IDENTIFYING:
            if trait in traits:
                return {"anonymousId": f"import:{_digest(str(traits[trait]).casefold())}"}
        raise RefusedRow("no_identity")


class _EventReader:
    def __init__(self, event: EventOfRow) -> None:
        self._event = event
        self._when = {
            column: {accepted} if isinstance(accepted, str) else set(accepted)
            for column, accepted in event.when.items()
        }
        self._time = _moments(event.time)
        self._properties = _values(event.properties)
        self._answers = _values(event.answers)

    def read(self, cells: Cells, row_time: datetime | None) -> Iterator[tuple[Message, datetime | None]]:
        time = self._time.read(cells) if self._time else row_time
        if any(cells[column].strip() not in accepted for column, accepted in self._when.items()):
            return
        if self._event.days_before is not None:
            days = _number(cells[self._event.days_before], self._event.days_before)
            if days is None or days < 0 or time is None:
                return
            time -= timedelta(days=days)
        properties = dict(_filled(self._properties, cells))
        if answers := dict(_filled(self._answers, cells)):
            properties["answers"] = answers
        yield {"event": self._event.name, "properties": properties}, time


class _MomentReader:
    def __init__(self, moment: Moment) -> None:
        self._template = moment.text_template
        self._format = moment.format
        self._zone = moment.zone
        self._year = moment.first_year
        self._last = datetime.min.replace(tzinfo=UTC)

    def read(self, cells: Cells) -> datetime | None:
        if self._year is not None:
            return self._read_in_order(cells, self._year)
        text = _fill(self._template, cells)
        return _parse(text, self._format, self._zone) if text else None

    def _read_in_order(self, cells: Cells, year: int) -> datetime:
        """The first year from the current one on in which the date exists and does not fall back."""
        for candidate in range(year, year + 5):
            text = _fill(self._template, {**cells, YEAR: str(candidate)})
            try:
                time = _parse(text, self._format, self._zone)
            except RefusedRow:
                if candidate == year + 4:
                    raise
                continue
            if time >= self._last:
                break
        self._year, self._last = candidate, time
        return time


def _moments(moment: str | Moment | None) -> _MomentReader | None:
    return None if moment is None else _MomentReader(as_moment(moment))


def _values(values: Mapping[str, str | Value]) -> dict[str, Value]:
    return {name: as_value(value) for name, value in values.items()}


def _filled(values: Mapping[str, Value], cells: Cells) -> Iterator[tuple[str, Any]]:
    for name, value in values.items():
        if (filled := _value(value, cells)) is not None:
            yield name, filled


def _value(value: Value, cells: Cells) -> Any:
    template = value.text_template
    if template is None:
        return value.constant
    text = _fill(template, cells)
    if value.values is not None and text in value.values:
        return value.values[text]
    return _number(text, value.column or template) if value.kind == "number" else text or None


def _fill(template: str, cells: Cells) -> str:
    """The template with each `{column}` replaced; empty where one of its columns is empty."""
    missing = False

    def cell(place: re.Match[str]) -> str:
        nonlocal missing
        text = cells[place[1]].strip()
        missing = missing or not text
        return text

    text = PLACE.sub(cell, template)
    return "" if missing else text


def _number(text: str, column: str) -> float | int | None:
    plain = _GAPS.sub("", text).replace(",", ".")
    if not plain:
        return None
    if not _NUMBER.fullmatch(plain):
        raise RefusedRow("number", value=text, column=column)
    return float(plain) if "." in plain else int(plain)


@lru_cache(maxsize=4096)
def _parse(text: str, form: str | None, zone: str) -> datetime:
    try:
        time = datetime.fromisoformat(text) if form is None else datetime.strptime(text, form)  # noqa: DTZ007
    except ValueError as error:
        raise RefusedRow("time", value=text, format=form or "ISO 8601") from error
    return time if time.tzinfo else time.replace(tzinfo=ZoneInfo(zone))


def _message(kind: str, who: Mapping[str, str], body: Message) -> Message:
    return {"type": kind, **who, **body}


def _stamped(message: Message, time: datetime | None) -> Message:
    if time is not None:
        message["timestamp"] = time.astimezone(UTC).isoformat(timespec="microseconds")
    message["messageId"] = _digest(msgspec.json.encode(message, order="deterministic"))
    return message


def _digest(text: str | bytes) -> str:
    return blake2b(text.encode() if isinstance(text, str) else text, digest_size=16).hexdigest()
