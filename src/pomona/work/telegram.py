"""The loops of Telegram: messages leave, and what people tell the bot is read. Without a bot nothing is asked."""

import threading

from pomona.actions.outbox import CHANNEL
from pomona.outreach.telegram import Listening, Sending
from pomona.work.loops import run

LOOK_SECONDS = 5.0


def run_telegram(url: str, stop: threading.Event) -> None:
    """Send what is due until `stop`; woken by new messages and the clock."""
    run(url, stop, name="telegram", turn=Sending().turn, channels=(CHANNEL,))


def run_telegram_chats(url: str, stop: threading.Event) -> None:
    """Listen to the bot until `stop`."""
    run(url, stop, name="telegram chats", turn=Listening().turn, look_seconds=LOOK_SECONDS)
