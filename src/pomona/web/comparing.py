"""What differs between two versions of an agreement, line by line, with the lists that they ask for."""

from typing import Any

from django.utils.translation import gettext as _

from pomona.domain.agreement import Agreement
from pomona.store import agreements as stored
from pomona.store.database import connection
from pomona.store.reads.agreements import AgreementLine, Version
from pomona.store.reads.lists import changed_lists
from pomona.web import words
from pomona.web.outline import Difference, Line, differences
from pomona.web.receivers import in_words
from pomona.web.request import PageRequest
from pomona.web.whole import whole

ITEMS_NAMED = 5
"""How many items of a list a difference names."""


def compared(page: PageRequest, line: AgreementLine, shown: Version, read: Agreement) -> dict[str, Any] | None:
    """What differs from the version asked for, the one in force, the one before, or else the house rules."""
    other = _other(page, line, shown)
    if other is not None:
        before_id = other.id
        title = _("What differs from version %(number)s") % {"number": other.number}
    elif shown.house is not None:
        before_id = shown.house
        title = _("What differs from the house rules")
    else:
        return None
    before = stored.agreement_by_id(connection(), before_id)
    found = [
        *differences(in_words(before), in_words(read), page.language),
        *_list_differences(page, before_id, shown.id),
    ]
    return {"title": title, "differences": found}


def _list_differences(page: PageRequest, before: int, after: int) -> list[Difference]:
    """What came into and went out of the lists that both versions (row ids) ask for."""
    return [
        Difference(
            _("Lists"), _items_line(name, each.went, each.went_count), _items_line(name, each.came, each.came_count)
        )
        for name, each in changed_lists(page.user, before, after)
    ]


def _items_line(name: str, items: tuple[str, ...], count: int) -> Line | None:
    """The first few of the items that went or came; None: there are none."""
    more = f" … {words.number(count)}" if count > ITEMS_NAMED else ""
    return Line(", ".join(items[:ITEMS_NAMED]) + more, name) if items else None


def _other(page: PageRequest, line: AgreementLine, shown: Version) -> Version | None:
    if (asked := whole(page.GET.get("against", ""))) is not None:
        return line.version(asked)
    in_force = line.in_force(page.now)
    if in_force is not None and in_force.number != shown.number:
        return in_force
    return next((each for each in line.versions if each.number < shown.number), None)
