"""Reading all facts for the whole past: by cursor, in one stream."""

from collections.abc import Collection, Iterator
from typing import Any
from uuid import uuid4

from psycopg import Connection

from pomona.domain.event import Event
from pomona.domain.stages import Decision
from pomona.journal.codec import SELECTED, from_row

_ROWS_A_TRIP = 5_000


def head_and_poison(conn: Connection[Any]) -> tuple[int, set[int]]:
    """The newest `seq`, and those of the events that cannot be folded."""
    poison = {row[0] for row in conn.execute("SELECT seq FROM poison WHERE resolved_at IS NULL")}
    row = conn.execute("SELECT coalesce(max(seq), 0) FROM journal").fetchone()
    return (int(row[0]) if row else 0), poison


def erased_after(conn: Connection[Any], seq: int, upto: int) -> bool:
    """Whether somebody was erased in (seq, upto], so that earlier facts are not what they were."""
    row = conn.execute(
        "SELECT 1 FROM journal WHERE seq > %s AND seq <= %s AND kind = 'decision' AND name = %s LIMIT 1",
        (seq, upto, Decision.ERASED),
    ).fetchone()
    return row is not None


def facts_between(
    conn: Connection[Any], seq: int, upto: int, *, also: Collection[int] = (), emptied_upto: int | None = None
) -> Iterator[tuple[int, Event]]:
    """The facts in (seq, upto] in order, those with a `seq` of `also`, and those without content up to `emptied_upto`.

    Read in portions within the caller's transaction: memory stays flat.
    """
    with conn.cursor(name=f"facts_{uuid4().hex}") as cursor:
        cursor.itersize = _ROWS_A_TRIP
        cursor.execute(
            f"SELECT {SELECTED}, seq FROM journal WHERE kind <> 'decision' AND "
            "((seq > %s AND seq <= %s) OR seq = ANY(%s) OR (seq <= %s AND body = '{}')) ORDER BY seq",
            (seq, upto, list(also), emptied_upto),
        )
        for row in cursor:
            yield row[-1], from_row(row)
