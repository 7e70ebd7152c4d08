"""A period of whole days on the company's wall clock, as a filter names it."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

import msgspec
from babel.dates import format_interval
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from pomona.domain.spend import Days
from pomona.web.words import local, locale, moment_of

PRESETS: dict[str, Promise] = {
    "30d": _("last 30 days"),
    "90d": _("last 90 days"),
    "month": _("this month"),
    "last_month": _("last month"),
    "year": _("this year"),
}
DEFAULT = "90d"


class Period(msgspec.Struct, frozen=True):
    """The days from `first` to `last`, both included; `preset` is empty when they were chosen by hand."""

    first: date
    last: date
    preset: str = ""

    @property
    def since(self) -> int:
        """The first moment, µs UTC."""
        return midnight(self.first)

    @property
    def until(self) -> int:
        """The first moment after it, µs UTC."""
        return midnight(self.last + timedelta(days=1))

    @property
    def days(self) -> Days:
        """Its days as the domain has them."""
        return Days(self.first, self.last)

    @property
    def title(self) -> str:
        """The days as people write them: 1–31 March 2026."""
        return format_interval(self.first, self.last, "yMMMd", locale=locale())

    def query(self) -> dict[str, str]:
        """The fields that name it again."""
        if self.preset:
            return {"period": self.preset}
        return {"period": "days", "first": self.first.isoformat(), "last": self.last.isoformat()}


def asked_period(query: Mapping[str, str], now: int) -> Period:
    """The period that a filter asks for; what cannot be read becomes the last 90 days."""
    preset = query.get("period", DEFAULT)
    if preset == "days" and (days := _days(query)):
        return Period(*days)
    preset = preset if preset in PRESETS else DEFAULT
    return Period(*_of_preset(preset, local(now).date()), preset)


def _days(query: Mapping[str, str]) -> tuple[date, date] | None:
    try:
        first, last = date.fromisoformat(query.get("first", "")), date.fromisoformat(query.get("last", ""))
    except ValueError:
        return None
    return (first, last) if date(1970, 1, 2) <= first <= last < date(9000, 1, 1) else None


def _of_preset(preset: str, today: date) -> tuple[date, date]:
    month = today.replace(day=1)
    last_month = month - timedelta(days=1)
    return {
        "30d": (today - timedelta(days=29), today),
        "90d": (today - timedelta(days=89), today),
        "month": (month, today),
        "last_month": (last_month.replace(day=1), last_month),
        "year": (today.replace(month=1, day=1), today),
    }[preset]


def midnight(day: date) -> int:
    """The first moment of a day on the company's wall clock, µs UTC."""
    return moment_of(datetime.combine(day, time(), timezone.get_current_timezone()))
