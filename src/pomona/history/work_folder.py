"""Folders for files that hold people's data for a while: nothing of them outlives its process for long."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory, gettempdir

_PREFIX = "pomona-work-"
_LOCK = "lock"


@contextmanager
def work_folder(parent: Path | None = None) -> Iterator[Path]:
    """A folder of its own within `parent` (None: the system's temporary folder), removed afterwards.

    What a killed process left there is removed first: its lock went with it.
    """
    within = parent or Path(gettempdir())
    for left in within.glob(f"{_PREFIX}*"):
        _remove_if_left(left)
    with TemporaryDirectory(dir=within, prefix=_PREFIX) as folder, (Path(folder) / _LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield Path(folder)


def _remove_if_left(folder: Path) -> None:
    # No lock file: somebody is just making or removing it. Busy, or another user's: theirs to remove.
    with suppress(FileNotFoundError, BlockingIOError, PermissionError), (folder / _LOCK).open("r+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        rmtree(folder)
