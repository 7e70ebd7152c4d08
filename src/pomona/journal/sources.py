"""Sources of events, and the write keys that let their holders append to one."""

import secrets
from typing import Any

from psycopg import Connection

KEY_BYTES = 18
"""Random bytes of a write key: 24 characters, not to be guessed."""


def write_keys(conn: Connection[Any]) -> dict[str, int]:
    """The source of each write key that is not revoked."""
    return dict(conn.execute("SELECT key, source_id FROM write_key WHERE revoked_at IS NULL").fetchall())


def create_source(conn: Connection[Any], name: str, kind: str, *, now: int) -> int | None:
    """The id of a new source; None where the name is taken."""
    row = conn.execute(
        "INSERT INTO source (name, kind, created_at) VALUES (%s, %s, %s) ON CONFLICT (name) DO NOTHING RETURNING id",
        (name, kind, now),
    ).fetchone()
    return None if row is None else int(row[0])


def source_named(conn: Connection[Any], name: str, kind: str, *, now: int) -> int:
    """The id of the source of that name, made if there is none yet."""
    found = conn.execute("SELECT id FROM source WHERE name = %s", (name,)).fetchone()
    if found is not None:
        return int(found[0])
    made = create_source(conn, name, kind, now=now)
    return made if made is not None else source_named(conn, name, kind, now=now)


def create_write_key(conn: Connection[Any], source: int, *, user: int | None = None, now: int) -> str:
    """A new write key of a source; raises psycopg's ForeignKeyViolation for a source that is not there."""
    key = secrets.token_urlsafe(KEY_BYTES)
    conn.execute(
        "INSERT INTO write_key (key, source_id, created_at, created_by) VALUES (%s, %s, %s, %s)",
        (key, source, now, user),
    )
    return key


def revoke(conn: Connection[Any], write_key: str, *, user: int | None = None, now: int) -> None:
    """Revoke a write key, if it was not yet. Doors follow within seconds."""
    conn.execute(
        "UPDATE write_key SET revoked_at = %s, revoked_by = %s WHERE key = %s AND revoked_at IS NULL",
        (now, user, write_key),
    )
