"""Items of lists as people write them: the form in which they are compared with what is known of a lead."""

from collections.abc import Callable, Iterable, Iterator

from pomona.domain.lists import LONGEST, Item, Kind
from pomona.domain.text import normal
from pomona.formats.company_domain import read_domain
from pomona.formats.email_address import read_email
from pomona.formats.phone_number import read_phone
from pomona.formats.place import region_code


def read_items(kind: Kind, texts: Iterable[str]) -> Iterator[Item]:
    """Each text that is not blank, with its number (from 1) and its normal form by the list's kind."""
    for number, text in enumerate(texts, 1):
        if written := text.strip():
            yield Item(number, written, _normal(kind, written))


def _normal(kind: Kind, written: str) -> str | None:
    """As a trait's text is compared: read by its kind first, then in the one normal form; None: unreadable."""
    value = _READERS[kind](written) if len(written) <= LONGEST and "\0" not in written else None
    return normal(value) or None if value else None


def _email(text: str) -> str | None:
    email = read_email(text)
    return None if email is None else email.normal


def _phone(text: str) -> str | None:
    phone = read_phone(text)
    return None if phone is None else phone.normal


_READERS: dict[Kind, Callable[[str], str | None]] = {
    "domain": read_domain,
    "email": _email,
    "phone": _phone,
    "region": region_code,
    "text": lambda text: text,
}
