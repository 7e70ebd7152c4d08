"""What every loop of `work` shares: turns while there is something to do, then a wait for NOTIFY or a second.

The database may be away or a turn may fail: the loop says so without naming anybody, waits a growing while,
connects anew and goes on.
"""

import threading
import traceback
from collections.abc import Callable, Sequence
from typing import Any, Protocol

import psycopg
import structlog

from pomona import clock
from pomona.store.database import Rebuilding, connect

LOOK_SECONDS = 1.0
"""A loop looks by itself so often; NOTIFY only makes it look earlier."""
FIRST_PAUSE_SECONDS = 0.1
LONGEST_PAUSE_SECONDS = 5.0

log = structlog.get_logger()


class Turn(Protocol):
    """What a loop does again and again."""

    def __call__(self, conn: psycopg.Connection[Any], /, *, now: int) -> int:
        """Look at what is to be done at `now`; returns how much was done, 0 if nothing was."""


def run(
    url: str,
    stop: threading.Event,
    *,
    name: str,
    turn: Turn,
    channels: Sequence[str] = (),
    look_seconds: float = LOOK_SECONDS,
) -> None:
    """Take turns on an own connection until `stop`; woken by NOTIFY on `channels`."""

    def live() -> None:
        with connect(url) as conn:
            for channel in channels:
                conn.execute(f"LISTEN {channel}")
            _take_turns(conn, stop, turn, listening=bool(channels), look_seconds=look_seconds)

    outlive(stop, name, live)


def outlive(stop: threading.Event, name: str, live: Callable[[], None]) -> None:
    """Let the loop of that name live until `stop`, again after each failure, with growing pauses."""
    pause = FIRST_PAUSE_SECONDS
    while not stop.is_set():
        began = clock.now()
        try:
            live()
        except psycopg.OperationalError as error:
            log.warning("database away", loop=name, sqlstate=error.sqlstate, error=type(error).__name__)
        except Exception as error:
            log.error("turn failed", loop=name, error=type(error).__name__, at=place(error))
        if clock.now() - began > LONGEST_PAUSE_SECONDS * 1_000_000:
            pause = FIRST_PAUSE_SECONDS
        stop.wait(pause)
        pause = min(pause * 2, LONGEST_PAUSE_SECONDS)


def _take_turns(
    conn: psycopg.Connection[Any], stop: threading.Event, turn: Turn, *, listening: bool, look_seconds: float
) -> None:
    while not stop.is_set():
        try:
            done = turn(conn, now=clock.now())
        except Rebuilding:
            done = 0
        if done:
            continue
        if listening:
            for _ in conn.notifies(timeout=look_seconds, stop_after=1):
                pass
        else:
            stop.wait(look_seconds)


def place(error: Exception) -> str:
    """Where it failed: file and line, without the message, which may name somebody."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{frame.filename}:{frame.lineno}"
