"""The nightly loop: the scores by which lists are sorted are brought up to the day."""

import threading

from pomona.actions.sort_scores import refresh_once_a_night
from pomona.work.loops import run

LOOK_SECONDS = 20.0


def run_nightly(url: str, stop: threading.Event) -> None:
    """Refresh the stored scores once a night until `stop`."""
    run(url, stop, name="nightly", turn=refresh_once_a_night, look_seconds=LOOK_SECONDS)
