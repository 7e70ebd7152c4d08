"""Folders and processes that a test of the running program needs; all are gone afterwards."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx
import psutil
import pytest

from pomona import postgres

Until = Callable[..., None]


class Program:
    """The real `pomona` with a data folder and a port of its own."""

    def __init__(self, data_dir: Path, until: Until, **settings: str) -> None:
        self.data_dir = data_dir
        self._until = until
        self._environment = {
            **{name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "POMONA_SECRET_KEY")},
            "POMONA_DATA": str(data_dir),
            "LC_ALL": "C.UTF-8",
            **settings,
        }
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.parent: psutil.Popen | None = None

    def run(self, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """One command, to its end."""
        return subprocess.run(
            [sys.executable, "-m", "pomona", *arguments],
            env=self._environment,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def serve(self) -> None:
        """Start the parent and wait until the door answers."""
        with (self.data_dir / "serve.log").open("a") as log:
            self.parent = psutil.Popen(
                [sys.executable, "-m", "pomona", "serve", "--port", str(self.port)], env=self._environment, stderr=log
            )
        self._until(self.answers)

    def answers(self) -> bool:
        """Whether the door takes requests."""
        assert self.parent is not None
        assert self.parent.poll() is None, "serve ended"
        try:
            httpx.options(f"{self.address}/v1/track", timeout=5)
        except httpx.TransportError:
            return False
        return True

    def child(self, name: str) -> psutil.Process | None:
        """The child of that name, if it is alive now."""
        assert self.parent is not None
        for child in self.parent.children():
            try:
                if name in child.cmdline():
                    return child
            except psutil.Error:
                continue
        return None

    def end(self) -> int:
        """Ask the parent to end; give its exit code."""
        assert self.parent is not None
        self.parent.terminate()
        return int(self.parent.wait(60))

    def kill(self) -> None:
        """End what still runs, hard."""
        if self.parent is not None and self.parent.is_running():
            family = [self.parent, *self.parent.children()]
            for process in family:
                process.kill()
            psutil.wait_procs(family, timeout=20)


def free_port() -> int:
    """A port that nobody uses now."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def data_folder() -> Iterator[Path]:
    """A data folder that the database's own user can reach (pytest's temporary folders are closed to it)."""
    folder = Path(tempfile.mkdtemp(prefix="pomona-test-"))
    yield folder
    postgres.stop(folder)
    shutil.rmtree(folder)


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """A data folder of the test's own."""
    with data_folder() as folder:
        yield folder


@pytest.fixture(scope="module")
def served(until: Until) -> Iterator[Program]:
    """A program that serves an empty installation for all tests of a file."""
    with data_folder() as folder:
        program = Program(folder, until)
        program.serve()
        yield program
        program.kill()


@pytest.fixture(scope="session")
def until() -> Until:
    """Wait until a condition holds, and fail after `seconds`."""

    def wait(condition: Callable[[], object], *, seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, f"not within {seconds} s"
            time.sleep(0.02)

    return wait


@pytest.fixture
def programs(data_dir: Path, until: Until) -> Iterator[Callable[..., Program]]:
    """Makes programs on the data folder; whatever of them still runs is killed at the end."""
    made: list[Program] = []

    def make(**settings: str) -> Program:
        made.append(Program(data_dir, until, **settings))
        return made[-1]

    yield make
    for program in made:
        program.kill()
