"""The door's connection: short patience, so that one that hangs holds up nobody."""

from typing import Any

import psycopg
from psycopg import Connection

TIMEOUTS = "-c lock_timeout=5s -c statement_timeout=10s -c idle_in_transaction_session_timeout=10s"
CONNECT_SECONDS = 3
ACKNOWLEDGED_WITHIN_MILLISECONDS = 10_000


def connect(url: str) -> Connection[Any]:
    """A new autocommit connection; the caller closes it. Raises psycopg.OperationalError within seconds."""
    return psycopg.connect(
        url,
        autocommit=True,
        options=TIMEOUTS,
        connect_timeout=CONNECT_SECONDS,
        tcp_user_timeout=ACKNOWLEDGED_WITHIN_MILLISECONDS,
    )
