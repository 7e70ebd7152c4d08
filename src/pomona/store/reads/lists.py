"""Lists for their pages: what stands in them, what each version changed, which agreements ask for them."""

from collections.abc import Iterator
from typing import NamedTuple
from uuid import UUID

import msgspec
from django.db.models import Q, QuerySet

from pomona.domain.text import normal
from pomona.store.access import Power, demand
from pomona.store.models import AgreementVersion, ListItem, ListUpload, ListVersion, NamedList, User

PAGE = 100
"""Items a page."""
SHOWN = 200
"""Items of a difference that are shown at most on either side."""


class Version(msgspec.Struct, frozen=True):
    """One change of a list."""

    number: int
    made_at: int
    made_by: str
    came: int
    went: int


class ListLine(msgspec.Struct, frozen=True):
    """A list with its versions, the newest first, and the names of the agreements that ask for it."""

    id: UUID
    name: str
    kind: str
    number: int
    size: int
    created_at: int
    versions: tuple[Version, ...]
    agreements: tuple[str, ...]


class Items(NamedTuple):
    """A page of items with the moment at which each came; `next` is the normal form to go on from, if there is more."""

    rows: list[tuple[ListItem, int]]
    next: str | None


class Difference(msgspec.Struct, frozen=True):
    """What came and went between two versions: counts, and the first `SHOWN` of either as written."""

    since: int
    until: int
    came_count: int
    went_count: int
    came: tuple[str, ...]
    went: tuple[str, ...]


class KeptList(msgspec.Struct, frozen=True):
    """A list as a version of an agreement keeps it, and what became of it since; None: nothing."""

    id: UUID
    name: str
    number: int
    size: int
    since: Difference | None


def lists(user: User) -> list[ListLine]:
    """All lists by name."""
    demand(user, Power.WRITE_AGREEMENTS)
    rows = NamedList.objects.prefetch_related("versions__made_by")
    return sorted((_line(row) for row in rows), key=lambda line: line.name.casefold())


def named_list(user: User, list_id: UUID) -> ListLine | None:
    """One list, or None if there is none."""
    demand(user, Power.WRITE_AGREEMENTS)
    row = NamedList.objects.prefetch_related("versions__made_by").filter(pk=list_id).first()
    return None if row is None else _line(row)


def items(user: User, list_id: UUID, text: str = "", after: str = "") -> Items:
    """The list's items in which the text stands, in the order of their normal forms, from `after` on."""
    demand(user, Power.WRITE_AGREEMENTS)
    rows = _newest(list_id)
    if text:
        rows = rows.filter(Q(written__icontains=text) | Q(normal__contains=normal(text)))
    found = list(rows.filter(normal__gt=after).order_by("normal")[: PAGE + 1])
    shown = found[:PAGE]
    made_at = dict(ListVersion.objects.filter(list=list_id).values_list("number", "made_at"))
    more = shown[-1].normal if len(found) > PAGE else None
    return Items([(row, made_at[row.from_number]) for row in shown], more)


def written_items(user: User, list_id: UUID) -> Iterator[str]:
    """Every item of the list as written."""
    demand(user, Power.WRITE_AGREEMENTS)
    return _newest(list_id).order_by("normal").values_list("written", flat=True).iterator()


def difference(user: User, list_id: UUID, since: int, until: int) -> Difference:
    """What came and went from the version `since` to the later version `until`."""
    demand(user, Power.SEE_AGREEMENTS)
    rows = ListItem.objects.filter(list=list_id)
    stood, stands = (_in_version(number) for number in (since, until))
    came, went = rows.filter(stands).exclude(stood), rows.filter(stood).exclude(stands)
    return Difference(since, until, came.count(), went.count(), _first(came), _first(went))


def upload(user: User, list_id: UUID) -> ListUpload | None:
    """The file that the user is about to take into the list."""
    demand(user, Power.WRITE_AGREEMENTS)
    return ListUpload.objects.filter(list=list_id, user=user).first()


def kept_lists(user: User, version_id: int) -> list[KeptList]:
    """The lists that an agreement's version asks for, by name: a draft as they are, any other as it keeps them."""
    demand(user, Power.SEE_AGREEMENTS)
    return [_kept(user, row, number) for row, number in _numbers(version_id).values()]


def changed_lists(user: User, before: int, after: int) -> list[tuple[str, Difference]]:
    """The lists that two versions (row ids) ask for and that differ between them, by name."""
    demand(user, Power.SEE_AGREEMENTS)
    old, new = _numbers(before), _numbers(after)
    return [
        (name, difference(user, row.pk, old[name][1], number))
        for name, (row, number) in new.items()
        if name in old and old[name][1] != number
    ]


def _numbers(version_id: int) -> dict[str, tuple[NamedList, int]]:
    """The lists of an agreement's version by name, each with the number of the version of it that counts."""
    version = AgreementVersion.objects.get(pk=version_id)
    is_draft = version.state == AgreementVersion.State.DRAFT
    rows = NamedList.objects.filter(name__in=version.lists).order_by("name")
    return {row.name: (row, row.number if is_draft else version.lists[row.name][1]) for row in rows}


def _kept(user: User, row: NamedList, number: int) -> KeptList:
    since = difference(user, row.pk, number, row.number) if number != row.number else None
    size = row.size if since is None else ListItem.objects.filter(_in_version(number), list=row).count()
    return KeptList(row.pk, row.name, number, size, since)


def _line(row: NamedList) -> ListLine:
    versions = sorted(row.versions.all(), key=lambda version: -version.number)
    return ListLine(
        id=row.pk,
        name=row.name,
        kind=row.kind,
        number=row.number,
        size=row.size,
        created_at=row.created_at,
        versions=tuple(_version(each) for each in versions),
        agreements=_agreements(row.name),
    )


def _version(row: ListVersion) -> Version:
    by = row.made_by.full_name if row.made_by else ""
    return Version(row.number, row.made_at, by, row.came, row.went)


def _agreements(name: str) -> tuple[str, ...]:
    asking = AgreementVersion.objects.filter(lists__has_key=name)
    return tuple(asking.order_by("agreement").values_list("agreement", flat=True).distinct())


def _newest(list_id: UUID) -> QuerySet[ListItem]:
    return ListItem.objects.filter(list=list_id, until_number=None)


def _in_version(number: int) -> Q:
    return Q(from_number__lte=number) & (Q(until_number=None) | Q(until_number__gt=number))


def _first(rows: QuerySet[ListItem]) -> tuple[str, ...]:
    return tuple(rows.order_by("normal").values_list("written", flat=True)[:SHOWN])
