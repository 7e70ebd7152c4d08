"""Handing ripe leads over: the one router empties the queue, hottest then oldest first."""

from collections.abc import Iterator, Mapping
from typing import Any

from psycopg import Connection

from pomona.actions import notify
from pomona.actions.decision import decision
from pomona.actions.situations import situations
from pomona.actions.staff import Sight, Staff
from pomona.domain.condition import Situation
from pomona.domain.deadlines import channels
from pomona.domain.event import Event
from pomona.domain.routing import Handover, Seller
from pomona.domain.stages import Decision, Lead, advance
from pomona.journal.append import append
from pomona.store import leads, outbox, queue, sellers
from pomona.store.database import work_transaction
from pomona.store.leads import LeadRow

CHANNEL = queue.CHANNEL
NOBODY_ELSE = "nobody else"
"""Why a late seller gets the lead back."""

PAGE = 100
"""Leads handed over in one transaction."""


def hand_over_ripe(conn: Connection[Any], *, now: int) -> int:
    """Go through the whole queue once; returns how many leads were handed over.

    0 also when another router is at work.
    """
    return Router().turn(conn, now=now)


class Router:
    """Empties the queue turn by turn. While nothing changes for the sellers it looks at new leads only:
    whoever waits is looked at again when a seller's state changes, at the latest after a minute."""

    def __init__(self) -> None:
        self._seen: Sight | None = None

    def turn(self, conn: Connection[Any], /, *, now: int) -> int:
        """Look at the queue once; returns how many leads were handed over."""
        handed, after, first_sight = 0, queue.FRONT, None
        while True:
            with work_transaction(conn):
                if not queue.take_turn(conn):
                    return handed
                staff = Staff(conn, now)
                first_sight = first_sight or staff.sight()
                fresh_only = first_sight == self._seen
                places = queue.queued(conn, after=after, fresh_only=fresh_only, limit=PAGE)
                # A loop reads its clock before it looks: nobody is handed over before they ripened.
                staff.now = max([now, *(queued_at for _, queued_at, _ in places)])
                handed += _hand_over(conn, [lead for _, _, lead in places], staff)
            if len(places) < PAGE:
                self._seen = first_sight
                return handed
            after = places[-1]


def _hand_over(conn: Connection[Any], numbers: list[int], staff: Staff) -> int:
    rows = {number: row for number, row in leads.load(conn, numbers).items() if _waits(row.lead)}
    if not rows:
        return 0
    asked = situations(conn, rows.values(), now=staff.now)
    decided = [
        (rows[number], event)
        for number in numbers
        if number in rows and number in asked and (event := _decide(rows[number].lead, asked[number], staff))
    ]
    return save_handovers(conn, decided, asked, staff)


def _waits(lead: Lead) -> bool:
    return lead.queued_at is not None and lead.merged_into is None


def _decide(lead: Lead, situation: Situation, staff: Staff) -> Event | None:
    """Hand the lead over, or say why it waits if that is news."""
    late = (lead.waiting or {}).get("late")
    found = staff.choose(situation, late=late)
    if isinstance(found, Handover):
        body = {"rule": found.rule, "trace": found.trace, **_why(late, found.seller)}
        return handover(lead, situation, found.seller, staff, body=body)
    reason = found.reason if late is None else {**found.reason, "late": late}
    if reason == lead.waiting:
        return None
    return decision(
        Decision.WAITING,
        lead.id,
        now=staff.now,
        agreement=lead.agreement,
        version=lead.version,
        body={"reason": reason, "trace": found.trace},
    )


def _why(late: int | None, seller: Seller) -> dict[str, Any]:
    """Why the seller gets the lead; whom the route gives back what they were late with stays late."""
    if late is None:
        return {"why": "route"}
    return {"why": NOBODY_ELSE if seller.id == late else "overdue", "previous_owner": late}


def handover(
    lead: Lead,
    situation: Situation,
    seller: Seller,
    staff: Staff,
    *,
    body: dict[str, Any],
    user: int | None = None,
) -> Event:
    """The decision that gives the lead to a seller (by `user`, or by the route) and starts the clock.

    Back to the only seller whom the route means, it starts none: it would run out for ever.
    """
    staff.hand(seller.id)
    clock = {} if body["why"] == NOBODY_ELSE else staff.clock(situation, seller)
    return decision(
        Decision.HANDED_OVER,
        lead.id,
        now=staff.now,
        user=user,
        seller=seller.id,
        agreement=lead.agreement,
        version=lead.version,
        body={**body, **clock},
    )


def save_handovers(
    conn: Connection[Any],
    decided: list[tuple[LeadRow, Event]],
    asked: Mapping[int, Situation],
    staff: Staff,
) -> int:
    """Save the leads' new states, write to the sellers, append the decisions; returns the handovers."""
    if not decided:
        return 0
    handed = [(row, event) for row, event in decided if event.seller is not None]
    leads.save_states(conn, [advance(row.lead, [event]) for row, event in decided])
    sellers.note_handovers(conn, {event.seller for _, event in handed if event.seller is not None}, now=staff.now)
    news = [(row, event) for row, event in handed if event.body["why"] != NOBODY_ELSE]
    messages = [each for row, event in news for each in _messages(row, event, asked[row.lead.id], staff)]
    outbox.put(conn, messages, now=staff.now)
    append(conn, [event for _, event in decided])
    return len(handed)


def _messages(row: LeadRow, event: Event, situation: Situation, staff: Staff) -> Iterator[outbox.Message]:
    """The seller hears of it, and others whom the agreement names."""
    seller = event.seller
    assert seller is not None
    about = notify.About(row, staff.time_zone(seller), staff.now)
    by = situation.agreement.automate.notify
    named = "".join(owner.name for owner in staff.readers("seller", seller))
    for whom in dict.fromkeys(("seller", *by)):
        for to in staff.readers(whom, seller):
            if to.id == seller:
                message = notify.handed_over(about, situation, event, to)
            else:
                message = notify.others_told(about, event, to, seller=named)
            yield from notify.through(channels(by, whom), message, to)
