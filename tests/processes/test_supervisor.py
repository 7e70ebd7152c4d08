"""The parent keeps its children alive and takes them along when it ends, however it ends."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import psutil

from pomona.work.supervisor import EXIT_UNUSABLE, supervise

Until = Callable[..., None]

CHILD = """
import os, sys, threading
from pathlib import Path
from pomona.work.supervisor import stop_on_signals, stop_with_parent
stop = stop_on_signals()
stop_with_parent(stop)
with Path(sys.argv[1]).open("a") as file:
    file.write(f"{os.getpid()}\\n")
stop.wait()
"""

PARENT = """
import sys
from pomona.work.supervisor import stop_on_signals, supervise
stop = stop_on_signals()
command = [sys.executable, "-c", sys.argv[2], sys.argv[1]]
sys.exit(supervise({"child": command}, stop=stop, look_after_database=lambda: None))
"""


def _children(file: Path) -> list[int]:
    return [int(line) for line in file.read_text().split()] if file.exists() else []


def _alive(pid: int) -> bool:
    """A zombie is dead: who reaps it is not ours to test."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _parent(file: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", PARENT, str(file), CHILD])


def test_a_killed_child_is_started_again(tmp_path: Path, until: Until) -> None:
    file = tmp_path / "children"
    parent = _parent(file)
    until(lambda: len(_children(file)) == 1)
    os.kill(_children(file)[0], signal.SIGKILL)
    until(lambda: len(_children(file)) == 2)
    parent.terminate()
    assert parent.wait(20) == 0
    assert not _alive(_children(file)[1])


def test_children_end_when_the_parent_is_killed(tmp_path: Path, until: Until) -> None:
    file = tmp_path / "children"
    parent = _parent(file)
    until(lambda: len(_children(file)) == 1)
    parent.kill()
    parent.wait()
    until(lambda: not _alive(_children(file)[0]))


def test_a_child_that_can_never_run_ends_the_parent_and_the_others(tmp_path: Path) -> None:
    file = tmp_path / "children"
    commands = {
        "good": [sys.executable, "-c", CHILD, str(file)],
        "hopeless": ["/bin/sh", "-c", f"until [ -s {file} ]; do sleep 0.05; done; exit {EXIT_UNUSABLE}"],
    }
    assert _supervise(commands, threading.Event()) == EXIT_UNUSABLE
    assert not any(_alive(child) for child in _children(file))


def test_a_child_that_keeps_dying_is_started_at_growing_pauses(tmp_path: Path) -> None:
    file = tmp_path / "starts"
    command = ["/bin/sh", "-c", f"echo x >> {file}; exit 1"]
    stop = threading.Event()
    threading.Timer(2.5, stop.set).start()
    assert _supervise({"sick": command}, stop) == 0
    assert 3 <= len(file.read_text().split()) <= 5


def _supervise(commands: dict[str, list[str]], stop: threading.Event) -> int:
    return supervise(commands, stop=stop, look_after_database=lambda: None)
