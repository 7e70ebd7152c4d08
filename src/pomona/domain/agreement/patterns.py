"""Which events a pattern means, and which values are wanted: compiled once a version, asked for every event."""

import re
from collections.abc import Callable
from typing import Any

from pomona.domain.agreement.conditions import Pattern, Scalar, Wanted
from pomona.domain.event import By, Event
from pomona.domain.text import glob

Test = Callable[[Event], bool]

_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,9})?")


def number(value: Any) -> float | None:
    """The number that a value is or, as text, spells in plain digits; None: it is no number."""
    if isinstance(value, str):
        return float(value) if _NUMBER.fullmatch(value) else None
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def is_wanted(wanted: Wanted, value: Any, text: str | None) -> bool | None:
    """Whether a value is wanted; `text` is its normal form if it is a text. None: missing or incomparable."""
    if value is None:
        return None
    if wanted.values:
        answers = [_equals(each, value, text) for each in wanted.values]
        return True if True in answers else None if None in answers else False
    size = number(value)
    if size is None:
        return None
    return (wanted.at_least is None or size >= wanted.at_least) and (wanted.at_most is None or size <= wanted.at_most)


def _equals(wanted: Scalar, value: Any, text: str | None) -> bool | None:
    if isinstance(wanted, str):
        return None if text is None else text == wanted
    if isinstance(wanted, bool):
        return value == wanted if isinstance(value, bool) else None
    size = number(value)
    return None if size is None else size == wanted


def property_of(event: Event, name: str) -> tuple[Any, str | None]:
    """A property's value and, if it is a text, its normal form as captured."""
    value = event.body.get("properties", {}).get(name)
    if isinstance(value, str):
        return value, event.body.get("normal", {}).get(name, value)
    return value, None


def compile_pattern(pattern: Pattern, *, person_only: bool) -> Test:
    """A test of an event whose name already fits.

    A machine's events never fit; a seller's or Pomona's only where the pattern names them and they give no points.
    """
    parts = tuple(_parts(pattern))
    if person_only:
        return lambda event: event.by == By.PERSON and all(part(event) for part in parts)
    return lambda event: event.by != By.MACHINE and all(part(event) for part in parts)


def _parts(pattern: Pattern) -> list[Test]:
    parts: list[Test] = []
    if pattern.path is not None:
        path_fits = glob(pattern.path)
        parts.append(lambda event: event.path is not None and path_fits(event.path))
    if pattern.campaign is not None:
        campaign_fits = glob(pattern.campaign.casefold())
        parts.append(lambda event: event.campaign is not None and campaign_fits(event.campaign.casefold()))
    if pattern.channels:
        channels = frozenset(pattern.channels)
        parts.append(lambda event: event.channel in channels)
    parts.extend(_property(name, wanted) for name, wanted in pattern.properties)
    return parts


def _property(name: str, wanted: Wanted) -> Test:
    return lambda event: is_wanted(wanted, *property_of(event, name)) is True
