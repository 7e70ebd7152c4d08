"""The sellers of one moment: who is there, whose turn it is, in whose hours clocks run, who hears of it."""

from typing import Any

import msgspec
from psycopg import Connection

from pomona.actions.working_hours import working_hours
from pomona.domain import routing
from pomona.domain.agreement import Agreement
from pomona.domain.condition import Situation
from pomona.domain.deadlines import clock_document, first_contact
from pomona.domain.event import MINUTE
from pomona.domain.routing import Handover, Seller, Waiting
from pomona.domain.working_time import ALWAYS_OPEN, Calendar
from pomona.store import sellers
from pomona.store.installation import company_time_zone
from pomona.store.sellers import Contact

Sight = frozenset[tuple[Any, ...]]
"""The sellers' states, as far as they decide whether somebody who waits can be handed over."""


class Staff:
    """The sellers as they are now, followed through the handovers of one transaction."""

    def __init__(self, conn: Connection[Any], now: int) -> None:
        self.now = now
        self._conn = conn
        self._readers: dict[tuple[str, int], list[Contact]] = {}
        self._calendars = working_hours(conn, now=now)
        self._sellers = {seller.id: seller for seller in sellers.all_sellers(conn, self._calendars)}
        self._time_zone = company_time_zone(conn)

    def sight(self) -> Sight:
        """What decides whether somebody who waits can be handed over; differs once a minute by itself."""
        states = {
            (seller.id, seller.team, routing.obstacle(seller, house=ALWAYS_OPEN, now=self.now))
            for seller in self._sellers.values()
        }
        return frozenset({*states, (self.now // MINUTE,)})

    @property
    def sellers(self) -> tuple[Seller, ...]:
        """Every active seller."""
        return tuple(self._sellers.values())

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
