"""Nurtures that end: the lead begins a new cycle and is judged anew, by who it is and what it does from now on."""

from typing import Any

from psycopg import Connection

from pomona.actions.decision import decision
from pomona.actions.ledger import Ledger
from pomona.domain.stages import Decision
from pomona.journal.append import append
from pomona.store import identity, queue
from pomona.store.database import work_transaction

PAGE = 100
"""Leads recycled in one transaction."""


def end_nurtures(conn: Connection[Any], *, now: int) -> int:
    """Recycle leads whose time to come again has come; returns how many. Some of them may be ripe at once."""
    with work_transaction(conn):
        if not queue.to_recycle(conn, now=now, limit=1):
            return 0
        identity.lock(conn, exclusive=False)
        ledger = Ledger(conn, now=now)
        numbers = ledger.load(queue.to_recycle(conn, now=now, limit=PAGE))
        due = [lead for lead in numbers if _is_due(ledger.row(lead).lead.again_at, now)]
        for lead in due:
            ledger.decide(decision(Decision.RECYCLED, lead, now=now))
        ledger.fold_persons({ledger.row(lead).person: lead for lead in due})
        ledger.judge({lead: [] for lead in due})
        append(conn, ledger.save())
        return len(due)


def _is_due(again_at: int | None, now: int) -> bool:
    """Still on nurture, now that nobody else can change the lead."""
    return again_at is not None and again_at <= now
