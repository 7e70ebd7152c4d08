"""What campaigns cost: money of a campaign on a day, spread over days, added up, divided by leads.

Money is in hundredths of the installation's one currency. Where nothing is known, nothing is said: no known spend is
not a spend of zero, which somebody has to tell.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import ClassVar, NamedTuple

import msgspec

from pomona.domain.agreement import Agreement
from pomona.domain.errors import PomonaError
from pomona.domain.ripeness import HOUSE, covers_campaign

MOST = 10**14
"""No amount is larger."""
MOST_DAYS = 1100
"""An amount is spread over so many days at most."""
LONGEST_NAME = 255
"""Characters of a campaign's name, as events carry it."""


class RefusedSpend(PomonaError):
    """This cannot be what a campaign cost; nothing was changed."""

    texts: ClassVar[dict[str, tuple[str, str]]] = {
        "spend_campaign": (
            "Назовите кампанию, не длиннее {most} знаков.",
            "Name the campaign, in at most {most} characters.",
        ),
        "spend_amount": (
            "Расход не бывает отрицательным или больше {most}: {campaign}, {day}.",
            "Spend is never negative, nor more than {most}: {campaign}, {day}.",
        ),
        "spend_twice": (
            "Расход на {campaign} за {day} назван дважды. Оставьте одну сумму.",
            "The spend of {campaign} on {day} is told twice. Keep one amount.",
        ),
        "spend_day": (
            "Проверьте год: {day}.",
            "Check the year: {day}.",
        ),
        "spend_long": (
            "Период длиннее {most} дней: {first}, {last}.",
            "The period is longer than {most} days: {first}, {last}.",
        ),
        "spend_period": (
            "Период кончается раньше, чем начинается: {first}, {last}.",
            "The period ends before it begins: {first}, {last}.",
        ),
    }


class CampaignDay(NamedTuple):
    """A campaign and a day of the company's calendar."""

    campaign: str
    day: date


class SpendChange(msgspec.Struct, frozen=True):
    """What telling amounts changes: `told` for the first time, `corrected` beside another amount, `same` as known."""

    told: Mapping[CampaignDay, int]
    corrected: Mapping[CampaignDay, int]
    same: int


class Days(msgspec.Struct, frozen=True):
    """The days from `first` to `last`, both included."""

    first: date
    last: date

    def hold(self, day: date) -> bool:
        """Whether a day is among them."""
        return self.first <= day <= self.last

    def each(self) -> list[date]:
        """All of them, in their order; none where the last is before the first."""
        return [self.first + timedelta(days=number) for number in range((self.last - self.first).days + 1)]


class Spent(msgspec.Struct, frozen=True):
    """Money spent on `known` of `days` days; of several campaigns, on so many days of all of them together."""

    amount: int = 0
    known: int = 0
    days: int = 0

    def __add__(self, other: "Spent") -> "Spent":
        return Spent(self.amount + other.amount, self.known + other.known, self.days + other.days)

    @property
    def is_known(self) -> bool:
        """Whether anything is known of it."""
        return self.known > 0

    @property
    def is_whole(self) -> bool:
        """Whether it is known for every day; else the true sum is at least `amount`."""
        return self.known == self.days

    def price(self, count: int) -> int | None:
        """What each of `count` leads cost, rounded half up; None where no spend is known, or no lead there."""
        return (2 * self.amount + count) // (2 * count) if self.is_known and count else None


class SpendOf(msgspec.Struct, frozen=True):
    """What these campaigns, by name, cost together."""

    campaigns: tuple[str, ...]
    spent: Spent


CALENDAR = Days(date(2000, 1, 1), date(2099, 12, 31))
"""Days outside of it were mistyped."""


def checked(given: Mapping[CampaignDay, int]) -> Mapping[CampaignDay, int]:
    """The amounts, if they can be true. Raises `RefusedSpend`."""
    for (campaign, day), amount in given.items():
        if not 0 < len(campaign) <= LONGEST_NAME or "\0" in campaign:
            raise RefusedSpend("spend_campaign", most=LONGEST_NAME)
        if not CALENDAR.hold(day):
            raise RefusedSpend("spend_day", day=day.isoformat())
        if not 0 <= amount <= MOST:
            raise RefusedSpend("spend_amount", most=MOST // 100, campaign=campaign, day=day.isoformat())
    return given


def change_of(current: Mapping[CampaignDay, int], given: Mapping[CampaignDay, int]) -> SpendChange:
    """What the amounts `given` change of the `current` ones."""
    told = {place: amount for place, amount in given.items() if place not in current}
    corrected = {place: amount for place, amount in given.items() if current.get(place, amount) != amount}
    return SpendChange(told, corrected, len(given) - len(told) - len(corrected))


def spread(amount: int, days: Days) -> dict[date, int]:
    """An amount over days in equal parts: what does not divide goes to the first days, a hundredth each.

    Raises `RefusedSpend` for days that end before they begin, or are too many.
    """
    said = {"first": days.first.isoformat(), "last": days.last.isoformat()}
    if days.last < days.first:
        raise RefusedSpend("spend_period", **said)
    if (days.last - days.first).days >= MOST_DAYS:
        raise RefusedSpend("spend_long", most=MOST_DAYS, **said)
    each = days.each()
    part, rest = divmod(amount, len(each))
    return {day: part + (number < rest) for number, day in enumerate(each)}


def add_up(amounts: Mapping[date, int], period: Days, life: Days, today: date) -> Spent:
    """What a campaign cost in a period. `life` is from the first to the last day on which it brought a lead or an
    amount was told; of these days every one counts that is over, and today once its amount is told.
    """
    known = {day: amount for day, amount in amounts.items() if period.hold(day)}
    lived = Days(max(period.first, life.first), min(period.last, life.last, today - timedelta(days=1)))
    return Spent(sum(known.values()), len(known), len(known.keys() | set(lived.each())))


def spend_of(agreement: Agreement, spent: Mapping[str, Spent], others: Iterable[Agreement]) -> SpendOf:
    """What of the campaigns' spend belongs to an agreement: that of campaigns which it covers; to the house rules
    also that of campaigns which none of the `others`, in force in that time, covers."""
    rivals = [each for each in others if each.campaign not in (agreement.campaign, HOUSE)]
    own = [name for name in spent if covers_campaign(agreement, name) or _is_left(agreement, name, rivals)]
    return SpendOf(tuple(sorted(own)), sum((spent[name] for name in own), Spent()))


def _is_left(agreement: Agreement, campaign: str, rivals: Iterable[Agreement]) -> bool:
    return agreement.campaign == HOUSE and not any(covers_campaign(each, campaign) for each in rivals)
