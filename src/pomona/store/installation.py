"""The installation's one row: whose company it is, and the secret behind its identity hashes."""

import secrets
from typing import Any, NamedTuple

from psycopg import Connection
from psycopg.rows import namedtuple_row


class InstallationRow(NamedTuple):
    """`demo_language` is set when the building of a demo company begins, `demo_seed` when it is complete."""

    company: str
    time_zone: str
    language: str
    currency: str
    secret: bytes
    demo_seed: int | None
    demo_language: str | None


def installation(conn: Connection[Any]) -> InstallationRow | None:
    """The row; nothing in a database that was never set up."""
    with conn.cursor(row_factory=namedtuple_row) as cursor:
        cursor.execute(
            "SELECT company, time_zone, language, currency, secret, demo_seed, demo_language FROM installation"
        )
        row = cursor.fetchone()
    return None if row is None else InstallationRow(*row)


def company_time_zone(conn: Connection[Any]) -> str:
    """Where the company's days begin; UTC in a database that was never set up."""
    row = installation(conn)
    return row.time_zone if row else "UTC"


def company_currency(conn: Connection[Any]) -> str:
    """The currency (ISO 4217) of all money of an installation."""
    row = installation(conn)
    assert row is not None
    return row.currency


def make_installation(conn: Connection[Any], *, time_zone: str, language: str, currency: str, now: int) -> None:
    """Make the row with a fresh secret unless it is there."""
    conn.execute(
        "INSERT INTO installation "
        "(id, company, time_zone, language, currency, secret, shards, demo_paused, created_at) "
        "VALUES (1, '', %s, %s, %s, %s, 4, false, %s) ON CONFLICT (id) DO NOTHING",
        (time_zone, language, currency, secrets.token_bytes(32), now),
    )
