"""The outbox's loop: messages leave as soon as they are written."""

import threading
from typing import Any

from psycopg import Connection

from pomona.actions.outbox import CHANNEL, end_notices
from pomona.outreach.mail import deliver_due
from pomona.work.loops import run


def run_outbox(url: str, stop: threading.Event) -> None:
    """Send what is due until `stop`; woken by new messages and the clock."""
    run(url, stop, name="outbox", turn=_turn, channels=(CHANNEL,))


def _turn(conn: Connection[Any], /, *, now: int) -> int:
    return deliver_due(conn, now=now) + end_notices(conn, now=now)
