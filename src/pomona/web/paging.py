"""Lists in pages of fifty, by place."""

from collections.abc import Sequence
from typing import Generic, TypeVar

import msgspec

from pomona.web.request import PageRequest

PAGE_SIZE = 50

Item = TypeVar("Item")


class Paged(msgspec.Struct, Generic[Item], frozen=True):
    """One page of a list; the addresses of the first page (empty on it) and of the next one (empty on the last)."""

    items: Sequence[Item]
    first: str
    next: str


def paged(page: PageRequest, items: Sequence[Item]) -> Paged[Item]:
    """The page of the list that the address asks for by `from`."""
    asked = page.GET.get("from", "")
    start = int(asked) if asked.isdecimal() and len(asked) < 10 else 0
    more = len(items) > start + PAGE_SIZE
    return Paged(
        items[start : start + PAGE_SIZE],
        first=_turned(page, 0) if start else "",
        next=_turned(page, start + PAGE_SIZE) if more else "",
    )


def _turned(page: PageRequest, start: int) -> str:
    query = page.GET.copy()
    query["from"] = str(start)
    return f"?{query.urlencode()}"
