"""Handing ripe leads over: the one router empties the queue, hottest then oldest first."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from psycopg import Connection

from pomona.actions import notify
from pomona.actions.decision import decision
from pomona.actions.situations import situations
from pomona.actions.working_hours import working_hours
from pomona.domain import routing
from pomona.domain.agreement import Agreement
from pomona.domain.condition import Situation
from pomona.domain.deadlines import clock_document, first_contact
from pomona.domain.event import MINUTE, Event
from pomona.domain.routing import Handover, Seller, Waiting
from pomona.domain.stages import Decision, Lead, advance
from pomona.domain.working_time import ALWAYS_OPEN, Calendar
from pomona.journal.append import append
from pomona.store import leads, outbox, queue, sellers
from pomona.store.database import work_transaction
from pomona.store.installation import installation
from pomona.store.leads import LeadRow
from pomona.store.sellers import Contact

CHANNEL = queue.CHANNEL
MAIL = "mail"
PAGE = 100
"""Leads handed over in one transaction."""

Sight = frozenset[tuple[Any, ...]]


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


class Staff:
    """The sellers as they are now, followed through the handovers of one transaction."""

    def __init__(self, conn: Connection[Any], now: int) -> None:
        self.now = now
        self._conn = conn
        self._readers: dict[tuple[str, int], list[Contact]] = {}
        self._calendars = working_hours(conn, now=now)
        self._sellers = {seller.id: seller for seller in sellers.all_sellers(conn, self._calendars)}
        row = installation(conn)
        self._time_zone = row.time_zone if row else "UTC"

    def sight(self) -> Sight:
        """What decides whether somebody who waits can be handed over; differs once a minute by itself."""
        states = {
            (seller.id, seller.team, routing.obstacle(seller, house=ALWAYS_OPEN, now=self.now))
            for seller in self._sellers.values()
        }
        return frozenset({*states, (self.now // MINUTE,)})

    def find(self, seller: int) -> Seller | None:
        """An active seller."""
        return self._sellers.get(seller)

    def choose(self, situation: Situation, *, late: int | None) -> Handover | Waiting:
        """Whom the lead's agreement gives it to, or why it waits."""
        agreement = situation.agreement
        return routing.choose(
            agreement.route, situation, self._sellers.values(), house=self.house(agreement), now=self.now, late=late
        )

    def house(self, agreement: Agreement) -> Calendar:
        """The agreement's hours; every moment is working time where it names none that exist."""
        return self._calendars.get(agreement.respond.calendar or "", ALWAYS_OPEN)

    def clock(self, situation: Situation, seller: Seller) -> dict[str, Any]:
        """The response clock that begins now, in the seller's working time."""
        hours = seller.calendar or self.house(situation.agreement)
        return clock_document(first_contact(situation.agreement.respond, situation, hours, start=self.now))

    def time_zone(self, seller: int) -> str:
        """Where a seller works, else the company's."""
        found = self._sellers.get(seller)
        return found.calendar.time_zone if found and found.calendar else self._time_zone

    def readers(self, whom: str, seller: int) -> list[Contact]:
        """Whom an agreement means by `seller`, `team` or `head_of_sales` when a seller got a lead."""
        if (whom, seller) not in self._readers:
            self._readers[whom, seller] = sellers.readers(self._conn, whom, seller)
        return self._readers[whom, seller]

    def hand(self, seller: int) -> None:
        """The seller has one more lead, and others' turns come first."""
        had = self._sellers[seller]
        self._sellers[seller] = msgspec.structs.replace(had, open_leads=had.open_leads + 1, last_handover_at=self.now)


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
        why = {"why": "route"} if late is None else {"why": "overdue", "previous_owner": late}
        return handover(lead, situation, found.seller, staff, body={"rule": found.rule, "trace": found.trace, **why})
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


def handover(
    lead: Lead,
    situation: Situation,
    seller: Seller,
    staff: Staff,
    *,
    body: dict[str, Any],
    user: int | None = None,
) -> Event:
    """The decision that gives the lead to a seller (by `user`, or by the route) and starts the clock."""
    staff.hand(seller.id)
    return decision(
        Decision.HANDED_OVER,
        lead.id,
        now=staff.now,
        user=user,
        seller=seller.id,
        agreement=lead.agreement,
        version=lead.version,
        body={**body, **staff.clock(situation, seller)},
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
    messages = [each for row, event in handed for each in _messages(row, event, asked[row.lead.id], staff)]
    outbox.put(conn, messages, now=staff.now)
    append(conn, [event for _, event in decided])
    return len(handed)


def _messages(row: LeadRow, event: Event, situation: Situation, staff: Staff) -> Iterator[outbox.Message]:
    """The seller hears of it by mail unless the agreement names other channels; others where it names mail."""
    seller = event.seller
    assert seller is not None
    about = notify.About(row, staff.time_zone(seller), staff.now)
    channels = {"seller": (MAIL,), **situation.agreement.automate.notify}
    named = "".join(owner.name for owner in staff.readers("seller", seller))
    for whom in (whom for whom, by in channels.items() if MAIL in by):
        for to in staff.readers(whom, seller):
            if to.id == seller:
                yield notify.handed_over(about, situation, event, to)
            else:
                yield notify.others_told(about, event, to, seller=named)
