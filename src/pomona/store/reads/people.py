"""Who works here: users, sellers with team, hours and load, teams, calendars."""

from typing import Any

import msgspec
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from pomona.domain.stages import OPEN_WITH_SELLER
from pomona.store.access import Power, demand
from pomona.store.models import Calendar, Lead, Seller, Team, User


class SellerLine(msgspec.Struct, frozen=True):
    """What routing knows of a seller; team and calendar by name ("": none), `away_until` µs UTC.

    `open_leads` is their load.
    """

    team: str
    team_title: str
    calendar: str
    present: bool
    away_until: int | None
    capacity: int
    phone: str
    open_leads: int


class PersonLine(msgspec.Struct, frozen=True):
    """A user; `seller` is None for those who take no leads."""

    id: int
    username: str
    name: str
    first_name: str
    last_name: str
    email: str
    role: str
    active: bool
    seller: SellerLine | None


class TeamLine(msgspec.Struct, frozen=True):
    """A team with the number of its sellers; agreements refer to it by `name`."""

    id: int
    name: str
    title: str
    sellers: int


class CalendarLine(msgspec.Struct, frozen=True):
    """Working hours; `hours` maps weekday "0" (Monday) to "6" to pairs of local times."""

    id: int
    name: str
    time_zone: str
    hours: dict[str, list[list[str]]]
    holidays: str
    days_off: list[str]
    sellers: int


def people(user: User) -> list[PersonLine]:
    """All users, those who may log in first, by name."""
    demand(user, Power.STEER_SALES)
    lines = [_person(row) for row in _rows()]
    return sorted(lines, key=lambda line: (not line.active, line.name.casefold()))


def person(user: User, user_id: int) -> PersonLine | None:
    """One user, or None if there is none of that id."""
    demand(user, Power.STEER_SALES)
    row = _rows().filter(pk=user_id).first()
    return None if row is None else _person(row)


def teams(user: User) -> list[TeamLine]:
    """All teams, by title."""
    demand(user, Power.STEER_SALES)
    rows = Team.objects.annotate(size=Count("sellers")).order_by("title", "name")
    return [TeamLine(row.pk, row.name, row.title or row.name, row.size) for row in rows]


def calendars(user: User) -> list[CalendarLine]:
    """All calendars, by name."""
    demand(user, Power.STEER_SALES)
    rows = Calendar.objects.annotate(size=Count("seller")).order_by("name")
    return [
        CalendarLine(row.pk, row.name, row.time_zone, row.hours, row.holidays, row.days_off, row.size) for row in rows
    ]


def _rows() -> QuerySet[User]:
    """Users with what they do as sellers; their open leads counted by themselves, for a join would read closed ones."""
    open_leads = Lead.objects.filter(
        owner=OuterRef("pk"), stage__in=[stage.value for stage in OPEN_WITH_SELLER], merged_into=None
    )
    counted = open_leads.order_by().values("owner").annotate(size=Count("pk")).values("size")
    rows = User.objects.select_related("seller__team", "seller__calendar")
    return rows.annotate(open_leads=Coalesce(Subquery(counted), 0))


def _person(row: Any) -> PersonLine:
    seller: Seller | None = getattr(row, "seller", None)
    return PersonLine(
        row.pk,
        row.username,
        row.full_name,
        row.first_name,
        row.last_name,
        row.email,
        row.role,
        row.is_active,
        None if seller is None else _seller(seller, row.open_leads),
    )


def _seller(row: Seller, open_leads: int) -> SellerLine:
    return SellerLine(
        team=row.team.name if row.team else "",
        team_title=(row.team.title or row.team.name) if row.team else "",
        calendar=row.calendar.name if row.calendar else "",
        present=row.present,
        away_until=row.away_until,
        capacity=row.capacity,
        phone=row.phone,
        open_leads=open_leads,
    )
