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


def repair(text: bytes) -> bytes:
    """The same JSON without lone surrogates and NULs; they come from texts cut in the middle of a character."""
    if b"\\u" not in text or not _SUSPECT.search(text):
        return text
    return _ESCAPE.sub(lambda match: REPLACEMENT if match[1] else match[0], text)


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
