"""What happens when moments come: sellers are reminded, clocks run out. Whoever locks a lead first acts, once."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from psycopg import Connection

from pomona.actions import notify
from pomona.actions.decision import decision
from pomona.actions.staff import Staff
from pomona.domain.agreement import OverdueAction
from pomona.domain.deadlines import channels, overdue_actions
from pomona.domain.event import Event
from pomona.domain.stages import Decision, Lead, advance
from pomona.journal import read
from pomona.journal.append import append
from pomona.store import leads, outbox, queue, sellers
from pomona.store.database import work_transaction
from pomona.store.leads import LeadRow
from pomona.store.outbox import Message
from pomona.store.sellers import Contact

PAGE = 100
"""Leads acted on in one transaction."""


def act_on_due(conn: Connection[Any], *, now: int) -> int:
    """Remind of clocks that end soon and act on those that have run out; returns how many it were."""
    return _remind(conn, now) + _act_on_overdue(conn, now)


def _remind(conn: Connection[Any], now: int) -> int:
    with work_transaction(conn):
        rows = _locked(conn, queue.to_remind(conn, now=now, limit=PAGE), lambda lead: lead.remind_at, now)
        if not rows:
            return 0
        clocks = _clocks(conn, rows)
        to = sellers.contacts(conn, {row.lead.owner for row in rows if row.lead.owner is not None})
        staff = Staff(conn, now)
        events = [_decided(Decision.REMINDED, row.lead, now) for row in rows]
        messages = [
            message
            for row, event in zip(rows, events, strict=True)
            if event.seller in to
            for message in _by_channels(
                clocks[row.lead.id],
                "owner",
                notify.reminded(notify.About(row, staff.time_zone(event.seller), now), event, to[event.seller]),
                to[event.seller],
            )
        ]
        _save(conn, [(row, [event]) for row, event in zip(rows, events, strict=True)], messages, now)
        return len(rows)


def _act_on_overdue(conn: Connection[Any], now: int) -> int:
    with work_transaction(conn):
        rows = _locked(conn, queue.overdue(conn, now=now, limit=PAGE), lambda lead: lead.due_at, now)
        if not rows:
            return 0
        clocks = _clocks(conn, rows)
        staff, decided, messages = Staff(conn, now), [], []
        for row in rows:
            actions = overdue_actions(clocks[row.lead.id], count=row.lead.overdue + 1)
            events = _ran_out(row.lead, actions, now)
            decided.append((row, events))
            messages += _tell(row, events[0], actions, clocks[row.lead.id], staff)
        _save(conn, decided, messages, now)
        if any(len(events) > 1 for _, events in decided):
            queue.wake_router(conn)
        return len(rows)


def _locked(conn: Connection[Any], numbers: list[int], moment: Callable[[Lead], int | None], now: int) -> list[LeadRow]:
    """These leads, locked, as far as nobody else acted on the moment meanwhile."""
    rows = leads.load(conn, numbers).values() if numbers else ()
    return [row for row in rows if (at := moment(row.lead)) is not None and at <= now and row.lead.merged_into is None]


def _clocks(conn: Connection[Any], rows: Sequence[LeadRow]) -> dict[int, dict[str, Any]]:
    """What the decisions say that started these leads' clocks, by lead."""
    found = read.latest(conn, Decision.HANDED_OVER, [row.lead.id for row in rows])
    return {row.lead.id: found[row.lead.id].body if row.lead.id in found else {} for row in rows}


def _ran_out(lead: Lead, actions: tuple[OverdueAction, ...], now: int) -> list[Event]:
    """The clock ran out; with `reassign` the lead goes back to the queue, past the seller who was late."""
    then = [{"do": action.do, "whom": action.whom} for action in actions]
    events = [_decided(Decision.OVERDUE, lead, now, then=then, count=lead.overdue + 1)]
    if any(action.do == "reassign" for action in actions):
        events.append(_decided(Decision.WAITING, lead, now, reason={"code": "overdue", "late": lead.owner}))
    return events


def _tell(
    row: LeadRow, event: Event, actions: tuple[OverdueAction, ...], clock: dict[str, Any], staff: Staff
) -> list[Message]:
    """Messages to everybody the actions name, one each by every channel."""
    seller = row.lead.owner
    whom = {action.whom for action in actions if action.do == "notify"}
    if seller is None or not whom:
        return []
    named = "".join(owner.name for owner in staff.readers("owner", seller))
    about = notify.About(row, staff.time_zone(seller), staff.now)
    return [
        message
        for each in sorted(whom)
        for reader in staff.readers(each, seller)
        for message in _by_channels(clock, each, notify.overdue(about, event, reader, seller=named), reader)
    ]


def _by_channels(clock: dict[str, Any], whom: str, message: Message, to: Contact) -> Iterator[Message]:
    return notify.through(channels(clock.get("notify", {}), whom), message, to)


def _decided(name: Decision, lead: Lead, now: int, **body: Any) -> Event:
    return decision(
        name, lead.id, now=now, seller=lead.owner, agreement=lead.agreement, version=lead.version, body=body
    )


def _save(
    conn: Connection[Any], decided: Sequence[tuple[LeadRow, list[Event]]], messages: list[Message], now: int
) -> None:
    leads.save_states(conn, [advance(row.lead, events) for row, events in decided])
    outbox.put(conn, messages, now=now)
    append(conn, [event for _, events in decided for event in events])
