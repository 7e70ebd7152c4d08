"""Values as people write them: moments, durations, points, money. Language and time zone are the active ones."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from babel.dates import format_date, format_datetime, format_time
from babel.numbers import format_decimal, format_percent, get_currency_symbol
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from pomona.domain.errors import Language
from pomona.domain.event import DAY, HOUR, MINUTE, SECOND
from pomona.domain.ripeness import HOUSE

NO_BREAK = "\u00a0"


def local(moment: int) -> datetime:
    """The moment (µs UTC) on the company's wall clock."""
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=moment)).astimezone(
        timezone.get_current_timezone()
    )


def when(moment: int, now: int) -> str:
    """A moment beside `now`: today 09:58, yesterday 14:02, Tue 11:30, 18 November 12:00."""
    then, today = local(moment), local(now).date()
    clock, days = format_time(then, "HH:mm"), (today - then.date()).days
    if days == 0:
        return _("today %(clock)s") % {"clock": clock}
    if days == 1:
        return _("yesterday %(clock)s") % {"clock": clock}
    if days == -1:
        return _("tomorrow %(clock)s") % {"clock": clock}
    if abs(days) < 6:
        return f"{format_date(then, 'EE', locale=locale())} {clock}"
    pattern = "d MMM HH:mm" if then.year == local(now).year else "d MMM y"
    return format_datetime(then, pattern, locale=locale())


def day_start(now: int) -> int:
    """The moment (µs UTC) at which the day of `now` began on the company's wall clock."""
    midnight = local(now).replace(hour=0, minute=0, second=0, microsecond=0)
    return moment_of(midnight)


def moment_of(wall: datetime) -> int:
    """The moment (µs UTC) of a time on a wall clock, to the second."""
    return int(wall.timestamp()) * SECOND


def exactly(moment: int) -> str:
    """The whole moment, for a tooltip and for `datetime` attributes' readers."""
    return format_datetime(local(moment), "d MMMM y, HH:mm:ss", locale=locale())


def day(moment: int) -> str:
    """The date of a moment: 2 March 2026."""
    return format_date(local(moment), "d MMMM y", locale=locale())


def date_words(day: date) -> str:
    """A date as people write it in a list: 2 Mar."""
    return format_date(day, "d MMM", locale=locale())


def clock_time(moment: int) -> str:
    """Hours and minutes on the company's wall clock."""
    return format_time(local(moment), "HH:mm")


def ago(moment: int, now: int) -> str:
    """How long ago, in the largest whole unit: 4 minutes ago, yesterday, 3 days ago."""
    days = (local(now).date() - local(moment).date()).days
    if now - moment < MINUTE:
        return _("just now")
    if now - moment < HOUR:
        return _ago_minutes((now - moment) // MINUTE)
    if days == 0:
        return _ago_hours((now - moment) // HOUR)
    if days == 1:
        return _("yesterday")
    return ngettext("%(n)d day ago", "%(n)d days ago", days) % {"n": days}


def _ago_minutes(n: int) -> str:
    return ngettext("%(n)d minute ago", "%(n)d minutes ago", n) % {"n": n}


def _ago_hours(n: int) -> str:
    return ngettext("%(n)d hour ago", "%(n)d hours ago", n) % {"n": n}


def duration(length: int) -> str:
    """A length of time (µs) in its two largest units: 40 s, 48 min, 3 h 20 min, 2 d 4 h."""
    day, hour, minute, second = _("d"), _("h"), _("min"), _("s")
    if length >= DAY:
        return _two_units(length, DAY, day, HOUR, hour)
    if length >= HOUR:
        return _two_units(length, HOUR, hour, MINUTE, minute)
    if length >= MINUTE:
        return f"{length // MINUTE}{NO_BREAK}{minute}"
    return f"{max(0, length) // SECOND}{NO_BREAK}{second}"


def _two_units(length: int, unit: int, word: str, smaller: int, smaller_word: str) -> str:
    large, rest = divmod(length, unit)
    small = rest // smaller
    text = f"{large}{NO_BREAK}{word}"
    return f"{text} {small}{NO_BREAK}{smaller_word}" if small else text


def countdown(length: int) -> str:
    """What a running clock shows (µs): 2:14 below an hour, 3:20:05 below a day, then days and hours."""
    if length >= DAY:
        return duration(length)
    hours, rest = divmod(max(0, length) // SECOND, 3600)
    minutes, seconds = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def points(thousandths: int) -> str:
    """Points as people write them: whole when they are, else one decimal, with a real minus."""
    rounded = round(thousandths / 1000, 1)
    return format_decimal(rounded, "#,##0.#", locale=locale()).replace("-", "−")


def number(value: float) -> str:
    """A number with the language's own group and decimal signs."""
    return format_decimal(value, locale=locale())


def money(amount: int, currency: str) -> str:
    """Money (hundredths of an ISO 4217 currency) as people write it: whole from a hundred on, else to the hundredth."""
    pattern = "#,##0" if amount >= 100_00 or amount % 100 == 0 else "#,##0.00"
    number_text, symbol = format_decimal(Decimal(amount) / 100, pattern, locale=locale()), currency_sign(currency)
    if locale() == "ru":
        return f"{number_text}{NO_BREAK}{symbol}"
    return f"{symbol}{NO_BREAK if symbol.isalpha() else ''}{number_text}"


def currency_sign(currency: str) -> str:
    """The sign of a currency, or its code where the language has none."""
    return get_currency_symbol(currency, locale=locale())


def percent(share: float) -> str:
    """A share (0 to 1) as a percentage: with one decimal below ten per cent, unless it is whole."""
    pattern = "0.#%" if share < 0.0995 else "0%"
    text = format_percent(share, pattern, locale=locale())
    return text.replace("%", NO_BREAK + "%") if locale() == "ru" else text


def percentage_points(difference: float) -> str:
    """The difference of two shares (-1 to 1) with its sign: +12 points."""
    number_text = format_decimal(round(100 * difference), "+#,##0;−#,##0", locale=locale())
    return _("%(number)s pp") % {"number": number_text}


def apart(difference: float) -> str:
    """How far two shares are apart, without a direction: 12 points."""
    return percentage_points(abs(difference)).lstrip("+")


def leads(count: int) -> str:
    """So many leads: 12,345 leads."""
    return ngettext("%(n)s lead", "%(n)s leads", count) % {"n": number(count)}


def agreement_title(name: str) -> str:
    """An agreement's own name; the house rules are called so in each language."""
    return _("House rules") if name == HOUSE else name


def language() -> Language:
    """The language of the page."""
    return "ru" if get_language() == "ru" else "en"


def locale() -> str:
    """The locale in which dates and numbers are written."""
    return "ru" if language() == "ru" else "en_GB"
