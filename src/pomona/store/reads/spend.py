"""What campaigns cost, for those who see the funnel."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

import msgspec
from django.db.models import Count, Exists, OuterRef, QuerySet

from pomona.domain.event import DAY, SECOND
from pomona.domain.spend import Days, Spent
from pomona.store import spend
from pomona.store.access import Power, demand
from pomona.store.database import connection
from pomona.store.installation import company_time_zone
from pomona.store.models import Lead, Spend, SpendUpload, User

WINDOW = 90
"""A campaign runs as long as it brought a lead or cost something in so many days."""


def spent_by_campaign(user: User, period: Days, *, now: int) -> dict[str, Spent]:
    """What each campaign cost that brought leads or cost something in the period; days are the company's."""
    demand(user, Power.SEE_FUNNEL)
    return spend.spent(connection(), period, today=_today(now), time_zone=company_time_zone(connection()))


class Told(msgspec.Struct, frozen=True):
    """An amount as it was told: by whom ("": a command, or somebody who is gone), when (µs UTC), and why."""

    amount: int
    by: str
    at: int
    reason: str


class CampaignSpend(msgspec.Struct, frozen=True):
    """A campaign: the leads it brought in the last 90 days, its spend in them and in each month, who told it last."""

    campaign: str
    leads: int
    spent: Spent
    months: tuple[Spent, ...]
    last: Told | None

    @property
    def is_missing(self) -> bool:
        """Whether it brought leads, and the spend of some day is not known."""
        return self.leads > 0 and not self.spent.is_whole


class KnownAmount(msgspec.Struct, frozen=True):
    """What a campaign cost on a day as known now; `id` is its row's."""

    id: int
    campaign: str
    day: date
    told: Told


class ToldDay(msgspec.Struct, frozen=True):
    """What a campaign cost on a day, and what was told of the day before that, the newest first."""

    day: date
    told: Told
    before: tuple[Told, ...]


def campaigns(user: User, months: Sequence[Days], *, now: int) -> list[CampaignSpend]:
    """Every campaign with leads or spend in the last 90 days or these months; first those of which days are missing,
    the ones with most leads before the others, then the dearest."""
    today = _today(now)
    whole = spent_by_campaign(user, Days(today - timedelta(days=WINDOW - 1), today), now=now)
    monthly = [spent_by_campaign(user, month, now=now) for month in months]
    leads = _leads(now)
    last = {row.campaign: _told(row) for row in _rows().order_by("campaign", "-pk").distinct("campaign")}
    found = [
        CampaignSpend(
            campaign=name,
            leads=leads.get(name, 0),
            spent=whole.get(name, Spent()),
            months=tuple(month.get(name, Spent()) for month in monthly),
            last=last.get(name),
        )
        for name in {*leads, *whole, *(name for month in monthly for name in month)}
    ]
    return sorted(found, key=_urgency)


def known_amounts(user: User, days: Days, *, campaign: str, after: int, limit: int) -> list[KnownAmount]:
    """The amounts known of these days, of one campaign or ("") all, whose row's id is greater than `after`, by it."""
    demand(user, Power.SEE_FUNNEL)
    newer = Spend.objects.filter(campaign=OuterRef("campaign"), day=OuterRef("day"), pk__gt=OuterRef("pk"))
    rows = _rows().filter(~Exists(newer), day__gte=days.first, day__lte=days.last, pk__gt=after)
    if campaign:
        rows = rows.filter(campaign=campaign)
    return [KnownAmount(row.pk, row.campaign, row.day, _told(row)) for row in rows.order_by("pk")[:limit]]


def told_days(user: User, campaign: str) -> list[ToldDay]:
    """Every day of which an amount of the campaign was told, the newest first."""
    demand(user, Power.SEE_FUNNEL)
    rows = _rows().filter(campaign=campaign).order_by("-day", "-pk")
    days = ((day, [_told(row) for row in told]) for day, told in groupby(rows, key=lambda row: row.day))
    return [ToldDay(day, told[0], tuple(told[1:])) for day, told in days]


def with_leads(user: User, names: Iterable[str]) -> set[str]:
    """Which of these campaigns brought leads."""
    demand(user, Power.SEE_FUNNEL)
    found = Lead.objects.filter(campaign__in=list(names)).values_list("campaign", flat=True).distinct()
    return {name for name in found if name}


def upload(user: User) -> SpendUpload | None:
    """The file that the user is about to take in."""
    demand(user, Power.RECORD_SPEND)
    return SpendUpload.objects.filter(user=user).first()


def _urgency(each: CampaignSpend) -> tuple[bool, int, int, str]:
    return (not each.is_missing, -each.leads if each.is_missing else 0, -each.spent.amount, each.campaign)


def _leads(now: int) -> dict[str, int]:
    """How many leads each campaign brought lately."""
    rows = Lead.objects.filter(campaign__isnull=False, merged_into=None, captured_at__gt=now - WINDOW * DAY)
    return dict(rows.values_list("campaign").annotate(leads=Count("pk")))


def _rows() -> QuerySet[Spend]:
    return Spend.objects.select_related("recorded_by")


def _told(row: Spend) -> Told:
    by = row.recorded_by.full_name if row.recorded_by else ""
    return Told(amount=row.amount, by=by, at=row.recorded_at, reason=row.reason)


def _today(now: int) -> date:
    """The company's day."""
    zone = ZoneInfo(company_time_zone(connection()))
    return datetime.fromtimestamp(now // SECOND, zone).date()
