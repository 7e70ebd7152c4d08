"""Working hours as people read and write them."""

from itertools import groupby

from babel.dates import get_day_names

from pomona.web.words import locale

Hours = dict[str, list[list[str]]]
"""Weekday "0" (Monday) to "6": pairs of local times."""


def read_hours(text: str) -> list[list[str]]:
    """`09:00-13:00, 14:00–18:00` as pairs of times; whether they are times is for the action to say."""
    spans = [span for span in text.replace("–", "-").replace("—", "-").split(",") if span.strip()]
    return [[part.strip() for part in span.split("-")] for span in spans]


def write_hours(spans: list[list[str]]) -> str:
    """Pairs of times as people write them."""
    return ", ".join("–".join(span) for span in spans)


def week_in_words(hours: Hours) -> str:
    """The week with equal neighbouring days together: Mon–Fri 09:00–18:00, Sat 10:00–14:00."""
    names = get_day_names("abbreviated", locale=locale())
    parts = []
    for spans, group in groupby(range(7), key=lambda weekday: hours.get(str(weekday), [])):
        days = list(group)
        if spans:
            first, last = names[days[0]].capitalize(), names[days[-1]].capitalize()
            parts.append(f"{first if len(days) == 1 else f'{first}–{last}'} {write_hours(spans)}")
    return "; ".join(parts)
