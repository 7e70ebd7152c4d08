"""Public holidays of a country as dates."""

from datetime import date
from functools import lru_cache
from typing import ClassVar

import holidays

from pomona.domain.errors import PomonaError


class UnknownCountry(PomonaError):
    """A country whose public holidays are not known."""

    texts: ClassVar[dict[str, tuple[str, str]]] = {
        "unknown_country": (
            "Праздники страны «{country}» неизвестны; напишите код из двух букв, например, RU.",
            "The public holidays of “{country}” are not known; write a code of two letters, for example RU.",
        )
    }


@lru_cache(maxsize=64)
def public_holidays(country: str, first_year: int, last_year: int) -> frozenset[date]:
    """The public holidays of a country (ISO 3166 code of two letters) from one year to another, both included.

    Days off moved by decree are included where the library knows them (for Russia it does).

    Raises:
        UnknownCountry: for a code the library does not know.
    """
    try:
        return frozenset(holidays.country_holidays(country, years=range(first_year, last_year + 1)))
    except NotImplementedError:
        raise UnknownCountry("unknown_country", country=country) from None
