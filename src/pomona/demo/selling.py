"""The simulated sellers' hands: a plan becomes calls of the same functions that the pages call."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from psycopg import Connection

from pomona.actions import selling
from pomona.demo.journeys import MOSCOW
from pomona.demo.plans import REPLACES_PUMPS, REPORTS_TO_DIRECTOR, Plan
from pomona.domain.bant import Note
from pomona.domain.errors import Language
from pomona.domain.event import DAY, HOUR, MINUTE, Event
from pomona.domain.stages import Decision

Act = Callable[[int], None]
"""A seller's act; given the moment."""

OPENS, CLOSES = 9, 18
SATURDAY = 5
POSTPONED = 3 * DAY
"""How long a lead who asks to be called later waits."""
JUST = 3 * HOUR
"""Who was handed over within that time is still to be called in the same row."""


class Selling:
    """Knows the last hand-over of each lead, so that nobody works on what was taken from them meanwhile."""

    def __init__(self, conn: Connection[Any], language: Language) -> None:
        self._conn = conn
        self._language: Language = language
        self._handed_over: dict[int, Event] = {}
        self._uncontacted: set[int] = set()

    def note(self, decision: Event) -> None:
        """Follow who has which lead."""
        lead = decision.lead
        if lead is None:
            return
        if decision.name == Decision.HANDED_OVER:
            self._handed_over[lead] = decision
            self._uncontacted.add(lead)
        elif decision.name in _ENDS:
            self._handed_over.pop(lead, None)
            self._uncontacted.discard(lead)
        elif decision.name == Decision.CONTACTED:
            self._uncontacted.discard(lead)

    def is_uncontacted(self, lead: int) -> bool:
        """Whether the lead's response clock may still run."""
        return lead in self._uncontacted

    def waiting_with(self, handed_over: Event) -> int:
        """How many others the seller was just given and has not called yet."""
        held = (self._handed_over[lead] for lead in self._uncontacted if lead != handed_over.lead)
        return sum(each.seller == handed_over.seller and each.t > handed_over.t - JUST for each in held)

    def is_theirs(self, handed_over: Event) -> bool:
        """Whether the seller still has the lead since that hand-over."""
        last = self._handed_over.get(handed_over.lead or 0)
        return last is not None and last.key == handed_over.key

    def acts(self, handed_over: Event, plan: Plan) -> Iterator[tuple[int, Act]]:
        """What the seller will do by the plan, and when: one thing after the other."""
        last = handed_over.t
        for after, act, options in self._steps(plan, handed_over.t):
            if after is not None:
                at = handed_over.t + after
                last = max(last + MINUTE // 2, at if after < DAY else in_office_hours(at))
                yield last, partial(self._do, handed_over, act, options)

    def _steps(self, plan: Plan, now: int) -> Iterator[tuple[int | None, Callable[..., object], dict[str, Any]]]:
        reason = {} if plan.reason is None else {"reason": plan.reason.in_(self._language)}
        yield plan.accept_after, selling.accept, {}
        yield plan.contact_after, selling.contacted, {}
        yield plan.qualify_after, selling.note_qualification, {"notes": self._notes()}
        yield plan.qualify_after, selling.qualify, {}
        if plan.postpone_after is not None:
            yield (
                plan.postpone_after,
                selling.postpone,
                {"until": in_office_hours(now + plan.postpone_after + POSTPONED)},
            )
        if plan.outcome == "returned":
            yield plan.close_after, selling.return_lead, reason
        elif plan.outcome == "lost":
            yield plan.close_after, selling.lose, reason

    def _notes(self) -> list[Note]:
        """What a seller knows when a lead is worth selling to; who pays and when is often found out later."""
        need, authority = (word.in_(self._language) for word in (REPLACES_PUMPS, REPORTS_TO_DIRECTOR))
        return [Note("need", "confirmed", need), Note("authority", "partly", authority)]

    def _do(self, handed_over: Event, act: Callable[..., object], options: dict[str, Any], now: int) -> None:
        if self.is_theirs(handed_over):
            act(self._conn, handed_over.lead, user=handed_over.seller, now=now, **options)


def in_office_hours(at: int) -> int:
    """The same moment, or the next weekday between nine and six in Moscow."""
    day, time = divmod(at + MOSCOW, DAY)
    if time < OPENS * HOUR or time >= CLOSES * HOUR:
        day, time = day + (time >= CLOSES * HOUR), OPENS * HOUR + time % (8 * HOUR)
    while (day + 3) % 7 >= SATURDAY:
        day += 1
    return day * DAY + time - MOSCOW


_ENDS = frozenset(
    {
        Decision.WAITING,
        Decision.RETURNED,
        Decision.WON,
        Decision.LOST,
        Decision.DISQUALIFIED,
        Decision.ABSORBED,
        Decision.ERASED,
    }
)
