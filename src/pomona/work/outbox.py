"""The outbox's loop: messages leave as soon as they are written."""

import threading

from pomona.actions.outbox import CHANNEL
from pomona.outreach.mail import deliver_due
from pomona.work.loops import run


def run_outbox(url: str, stop: threading.Event) -> None:
    """Send what is due until `stop`; woken by new messages and the clock."""
    run(url, stop, name="outbox", turn=deliver_due, channels=(CHANNEL,))
