"""JSON from strangers: what parsers, Python or PostgreSQL would stumble over later is put right here."""

import re
from collections.abc import Iterator
from typing import Any

from pomona.capture import limits
from pomona.capture.errors import RefusedEvent

_ESCAPE = re.compile(
    rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(u(?:[dD][89a-fA-F][0-9a-fA-F]{2}|0000))|.)",
    re.DOTALL,
)

_SUSPECT = re.compile(rb"\\u(?:[dD][89a-fA-F]|0000)")

REPLACEMENT = rb"\ufffd"
"""What stands for half an emoji or a NUL: PostgreSQL can store neither, and a JSON parser refuses the former."""

_NO_NUMBER = re.compile(rb'("[^"\\]*(?:\\.[^"\\]*)*(?:"|\Z))|-?\b(?:NaN|Infinity)\b', re.DOTALL)
"""A string, to be left alone, or what Python's own library writes for numbers that JSON does not have."""


def repair(text: bytes) -> bytes:
    """The same JSON without lone surrogates and NULs (from texts cut in the middle of a character) and with null
    for numbers that are none.
    """
    if b"\\u" in text and _SUSPECT.search(text):
        text = _ESCAPE.sub(lambda match: REPLACEMENT if match[1] else match[0], text)
    if b"NaN" in text or b"Infinity" in text:
        text = _NO_NUMBER.sub(lambda match: match[1] or b"null", text)
    return text


def check_depth(value: Any) -> None:
    """Raise RefusedEvent for a value nested deeper than the limit."""
    level, depth = [value], 0
    while level:
        depth += 1
        if depth > limits.DEPTH:
            raise RefusedEvent("too_deep", limit=limits.DEPTH)
        level = [child for parent in level for child in _children(parent)]


def _children(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        yield from value.values()
    elif isinstance(value, list):
        yield from value
