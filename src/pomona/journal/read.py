"""Reading the journal: by cursor, by subject, by lead."""

from collections.abc import Collection, Iterator
from typing import Any

from psycopg import Connection

from pomona.domain.event import Event, Key
from pomona.journal.codec import SELECTED, from_row


def head(conn: Connection[Any]) -> int:
    """The newest `seq`, 0 for an empty journal."""
    row = conn.execute("SELECT coalesce(max(seq), 0) FROM journal").fetchone()
    return int(row[0]) if row else 0


def facts_after(
    conn: Connection[Any], seq: int, *, shard: int, shards: int, limit: int, upto: int | None = None
) -> tuple[list[tuple[int, Event]], int]:
    """The next facts of a shard after `seq` (at most `limit`, none after `upto`) and the `seq` read up to.

    A fact's shard is the first hash byte of its subject, modulo `shards`.
    """
    top = head(conn) if upto is None else upto
    rows = conn.execute(
        f"SELECT {SELECTED}, seq FROM journal WHERE seq > %s AND seq <= %s AND kind <> 'decision' "
        "AND get_byte(subject || '\\x0000', 1) %% %s = %s ORDER BY seq LIMIT %s",
        (seq, top, shards, shard, limit),
    ).fetchall()
    return [(row[-1], from_row(row)) for row in rows], rows[-1][-1] if len(rows) == limit else top


NOT_POISON = "NOT EXISTS (SELECT FROM poison WHERE poison.seq = journal.seq AND poison.resolved_at IS NULL)"
"""An event that could not be folded stays out of every other fold, until it is repaired."""


def facts_of(
    conn: Connection[Any], subjects: Collection[Key], *, upto: int | None = None, poison: bool = False
) -> list[Event]:
    """All facts about these keys (up to that `seq`), in their order (t, message key); `poison` too if wished."""
    healthy = "" if poison else f"AND {NOT_POISON}"
    rows = conn.execute(
        f"SELECT {SELECTED} FROM journal WHERE subject = ANY(%s) AND kind <> 'decision' "
        f"AND seq <= coalesce(%s, seq) {healthy} ORDER BY t, key",
        (list(subjects), upto),
    )
    return [from_row(row) for row in rows]


def link_facts_between(conn: Connection[Any], after: int, upto: int, *, limit: int) -> list[tuple[int, Event]]:
    """The next facts in (after, upto] that name two or more keys together, in the order they came."""
    rows = conn.execute(
        f"SELECT {SELECTED}, seq FROM journal WHERE seq > %s AND seq <= %s AND kind IN ('identify', 'alias', 'group') "
        f"AND cardinality(keys) > 1 AND {NOT_POISON} ORDER BY seq LIMIT %s",
        (after, upto, limit),
    )
    return [(row[-1], from_row(row)) for row in rows]


def fact_at(conn: Connection[Any], seq: int) -> Event | None:
    """The fact at exactly this `seq`."""
    row = conn.execute(f"SELECT {SELECTED} FROM journal WHERE seq = %s AND kind <> 'decision'", (seq,)).fetchone()
    return None if row is None else from_row(row)


def leads_after(conn: Connection[Any], lead: int, *, limit: int) -> list[int]:
    """The next lead ids that decisions are addressed to, ascending."""
    rows = conn.execute("SELECT DISTINCT lead FROM journal WHERE lead > %s ORDER BY lead LIMIT %s", (lead, limit))
    return [row[0] for row in rows]


def decisions_of(conn: Connection[Any], leads: Collection[int]) -> Iterator[tuple[int, Event]]:
    """The decisions addressed to these leads, with `seq`, in the order they were taken."""
    rows = conn.execute(f"SELECT {SELECTED}, seq FROM journal WHERE lead = ANY(%s) ORDER BY seq", (list(leads),))
    for row in rows:
        yield row[-1], from_row(row)


def latest(conn: Connection[Any], name: str, leads: Collection[int]) -> dict[int, Event]:
    """The newest decision of that name of each of these leads that has one."""
    rows = conn.execute(
        f"SELECT DISTINCT ON (lead) {SELECTED} FROM journal WHERE lead = ANY(%s) AND name = %s ORDER BY lead, seq DESC",
        (list(leads), name),
    )
    return {event.lead: event for event in map(from_row, rows) if event.lead is not None}


def decisions_after(conn: Connection[Any], seq: int, *, limit: int) -> list[tuple[int, Event]]:
    """The next decisions after `seq`, in order."""
    rows = conn.execute(
        f"SELECT {SELECTED}, seq FROM journal WHERE seq > %s AND kind = 'decision' ORDER BY seq LIMIT %s", (seq, limit)
    )
    return [(row[-1], from_row(row)) for row in rows]


def decisions_about_keys(conn: Connection[Any], names: Collection[str]) -> Iterator[Event]:
    """The decisions of these names that speak of two or more keys, in the order they were taken."""
    rows = conn.execute(
        f"SELECT {SELECTED} FROM journal WHERE kind = 'decision' AND name = ANY(%s) AND cardinality(keys) > 1 "
        "ORDER BY seq",
        (list(names),),
    )
    return map(from_row, rows)


def last_lead(conn: Connection[Any]) -> int:
    """The greatest lead id that a decision is addressed to, 0 if there is none."""
    row = conn.execute("SELECT coalesce(max(lead), 0) FROM journal WHERE lead IS NOT NULL").fetchone()
    return int(row[0]) if row else 0
