"""Answers that name a time: a date, a moment, a length of time, or one of a few words."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from pomona.domain.event import DAY, HOUR, MINUTE, SECOND
from pomona.domain.text import normal

WORDS = {
    "now": 0,
    "today": 0,
    "week": 7 * DAY,
    "month": 30 * DAY,
    "quarter": 90 * DAY,
    "half year": 180 * DAY,
    "year": 365 * DAY,
}
"""Words by how long after the answer their time is over (normal form); `this quarter` means the same as `quarter`."""

_UNITS = {"s": SECOND, "m": MINUTE, "h": HOUR, "d": DAY, "w": 7 * DAY}
_LENGTH = re.compile(r"([0-9]{1,5})([smhdw])")
_MONTH = re.compile(r"[0-9]{4}-[0-9]{2}")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def named_time(codes: Iterable[str], t: int) -> int | None:
    """The time that an answer given at `t` names, the earliest of several; None where no code names one.

    All in microseconds UTC. A date or month begins at midnight UTC; a length of time and a word count from `t`.
    """
    return min((time for code in codes if (time := _time(code, t)) is not None), default=None)


def _time(code: str, t: int) -> int | None:
    after = _after(code)
    return _moment(code) if after is None else t + after


@lru_cache(maxsize=4096)
def _after(code: str) -> int | None:
    if found := _LENGTH.fullmatch(code):
        return int(found[1]) * _UNITS[found[2]]
    return WORDS.get(normal(code).removeprefix("this "))


@lru_cache(maxsize=4096)
def _moment(code: str) -> int | None:
    try:
        moment = datetime.fromisoformat(f"{code}-01" if _MONTH.fullmatch(code) else code)
        return (moment.replace(tzinfo=moment.tzinfo or UTC) - _EPOCH) // timedelta(microseconds=1)
    except (ValueError, OverflowError):
        return None
