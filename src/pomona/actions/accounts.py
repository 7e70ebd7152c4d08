"""What changed about an account is looked at again for all its leads: in pages, beside the engine."""

from typing import Any

from psycopg import Connection

from pomona.actions.ledger import Ledger
from pomona.journal.append import append
from pomona.store import accounts, identity
from pomona.store.database import work_transaction

PAGE = 100
"""Leads looked at again in one transaction."""
CHANGES = 500
"""Changes worked off together: those of one account count once."""


def follow_accounts(conn: Connection[Any], /, *, now: int, page: int = PAGE) -> int:
    """Look again at the next `page` of leads whose colleagues changed; returns how many changes were worked on.

    Some of the leads may ripen, or be qualified. A kill repeats at most a page.
    """
    with work_transaction(conn):
        due = accounts.claim_due(conn, limit=CHANGES)
        if not due:
            return 0
        identity.lock(conn, exclusive=False)
        ledger = Ledger(conn, now=now)
        wanted = accounts.leads_of_due(conn, due.values(), limit=page)
        numbers = [number for number in ledger.load(wanted) if ledger.row(number).lead.merged_into is None]
        ledger.refresh(numbers)
        ledger.judge({number: [] for number in numbers})
        accounts.settle_due(conn, due.keys(), reached=wanted[-1] if len(wanted) == page else None)
        append(conn, ledger.save())
        return len(due)
