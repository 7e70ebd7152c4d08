"""Codes made of words: short and in Latin letters, so that every program can carry them."""

from collections.abc import Collection
from itertools import count

from slugify import slugify

from pomona.domain.text import answer_code

LONGEST = 40


def code_of(words: str, taken: Collection[str], *, otherwise: str) -> str:
    """`when_do_you_need_it`; of words without letters and digits `otherwise`. With the first free number behind it
    where it would be told apart from none of those `taken`.
    """
    code = slugify(words, separator="_", max_length=LONGEST, word_boundary=True, save_order=True) or otherwise
    known = {answer_code(each) for each in taken}
    if answer_code(code) not in known:
        return code
    return next(numbered for n in count(2) if answer_code(numbered := f"{code}_{n}") not in known)
