"""Folders and processes that a test of the running program needs; all are gone afterwards."""

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pomona import postgres


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """A data folder that the database's own user can reach (pytest's temporary folders are closed to it)."""
    folder = Path(tempfile.mkdtemp(prefix="pomona-test-"))
    yield folder
    postgres.stop(folder)
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def until() -> Callable[..., None]:
    """Wait until a condition holds, and fail after `seconds`."""

    def wait(condition: Callable[[], object], *, seconds: float = 20) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, f"not within {seconds} s"
            time.sleep(0.02)

    return wait
