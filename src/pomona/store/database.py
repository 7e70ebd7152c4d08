"""Connections and the one lock that lets a rebuild stop all work."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

import msgspec
import psycopg
from psycopg import Connection
from psycopg.types.array import ListBinaryDumper
from psycopg.types.json import set_json_loads

from pomona.domain.errors import PomonaError

WORK_LOCK = 7_266_002
"""Advisory lock: shared by every transaction that changes derived state, exclusive for a rebuild."""

TIMEOUTS = "-c lock_timeout=10s -c statement_timeout=60s -c idle_in_transaction_session_timeout=60s"
"""Nobody may hold the append lock, a cursor or a lead for long, not even a process that hangs."""

_of_thread = threading.local()


class Rebuilding(PomonaError):
    """Changes wait while the derived state is built anew; reading goes on. Try again later."""

    texts: ClassVar[dict[str, tuple[str, str]]] = {
        "rebuilding": (
            "Состояние лидов сейчас пересобирается из журнала. Читать можно, изменения — через несколько минут.",
            "The leads are being rebuilt from the journal. You can read; changes are possible in a few minutes.",
        )
    }


def connect(url: str) -> Connection[Any]:
    """A new autocommit connection with short time-outs; the caller closes it."""
    conn = psycopg.connect(url, autocommit=True, options=TIMEOUTS)
    set_json_loads(msgspec.json.decode, conn)
    conn.adapters.register_dumper(list, ListBinaryDumper)  # keys and profiles as text take seven times as long
    return conn


def patient(url: str) -> Connection[Any]:
    """A new connection for a long job, which waits as long as it takes; the caller closes it.

    Not for holding locks that others wait for.
    """
    conn = connect(url)
    for name in ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout"):
        conn.execute(f"SET {name} = 0")
    return conn


def connection() -> Connection[Any]:
    """The calling thread's connection for actions, opened or reopened when needed.

    Not Django's own: Django reads JSON columns as text and binds parameters in the client. An action
    opens and ends its transaction itself, so a page reads its result through the ORM at once.
    """
    conn: Connection[Any] | None = getattr(_of_thread, "conn", None)
    url = os.environ["DATABASE_URL"]
    if conn is None or _of_thread.url != url or not _answers(conn):
        conn = connect(url)
        _of_thread.conn, _of_thread.url = conn, url
    return conn


def _answers(conn: Connection[Any]) -> bool:
    try:
        conn.execute("")
    except psycopg.OperationalError:
        conn.close()
        return False
    return True


@contextmanager
def work_transaction(conn: Connection[Any]) -> Iterator[None]:
    """The transaction of an action or a batch: `with work_transaction(conn): ...` in place of
    `with conn.transaction():`, before any other lock. Raises `Rebuilding` at once while a rebuild goes on.
    """
    with conn.transaction():
        row = conn.execute("SELECT pg_try_advisory_xact_lock_shared(%s)", (WORK_LOCK,)).fetchone()
        if row is None or not row[0]:
            raise Rebuilding("rebuilding")
        yield


@contextmanager
def work_stopped(conn: Connection[Any]) -> Iterator[None]:
    """Waits for running work transactions to end and lets no other session begin one until the end."""
    conn.execute("SELECT set_config('lock_timeout', '0', false), set_config('statement_timeout', '0', false)")
    conn.execute("SELECT pg_advisory_lock(%s)", (WORK_LOCK,))
    try:
        yield
    finally:
        conn.execute("SELECT pg_advisory_unlock(%s)", (WORK_LOCK,))
        conn.execute("RESET lock_timeout")
        conn.execute("RESET statement_timeout")
