"""The router's loop: ripe leads leave the queue as soon as somebody can take them."""

import threading

from pomona.actions.hand_over import CHANNEL, Router
from pomona.work.loops import run


def run_router(url: str, stop: threading.Event) -> None:
    """Hand ripe leads over until `stop`; woken by leads that ripen, sellers' changes and the clock."""
    run(url, stop, name="router", turn=Router().turn, channels=(CHANNEL,))
