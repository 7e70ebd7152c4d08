"""Keys for programs as stored: by digest only, so that nobody can read a key back."""

from typing import Any

from psycopg import Connection

from pomona.domain.event import HOUR


def add(conn: Connection[Any], user: int, *, name: str, digest: bytes, hint: str, now: int) -> None:
    """Keep a new key of the user."""
    conn.execute(
        "INSERT INTO api_key (user_id, name, digest, hint, created_at) VALUES (%s, %s, %s, %s, %s)",
        (user, name, digest, hint, now),
    )


def use(conn: Connection[Any], digest: bytes, *, now: int) -> int | None:
    """Whose key this is, noting that it was used; None if it opens nothing (any more)."""
    row = conn.execute(
        'SELECT k.id, k.user_id, k.last_used_at FROM api_key k JOIN "user" u ON u.id = k.user_id '
        "WHERE k.digest = %s AND k.revoked_at IS NULL AND u.is_active",
        (digest,),
    ).fetchone()
    if row is None:
        return None
    number, user, used = row
    if used is None or used <= now - HOUR:
        conn.execute("UPDATE api_key SET last_used_at = %s WHERE id = %s", (now, number))
    return int(user)


def revoke(conn: Connection[Any], number: int, *, user: int, now: int) -> bool:
    """Let the user's key open nothing any more; False where they have no such key in use."""
    changed = conn.execute(
        "UPDATE api_key SET revoked_at = %s WHERE id = %s AND user_id = %s AND revoked_at IS NULL",
        (now, number, user),
    )
    return changed.rowcount == 1
