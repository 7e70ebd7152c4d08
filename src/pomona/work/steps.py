"""The steps of a long job: how far it is, and whether it should end here."""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Literal, Protocol

from pomona.actions.jobs import Running

LOOK_SECONDS = 0.3
"""How often a running job looks whether it should end."""

LEAST_NEWS = 0.01
"""A share done is told when it grew by so much."""


class Ended(Exception):
    """The job ends between two steps; `Steps.ends_because` says why."""


class Watch(Protocol):
    """Who is told how far a long task is, and may end it."""

    def __call__(self, doing: str, share: float) -> None:
        """Told what is being done and the share (0 to 1) that is done; raises where it should end."""

    def interrupting(self, interrupt: Callable[[], None]) -> AbstractContextManager[None]:
        """Within it, `interrupt` is called, from another thread, as soon as it should end."""


class OnlyTold:
    """A watch that ends nothing: a progress bar, or nobody."""

    def __init__(self, progress: Callable[[float], None] = lambda share: None) -> None:
        self._progress = progress

    def __call__(self, doing: str, share: float) -> None:
        """Tell the share."""
        self._progress(share)

    def interrupting(self, interrupt: Callable[[], None]) -> AbstractContextManager[None]:
        """Nothing is ever interrupted."""
        return nullcontext()


class Steps:
    """What the function of a job tells while it works, and where it learns that it should end."""

    def __init__(self, running: Running, stop: threading.Event) -> None:
        self.ends_because: Literal["cancelled", "stopped"] | None = None
        self._running = running
        self._stop = stop
        self._told = ("", -1.0)
        self._interrupts: list[Callable[[], None]] = []

    def __call__(self, doing: str, share: float) -> None:
        """Tell what is being done and the share (0 to 1) of the whole job that is done. Raises Ended."""
        if self.ends_because is not None:
            raise Ended
        if doing != self._told[0] or share - self._told[1] >= LEAST_NEWS:
            self._told = (doing, share)
            self._running.note(doing, share)

    @contextmanager
    def interrupting(self, interrupt: Callable[[], None]) -> Iterator[None]:
        """Within it, `interrupt` is called, from another thread, as soon as the job should end."""
        self._interrupts.append(interrupt)
        try:
            yield
        finally:
            self._interrupts.remove(interrupt)

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Within it, somebody looks whether the job should end."""
        over = threading.Event()
        watch = threading.Thread(target=self._watch, args=(over,), name="job-watch")
        watch.start()
        try:
            yield
        finally:
            over.set()
            watch.join()

    def _watch(self, over: threading.Event) -> None:
        while not over.wait(LOOK_SECONDS):
            if self._stop.is_set():
                self.ends_because = "stopped"
            elif self._running.is_cancelled():
                self.ends_because = "cancelled"
            if self.ends_because is not None:
                for interrupt in tuple(self._interrupts):
                    interrupt()
