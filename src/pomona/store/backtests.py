"""Versions tried on the past: what really became of leads, and what was found, kept for who signs."""

from collections.abc import Collection, Iterable
from hashlib import sha256
from typing import Any, NamedTuple

import msgspec
from psycopg import Connection

from pomona.domain.stages import Decision
from pomona.store.agreements import agreement_by_id

_CLOSING = (Decision.RETURNED, Decision.DISQUALIFIED, Decision.WON, Decision.LOST)
_ENDING = (*_CLOSING, Decision.HANDED_OVER, Decision.WAITING, Decision.ABSORBED, Decision.ERASED)


class Handover(NamedTuple):
    """A lead that a seller really had: from `start` to `end` (None: still), microseconds UTC. `closed`: the seller
    came to an end with it; else it was taken away."""

    lead: int
    seller: int
    agreement: str | None
    start: int
    end: int | None
    closed: bool


class TriedRow(NamedTuple):
    """A lead of a backtest; when it ripens under the version tried, and under the other one."""

    lead: int
    group: str
    ripe_at: int | None
    ripe_before_at: int | None


def content_of(conn: Connection[Any], version: int) -> str:
    """A hash of what a version says, with its house rules and lists: another one, and it was changed."""
    row = conn.execute("SELECT document, house_id FROM agreement_version WHERE id = %s", (version,)).fetchone()
    assert row is not None
    lists = agreement_by_id(conn, version).lists
    return sha256(msgspec.json.encode([*row, lists], order="deterministic")).hexdigest()


def handovers(conn: Connection[Any], since: int) -> list[Handover]:
    """The handovers since then, each until what ended it."""
    rows = conn.execute(
        "SELECT lead, seller, agreement, t, next_t, coalesce(next_name = ANY(%s), false) FROM ("
        "SELECT lead, seller, agreement, name, t, lead(t) OVER later AS next_t, lead(name) OVER later AS next_name "
        "FROM journal WHERE kind = 'decision' AND name = ANY(%s) AND t >= %s WINDOW later AS "
        "(PARTITION BY lead ORDER BY seq)) AS decision WHERE name = %s AND seller IS NOT NULL ORDER BY t",
        (list(_CLOSING), list(_ENDING), since, Decision.HANDED_OVER),
    )
    return [Handover(*row) for row in rows]


def outcomes(conn: Connection[Any], leads: Collection[int]) -> list[tuple[int, bool, bool, bool]]:
    """Of each of these leads about which something of it was decided: handed over, accepted, won."""
    asked = (Decision.HANDED_OVER, Decision.ACCEPTED, Decision.WON)
    return conn.execute(
        "SELECT lead, bool_or(name = %s), bool_or(name = %s), bool_or(name = %s) FROM journal "
        "WHERE kind = 'decision' AND lead = ANY(%s) AND name = ANY(%s) GROUP BY lead",
        (*asked, list(leads), list(asked)),
    ).fetchall()


def keep(
    conn: Connection[Any],
    version: int,
    *,
    against: int | None,
    content: str,
    days: int,
    since: int,
    until: int,
    summary: Any,
    leads: Iterable[TriedRow],
    user: int | None,
    job: int | None,
    now: int,
) -> int:
    """Keep what was found, in place of what the same job kept before; returns its id."""
    conn.execute(
        "DELETE FROM agreement_backtest_lead USING agreement_backtest AS kept WHERE kept.id = backtest_id "
        "AND kept.job = %s",
        (job,),
    )
    conn.execute("DELETE FROM agreement_backtest WHERE job = %s", (job,))
    row = conn.execute(
        "INSERT INTO agreement_backtest (version_id, against_id, content, days, since, until, summary, asked_by_id, "
        "job, made_at) VALUES (%s, %s, %s, %s, %s, %s, %s::jsonb, %s, %s, %s) RETURNING id",
        (version, against, content, days, since, until, msgspec.json.encode(summary).decode(), user, job, now),
    ).fetchone()
    assert row is not None
    _copy_leads(conn, row[0], leads)
    return int(row[0])


def _copy_leads(conn: Connection[Any], backtest: int, leads: Iterable[TriedRow]) -> None:
    columns = 'backtest_id, lead, "group", ripe_at, ripe_before_at'
    with conn.cursor() as cursor, cursor.copy(f"COPY agreement_backtest_lead ({columns}) FROM STDIN") as copy:
        for lead in leads:
            copy.write_row((backtest, *lead))


def forget(conn: Connection[Any], leads: Collection[int]) -> None:
    """Take these leads out of every backtest; its counts stay."""
    conn.execute("DELETE FROM agreement_backtest_lead WHERE lead = ANY(%s)", (list(leads),))
