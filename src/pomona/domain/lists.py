"""Lists of companies, addresses or words that agreements name: what a change of one brings and takes away."""

from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple

import msgspec

Kind = Literal["domain", "email", "phone", "region", "text"]
"""What the items are; it decides how they are read and which trait they are compared with."""

KINDS: tuple[Kind, ...] = ("domain", "email", "phone", "region", "text")
MOST_ITEMS = 100_000
LONGEST = 255
"""Characters of an item as written."""
LONGEST_NAME = 100


class Item(NamedTuple):
    """One item as somebody gave it: where (line or row, from 1), as written, and its normal form (None: unreadable)."""

    number: int
    written: str
    normal: str | None


class Change(msgspec.Struct, frozen=True):
    """What a change does to a list. `came` and `went` map normal forms to the items as written.

    `known` counts items that stand in the list already, `repeated` those given before in the same change.
    """

    came: Mapping[str, str]
    went: Mapping[str, str]
    known: int = 0
    repeated: int = 0
    unreadable: tuple[Item, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether the list stays as it is."""
        return not self.came and not self.went


def change_of(current: Mapping[str, str], given: Iterable[Item], *, replace: bool) -> Change:
    """What `given` does to the `current` items (normal form: as written): adds to them, or takes their place."""
    came: dict[str, str] = {}
    seen: set[str] = set()
    unreadable, known, repeated = [], 0, 0
    for item in given:
        if item.normal is None:
            unreadable.append(item)
        elif item.normal in seen:
            repeated += 1
        else:
            seen.add(item.normal)
            if item.normal in current:
                known += 1
            else:
                came[item.normal] = item.written
    went = {normal: written for normal, written in current.items() if normal not in seen} if replace else {}
    return Change(came, went, known, repeated, tuple(unreadable))
