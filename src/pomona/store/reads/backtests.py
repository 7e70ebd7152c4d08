"""Versions tried on the past, for those who write and sign agreements."""

from collections.abc import Iterable
from typing import Any, NamedTuple

import msgspec
from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from pomona.domain.ripeness import HOUSE
from pomona.store.access import Power, demand, visible_leads
from pomona.store.backtests import content_of
from pomona.store.database import connection
from pomona.store.models import AgreementVersion, Backtest, BacktestLead, User

State = AgreementVersion.State


class VersionName(msgspec.Struct, frozen=True):
    """A version as people call it; `id` is its row's."""

    id: int
    agreement: str
    number: int
    state: str


class Kept(msgspec.Struct, frozen=True):
    """What came of trying a version on [`since`, `until`), against another one if there was one.

    `stale`: the version was changed since. Times are microseconds UTC.
    """

    id: int
    version: VersionName
    against: VersionName | None
    days: int
    since: int
    until: int
    made_at: int
    asked_by: str
    summary: dict[str, Any]
    stale: bool


class TriedLead(NamedTuple):
    """A lead (its id), and when it ripens under the version tried and under the other one."""

    lead: int
    ripe_at: int | None
    ripe_before_at: int | None


class Place(NamedTuple):
    """Where a page of tried leads ends: when its last one ripens under either version, and its row."""

    ripe: int
    row: int


def version_to_try(user: User, version: int) -> VersionName | None:
    """A version of that row's id, or None."""
    demand(user, Power.WRITE_AGREEMENTS)
    row = AgreementVersion.objects.filter(pk=version).first()
    return None if row is None else _name(row)


def comparable(user: User, version: VersionName) -> list[VersionName]:
    """What a version can be tried against, the most telling first: the version of its name in force, the others of
    its name, the house rules in force, then whatever else is."""
    demand(user, Power.WRITE_AGREEMENTS)
    rows = AgreementVersion.objects.exclude(pk=version.id).order_by("agreement_id", "-number")
    names = [_name(row) for row in rows if row.agreement_id == version.agreement or row.state == State.IN_FORCE]
    return sorted(
        names,
        key=lambda each: (each.agreement != version.agreement, each.agreement != HOUSE, each.state != State.IN_FORCE),
    )


def newest(user: User, version: int) -> Kept | None:
    """What came of the newest trial of a version (a row's id)."""
    demand(user, Power.WRITE_AGREEMENTS)
    row = _rows().filter(version=version).order_by("-pk").first()
    return None if row is None else _kept(row)


def kept_of(user: User, version: int, *, before: int | None, limit: int) -> list[Kept]:
    """What came of the trials of a version (a row's id), the newest first; those before that one's id."""
    demand(user, Power.WRITE_AGREEMENTS)
    older = Q() if before is None else Q(pk__lt=before)
    return [_kept(row) for row in _rows().filter(older, version=version).order_by("-pk")[:limit]]


def kept(user: User, backtest: int) -> Kept | None:
    """What came of one trial."""
    demand(user, Power.WRITE_AGREEMENTS)
    row = _rows().filter(pk=backtest).first()
    return None if row is None else _kept(row)


def tried_leads(user: User, backtest: int, group: str) -> list[TriedLead]:
    """A group's leads that this user may see and that are still leads of their own, the newest ripe first."""
    return [TriedLead(*row) for row in _tried(user, backtest, group).values_list(*TriedLead._fields)]


def tried_page(
    user: User, backtest: int, group: str, *, after: Place | None, limit: int
) -> tuple[list[TriedLead], Place | None]:
    """The next so many of these leads, and where the page after them begins (None: there is none)."""
    rows = _tried(user, backtest, group)
    if after is not None:
        rows = rows.filter(Q(ripe__lt=after.ripe) | Q(ripe=after.ripe, pk__gt=after.row))
    found = list(rows.values_list(*TriedLead._fields, "ripe", "pk")[: limit + 1])
    shown = found[:limit]
    return [TriedLead(*row[:3]) for row in shown], Place(*shown[-1][3:]) if len(found) > limit else None


def _tried(user: User, backtest: int, group: str) -> QuerySet[BacktestLead]:
    demand(user, Power.WRITE_AGREEMENTS)
    leads = visible_leads(user).filter(merged_into=None).values("pk")
    rows = BacktestLead.objects.filter(backtest=backtest, group=group, lead__in=leads)
    return rows.annotate(ripe=Coalesce("ripe_at", "ripe_before_at")).order_by("-ripe", "pk")


def seller_names(user: User, sellers: Iterable[int]) -> dict[int, str]:
    """What these sellers are called; whoever is no more is missing."""
    demand(user, Power.WRITE_AGREEMENTS)
    return {row.pk: row.full_name for row in User.objects.filter(pk__in=sellers)}


def _rows() -> QuerySet[Backtest]:
    return Backtest.objects.select_related("version", "against", "asked_by")


def _kept(row: Backtest) -> Kept:
    return Kept(
        id=row.pk,
        version=_name(row.version),
        against=None if row.against is None else _name(row.against),
        days=row.days,
        since=row.since,
        until=row.until,
        made_at=row.made_at,
        asked_by=row.asked_by.full_name if row.asked_by else "",
        summary=row.summary,
        stale=content_of(connection(), row.version_id) != row.content,
    )


def _name(row: AgreementVersion) -> VersionName:
    return VersionName(row.pk, row.agreement_id, row.number, row.state)
