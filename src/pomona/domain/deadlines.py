"""Response clocks: how long a seller has until first contact, and what follows when the time is over."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from pomona.domain.agreement import OverdueAction, Promise, Respond, Span
from pomona.domain.agreement.values import MAIL
from pomona.domain.condition import Situation, holds
from pomona.domain.working_time import Calendar, add, between


class Clock(msgspec.Struct, frozen=True, kw_only=True):
    """A running response clock. `remind_at` and `due_at` are moments, `within` the working time between its
    start and `due_at`; all in microseconds.

    `overdue` is what happens at `due_at`, `notify` by which channels people hear of it; both go with the clock, so
    that a newer agreement changes nothing.
    """

    within: int
    due_at: int
    remind_at: int | None = None
    overdue: tuple[OverdueAction, ...] = ()
    notify: Mapping[str, tuple[str, ...]] = msgspec.field(default_factory=dict)


def clock_document(clock: Clock) -> dict[str, Any]:
    """The clock as it stands in the decision that starts it."""
    return msgspec.to_builtins(clock)  # type: ignore[no-any-return]


def overdue_actions(document: dict[str, Any], *, count: int) -> tuple[OverdueAction, ...]:
    """What to do when the clock of that document ran out for the `count`-th time since the lead ripened."""
    actions = msgspec.convert(document.get("overdue", ()), tuple[OverdueAction, ...])
    return tuple(action for action in actions if action.from_time <= count)


def channels(notify: Mapping[str, Sequence[str]], whom: str) -> Sequence[str]:
    """By which channels `whom` hears of a lead: as `notify` of the agreement says, by mail if it says nothing.

    The `owner` is told like the `seller`.
    """
    return notify.get("seller" if whom == "owner" else whom, (MAIL,))


def first_contact(respond: Respond, situation: Situation, calendar: Calendar, *, start: int) -> Clock:
    """The clock that begins at `start` in the working time of `calendar`: the first whose condition is true,
    else the one of `otherwise`, which every agreement has."""
    clock = next(each for each in respond.first_contact if each.when is None or holds(each.when, situation))
    due_at = _after(calendar, start, clock.within)
    return Clock(
        within=between(calendar, start, due_at),
        due_at=due_at,
        remind_at=None if clock.remind_at is None else _after(calendar, start, clock.remind_at),
        overdue=clock.overdue,
        notify=situation.agreement.automate.notify,
    )


def hand_over_by(promise: Promise, calendar: Calendar, *, acted_at: int) -> int | None:
    """Until when marketing promised to hand over a lead that ripened by what it did at `acted_at`; None: no promise."""
    within = promise.hand_over_within
    if within is None:
        return None
    return _after(calendar, acted_at, within) if within.days or within.working else acted_at + within.time


def _after(calendar: Calendar, start: int, span: Span) -> int:
    return add(calendar, start, days=span.days, time=span.time)
