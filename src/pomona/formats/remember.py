"""Remembering answers about strangers' texts, bounded by number and by length: nobody can fill the memory."""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TypeVar

LONGEST = 500
"""Characters of a text that is remembered."""

MOST = 16_384
"""Answers of one function."""

Answer = TypeVar("Answer")


def remember(function: Callable[..., Answer]) -> Callable[..., Answer]:
    """A pure function of texts that looks up what it answered before. Longer texts are worked out each time."""
    answers = lru_cache(maxsize=MOST)(function)

    @wraps(function)
    def answer(*texts: str | None) -> Answer:
        for text in texts:
            if text is not None and len(text) > LONGEST:
                return function(*texts)
        return answers(*texts)

    return answer
