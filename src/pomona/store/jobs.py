"""Long jobs as rows: asked for, carried out, ended."""

from collections.abc import Mapping
from typing import Any

import msgspec
from psycopg import Connection

from pomona.store.powers import Power

EXPORT, BACKTEST = "export", "backtest"

POWER_OF: dict[str, Power] = {EXPORT: Power.MANAGE_SOURCES, BACKTEST: Power.WRITE_AGREEMENTS}
"""Who may ask for jobs of a kind, see how they go on and cancel them."""


class Job(msgspec.Struct, frozen=True):
    """A job that waits or runs; `user` None: Pomona itself asked for it."""

    id: int
    kind: str
    arguments: dict[str, Any]
    user: int | None


def add(
    conn: Connection[Any], kind: str, arguments: Mapping[str, Any], *, key: str, user: int | None, now: int
) -> tuple[int, bool]:
    """A new job's id and True; where one of that key waits or runs already, its id and False."""
    row = conn.execute(
        "INSERT INTO job (kind, key, arguments, state, doing, share, error, asked_by_id, created_at) "
        "VALUES (%s, %s, %s::jsonb, 'waiting', '', 0, '', %s, %s) "
        "ON CONFLICT (key) WHERE state IN ('waiting', 'running') DO UPDATE SET key = EXCLUDED.key "
        "RETURNING id, xmax = 0",
        (kind, key, msgspec.json.encode(arguments).decode(), user, now),
    ).fetchone()
    assert row is not None
    return int(row[0]), bool(row[1])


def kind_of(conn: Connection[Any], job: int) -> str | None:
    """The kind of a job; None if there is none of that id."""
    row = conn.execute("SELECT kind FROM job WHERE id = %s", (job,)).fetchone()
    return None if row is None else str(row[0])


def ask_to_cancel(conn: Connection[Any], job: int, *, now: int) -> None:
    """A waiting job is cancelled at once, a running one when it looks; an ended one stays as it is."""
    conn.execute(
        "UPDATE job SET cancel_asked_at = coalesce(cancel_asked_at, %(now)s), "
        "ended_at = CASE state WHEN 'waiting' THEN %(now)s END, "
        "state = CASE state WHEN 'waiting' THEN 'cancelled' ELSE state END "
        "WHERE id = %(job)s AND state IN ('waiting', 'running')",
        {"job": job, "now": now},
    )


def begin(conn: Connection[Any], job: int, *, now: int) -> Job | None:
    """Take a job up, for the first time or again after a kill; None if it has ended meanwhile."""
    row = conn.execute(
        "UPDATE job SET state = 'running', started_at = %s, share = 0, doing = '' "
        "WHERE id = %s AND state IN ('waiting', 'running') RETURNING id, kind, arguments, asked_by_id",
        (now, job),
    ).fetchone()
    return None if row is None else Job(*row)


def note(conn: Connection[Any], job: int, *, doing: str, share: float) -> None:
    """How far a running job is."""
    conn.execute("UPDATE job SET doing = %s, share = %s WHERE id = %s", (doing, share, job))


def is_cancelled(conn: Connection[Any], job: int) -> bool:
    """Whether somebody wants the job to end."""
    row = conn.execute("SELECT cancel_asked_at IS NOT NULL FROM job WHERE id = %s", (job,)).fetchone()
    return row is None or bool(row[0])


def end(conn: Connection[Any], job: int, state: str, *, now: int, result: Any = None, error: str = "") -> None:
    """The job is done, failed or cancelled."""
    conn.execute(
        "UPDATE job SET state = %s, result = %s::jsonb, error = %s, ended_at = %s, "
        "share = CASE %s WHEN 'done' THEN 1 ELSE share END WHERE id = %s",
        (state, None if result is None else msgspec.json.encode(result).decode(), error, now, state, job),
    )


def put_back(conn: Connection[Any], job: int) -> None:
    """The job waits again: its process ends."""
    conn.execute("UPDATE job SET state = 'waiting' WHERE id = %s AND state = 'running'", (job,))


def forget_older(conn: Connection[Any], kind: str, *, than: int) -> None:
    """Delete the ended jobs of a kind that began before that moment."""
    conn.execute("DELETE FROM job WHERE kind = %s AND ended_at IS NOT NULL AND created_at < %s", (kind, than))
