"""Text: the one normal form in which texts are compared, and globs."""

import re
from collections.abc import Callable
from functools import lru_cache
from unicodedata import normalize

NUMBER = re.compile(r"-?[0-9]{1,12}([.][0-9]{1,6})?")
"""An answer that is a number."""

_OTHER = re.compile(r"[\W_]+")


def normal(text: str) -> str:
    """The normal form: NFKC, case-folded, whatever is neither letter nor digit as one space, none at the ends."""
    folded = normalize("NFKC", normalize("NFKC", text).casefold())
    return _OTHER.sub(" ", folded).strip()


def answer_code(code: str) -> str:
    """The form in which answers are compared: a number as it is, everything else in the normal form."""
    return code if NUMBER.fullmatch(code) else normal(code)


@lru_cache(maxsize=4096)
def glob(pattern: str) -> Callable[[str], bool]:
    """A test whether a whole text fits `pattern`, in which `*` stands for any characters, none included.

    Takes time linear in the text: each piece between stars is sought once, leftmost first.
    """
    head, *pieces = pattern.split("*")
    if not pieces:
        return pattern.__eq__
    *middle, tail = pieces

    def fits(text: str) -> bool:
        if len(text) < len(head) + len(tail) or not (text.startswith(head) and text.endswith(tail)):
            return False
        position, end = len(head), len(text) - len(tail)
        for piece in middle:
            found = text.find(piece, position, end)
            if found < 0:
                return False
            position = found + len(piece)
        return True

    return fits
