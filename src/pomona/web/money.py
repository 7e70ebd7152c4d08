"""Money in the installation's one currency, as pages say it."""

from pomona.web import words
from pomona.web.request import PageRequest


def currency(page: PageRequest) -> str:
    """The code (ISO 4217) of the installation's currency."""
    assert page.installation is not None
    return page.installation.currency


def money(page: PageRequest, amount: int) -> str:
    """An amount (hundredths) as people write it."""
    return words.money(amount, currency(page))
