"""The nightly loop: the scores by which lists are sorted are brought up to the day; yesterday's keys are forgotten."""

import threading
from typing import Any

from psycopg import Connection

from pomona.actions.repeats import forget_repeats
from pomona.actions.sort_scores import refresh_once_a_night
from pomona.work.loops import run

LOOK_SECONDS = 20.0


def run_nightly(url: str, stop: threading.Event) -> None:
    """Refresh the stored scores once a night, and forget keys of requests, until `stop`."""
    run(url, stop, name="nightly", turn=_turn, look_seconds=LOOK_SECONDS)


def _turn(conn: Connection[Any], /, *, now: int) -> int:
    forget_repeats(conn, now=now)
    return refresh_once_a_night(conn, now=now)
