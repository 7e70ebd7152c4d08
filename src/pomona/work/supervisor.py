"""The small parent of a running installation, and how its children know that it is gone.

Parent and child share a pipe. The parent never writes: end of file means "end now", whether it closed the
pipe to stop the child or was killed itself.
"""

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from types import FrameType

import structlog

PARENT_PIPE = "POMONA_PARENT_PIPE"
"""Names the inherited end of the pipe for the child."""

GRACE_SECONDS = 15.0
LOOK_SECONDS = 0.1
FIRST_PAUSE_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 10.0
STEADY_SECONDS = 30.0
"""A child that lived this long has recovered: its next restart is quick again."""

EXIT_UNUSABLE = 78
"""A child's exit code (EX_CONFIG) for what no restart can mend; the parent ends with it."""

log = structlog.get_logger()


class Child:
    """One child process, started anew with growing pauses when it dies."""

    def __init__(self, name: str, command: Sequence[str], inherited: Sequence[int]) -> None:
        self.name = name
        self._command = list(command)
        self._inherited = tuple(inherited)
        self._process: subprocess.Popen[bytes] | None = None
        self._pipe = -1
        self._started_at = 0.0
        self._pause = FIRST_PAUSE_SECONDS
        self._start_at = 0.0

    def look_after(self) -> int | None:
        """Start the child if it is due; return its exit code in the moment its death is found."""
        now = time.monotonic()
        if self._process is None:
            if now >= self._start_at:
                self._start(now)
            return None
        code = self._process.poll()
        if code is not None:
            self._bury(now)
            log.warning("child ended", child=self.name, code=code, pause_seconds=round(self._start_at - now, 1))
        return code

    def ask_to_end(self) -> None:
        """Close the pipe; the child finishes what it has begun."""
        if self._pipe >= 0:
            os.close(self._pipe)
            self._pipe = -1

    def wait(self, seconds: float) -> None:
        """Wait for the end; kill the child after that time."""
        if self._process is None:
            return
        try:
            self._process.wait(max(seconds, 0))
        except subprocess.TimeoutExpired:
            log.warning("child killed", child=self.name)
            self._process.kill()
            self._process.wait()

    def _start(self, now: float) -> None:
        reading, self._pipe = os.pipe()
        self._process = subprocess.Popen(
            self._command,
            stdin=subprocess.DEVNULL,
            pass_fds=(reading, *self._inherited),
            env={**os.environ, PARENT_PIPE: str(reading)},
            start_new_session=True,
        )
        os.close(reading)
        self._started_at = now

    def _bury(self, now: float) -> None:
        self._process = None
        self.ask_to_end()
        if now - self._started_at > STEADY_SECONDS:
            self._pause = FIRST_PAUSE_SECONDS
        self._start_at = now + self._pause
        self._pause = min(self._pause * 2, LONGEST_PAUSE_SECONDS)


def supervise(
    commands: Mapping[str, Sequence[str]],
    *,
    stop: threading.Event,
    look_after_database: Callable[[], None],
    inherited: Sequence[int] = (),
) -> int:
    """Keep one child a command alive until `stop`; then end them. Return the exit code for the parent.

    Not 0 if a child says that it can never run. `inherited` are file descriptors that every child keeps
    open, such as that of a lock that lasts until the last of them has ended.
    """
    children = [Child(name, command, inherited) for name, command in commands.items()]
    try:
        while not stop.is_set():
            look_after_database()
            if EXIT_UNUSABLE in [child.look_after() for child in children]:
                return EXIT_UNUSABLE
            stop.wait(LOOK_SECONDS)
        return 0
    finally:
        _end(children)


def _end(children: Sequence[Child]) -> None:
    for child in children:
        child.ask_to_end()
    deadline = time.monotonic() + GRACE_SECONDS
    for child in children:
        child.wait(deadline - time.monotonic())


def stop_on_signals() -> threading.Event:
    """An event set by SIGTERM or SIGINT. For a main thread."""
    stop = threading.Event()

    def ask(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, ask)
    signal.signal(signal.SIGINT, ask)
    return stop


def has_parent() -> bool:
    """Whether a supervisor started this process."""
    return PARENT_PIPE in os.environ


def stop_with_parent(stop: threading.Event) -> None:
    """Set `stop` when the parent is gone. Whoever does not end in time after a `stop` is ended hard."""
    pipe = int(os.environ.pop(PARENT_PIPE))
    os.set_inheritable(pipe, False)

    def watch() -> None:
        with contextlib.suppress(OSError):
            os.read(pipe, 1)
        stop.set()
        time.sleep(GRACE_SECONDS)
        os._exit(1)

    threading.Thread(target=watch, name="parent-watch", daemon=True).start()
