"""Who is ripe from a version's start, and what moving the pass mark of the one in force would do."""

from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from pomona.domain.agreement import Agreement
from pomona.domain.agreement.values import PassMark
from pomona.domain.event import DAY
from pomona.domain.terms import VersionKey, key_of
from pomona.store import agreements as stored
from pomona.store.access import Power, may
from pomona.store.database import connection
from pomona.store.reads.agreements import Version
from pomona.store.reads.ripe import Move, count_ripe, is_counted, moves
from pomona.web.request import PageRequest


def ripe_from_start(page: PageRequest, shown: Version, read: Agreement) -> dict[str, Any] | None:
    """How many leads are ripe under a version that is still to come; None for any other version."""
    ahead = bool(shown.unsigned) or (shown.in_force_from or 0) > page.now
    if not ahead or not may(page.user, Power.SEE_ALL_LEADS):
        return None
    version, mark = key_of(read), read.ready.pass_mark.start
    return {
        "is_counted": is_counted(version),
        "count": count_ripe(page.user, version, mark),
        "url": _leads_url(version, mark),
        "hands_over": read.ready.at_start == "hand_over",
    }


def pass_mark_of(page: PageRequest, shown: Version) -> dict[str, Any] | None:
    """The pass mark of a version in force that may be moved: where it stands, since when, and the control."""
    in_force = stored.in_force(connection(), page.now).get(shown.agreement)
    if in_force is None or not shown.is_in_force(page.now):
        return None
    mark, history = in_force.ready.pass_mark, moves(key_of(in_force))
    if mark.min == mark.max:
        return None
    low, current, high = (f"{each / 1000:g}" for each in (mark.min, mark.current, mark.max))
    return {
        "agreement": shown.agreement,
        "mark": mark,
        "low": low,
        "current": current,
        "high": high,
        "moved": _moved(mark, history, page.now),
        "history": history,
        "most_days": None if mark.lower_for_at_most is None else mark.lower_for_at_most // DAY,
        "may_move": may(page.user, Power.MOVE_PASS_MARK),
        "effect": effect_of(page, in_force, mark.current),
    }


def effect_of(page: PageRequest, agreement: Agreement, value: int | None) -> dict[str, Any] | None:
    """Who is ripe now and would be with the mark at `value` (thousandths); None where that is no mark for it."""
    mark = agreement.ready.pass_mark
    if value is None or not mark.min <= value <= mark.max:
        return None
    version = key_of(agreement)
    ripe, then = (count_ripe(page.user, version, each) for each in (mark.current, value))
    return {
        "mark": value,
        "then": then,
        "more": max(then - ripe, 0),
        "fewer": max(ripe - then, 0),
        "lowers": value < mark.current,
        "url": _leads_url(version, value),
    }


def _moved(mark: PassMark, history: list[Move], now: int) -> Move | None:
    """The move that holds now, if the mark does not stand where it was signed."""
    if mark.current == mark.start or not history or not history[0].holds(now):
        return None
    return history[0]


def _leads_url(version: VersionKey, mark: int) -> str:
    """The list of the leads that are ripe under a version at this mark."""
    return f"{reverse('leads')}?{urlencode({'ripe': f'{version.agreement}:{version.number}:{mark}'})}"
