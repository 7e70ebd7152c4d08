"""The past is asked in the engine that is named, and what cannot be asked is said; nothing it wrote is left behind."""

import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg
import pytest

from pomona.domain.errors import PomonaError
from pomona.history.errors import NoSpark, UnknownEngine, UnknownMemory
from pomona.history.past import past
from pomona.history.work_folder import work_folder


def test_an_engine_that_is_not_known_is_refused(conn: psycopg.Connection[Any], tmp_path: Path) -> None:
    assert _refused(conn, tmp_path, "postgres", UnknownEngine).code == "unknown_history_engine"


def test_an_amount_of_memory_that_is_none_is_refused(conn: psycopg.Connection[Any], tmp_path: Path) -> None:
    with pytest.raises(UnknownMemory) as refused, past(conn, tmp_path, memory="plenty"):
        pass
    assert "HISTORY_MEMORY=plenty" in refused.value.text("en")


def test_without_spark_installed_that_is_said(
    conn: psycopg.Connection[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "py4j.protocol", None)
    with socket.create_server(("127.0.0.1", 0)) as master:
        refused = _refused(conn, tmp_path, f"spark://127.0.0.1:{master.getsockname()[1]}", NoSpark)
    assert "pip install 'pomona[spark]'" in refused.text("ru")
    assert list(tmp_path.glob("pomona-work-*")) == []


@pytest.mark.parametrize(
    "master", ["spark://127.0.0.1:1", "spark://127.0.0.1:1,[::1]:1", "spark://nowhere", "spark://"]
)
def test_a_master_that_does_not_answer_is_told_at_once(
    conn: psycopg.Connection[Any], tmp_path: Path, master: str
) -> None:
    assert _refused(conn, tmp_path, master, NoSpark).code == "no_master"
    assert list(tmp_path.glob("pomona-work-*")) == []


def _refused(conn: psycopg.Connection[Any], folder: Path, engine: str, error: type[PomonaError]) -> PomonaError:
    with pytest.raises(error) as refused, past(conn, folder, engine=engine):
        pass
    return refused.value


def test_what_a_killed_process_left_is_removed_by_the_next_and_what_is_in_use_stays(tmp_path: Path) -> None:
    code = "from pathlib import Path; from pomona.history.work_folder import work_folder; import sys\n"
    code += "with work_folder(Path(sys.argv[1])) as f: print(f, flush=True); sys.stdin.read()"
    command = [sys.executable, "-c", code, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        left = Path(process.stdout.readline().strip())
        with work_folder(tmp_path) as own:
            assert left.is_dir() and own.is_dir()
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert left.is_dir()
        with work_folder(tmp_path):
            assert not left.exists()
    assert list(tmp_path.iterdir()) == []
