"""The engine's loop: facts of the journal become scores and decisions, shard by shard."""

import threading

from pomona.actions.fold import fold_all_shards
from pomona.work.loops import run


def run_engine(url: str, stop: threading.Event) -> None:
    """Fold new facts until `stop`; woken by the journal."""
    run(url, stop, name="engine", turn=fold_all_shards, channels=("journal",))
