"""Money as people and programs write it, in a currency that is known beforehand."""

import re
from functools import cache

from babel.numbers import get_currency_symbol

_GAPS = re.compile(r"[\s'’]+")
_AMOUNT = re.compile(
    r"(?P<whole>[1-9][0-9]{0,2}(?:(?P<mark>[.,])[0-9]{3}(?:(?P=mark)[0-9]{3})*)|[0-9]{1,15})"
    r"(?:(?!(?P=mark))[.,](?P<part>[0-9]{1,2}))?"
)
_OTHER_SIGNS = {"RUB": ("руб.", "руб", "р.", "р", "rur")}


def read_money(text: str, currency: str) -> int | None:
    """The amount in hundredths; None: it is none of this currency (ISO 4217), negative, or finer than a hundredth.

    A comma or point before the last one or two digits is the decimal sign; between groups of three digits either of
    them, a space or an apostrophe parts the thousands.
    """
    found = _AMOUNT.fullmatch(_without_sign(_GAPS.sub("", text).casefold(), currency))
    if found is None:
        return None
    whole, part = found["whole"].replace(found["mark"] or ".", ""), found["part"] or ""
    return int(whole) * 100 + int(part.ljust(2, "0"))


def _without_sign(text: str, currency: str) -> str:
    for sign in _signs(currency):
        if text.endswith(sign):
            return text.removesuffix(sign)
        if text.startswith(sign):
            return text.removeprefix(sign)
    return text


@cache
def _signs(currency: str) -> tuple[str, ...]:
    """What may stand for it, the longest first."""
    symbols = {get_currency_symbol(currency, locale=locale) for locale in ("ru", "en", "en_GB")}
    signs = {sign.casefold() for sign in (currency, *symbols, *_OTHER_SIGNS.get(currency, ()))}
    return tuple(sorted(signs, key=lambda sign: (-len(sign), sign)))
