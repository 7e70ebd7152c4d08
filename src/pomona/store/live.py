"""What pages that are open need to hear of: leads about which something was decided, and whose they are."""

from typing import Any

import msgspec
import psycopg
from psycopg import Connection

from pomona.domain.agreement.values import BROWSER

LISTEN = "LISTEN journal"


class Change(msgspec.Struct, frozen=True):
    """Something was decided about a lead. `sellers` had it before, have it now, or decided it; the browsers of
    `readers` have a notice to show."""

    lead: int
    sellers: frozenset[int]
    readers: frozenset[int]


def listen(url: str) -> Connection[Any]:
    """A connection that is woken by every append; not through a pooler, which would lose what it is told."""
    conn = psycopg.connect(url, autocommit=True, connect_timeout=3)
    conn.execute(LISTEN)
    return conn


def newest(conn: Connection[Any]) -> int:
    """The newest `seq`: what is decided from now on comes after it."""
    row = conn.execute("SELECT coalesce(max(seq), 0) FROM journal").fetchone()
    return int(row[0]) if row else 0


def changes_after(conn: Connection[Any], seq: int) -> tuple[list[Change], int]:
    """What was decided after `seq`, by lead, and the `seq` up to which that was read."""
    top = newest(conn)
    rows = conn.execute(
        "SELECT decision.lead, array_agg(DISTINCT who.seller) FILTER (WHERE who.seller IS NOT NULL), "
        "ARRAY(SELECT user_id FROM outbox WHERE channel = %s AND next_attempt_at IS NOT NULL "
        "AND outbox.lead = decision.lead) "
        "FROM journal AS decision LEFT JOIN lead ON lead.id = decision.lead "
        "CROSS JOIN LATERAL (VALUES (decision.seller), (decision.actor), (lead.owner_id), "
        "((decision.body->>'previous_owner')::int)) AS who (seller) "
        "WHERE decision.seq > %s AND decision.seq <= %s AND decision.kind = 'decision' AND decision.lead IS NOT NULL "
        "GROUP BY decision.lead ORDER BY max(decision.seq)",
        (BROWSER, seq, top),
    )
    return [Change(lead, frozenset(sellers or ()), frozenset(readers)) for lead, sellers, readers in rows], top
