"""The loop of moments: reminders, overdue clocks, nurtures that end."""

import threading
from typing import Any

import psycopg

from pomona.actions.deadlines import act_on_due
from pomona.actions.recycle import end_nurtures
from pomona.work.loops import run


def run_deadlines(url: str, stop: threading.Event) -> None:
    """Act on what becomes due, within two seconds, until `stop`."""
    run(url, stop, name="deadlines", turn=act_on_all_due)


def act_on_all_due(conn: psycopg.Connection[Any], *, now: int) -> int:
    """Act on everything that is due at `now`; returns how many leads it was."""
    return act_on_due(conn, now=now) + end_nurtures(conn, now=now)
