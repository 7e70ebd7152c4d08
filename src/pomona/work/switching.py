"""The loop of changing versions: leads follow the agreements in force, and are counted ahead under those to come."""

import threading

from pomona.actions.switching import CHANNEL, switch
from pomona.work.loops import run


def run_switching(url: str, stop: threading.Event) -> None:
    """Bring leads to their agreements until `stop`; woken by what is proposed, signed or moved, and by the clock."""
    run(url, stop, name="switching", turn=switch, channels=(CHANNEL,))
