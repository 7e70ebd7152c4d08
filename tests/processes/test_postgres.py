"""The embedded PostgreSQL belongs to its data folder, whoever started it and however that ended."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from pomona import postgres
from pomona.setup import SetupError


def _server_id(data_dir: Path) -> int:
    return int((data_dir / "postgres" / "postmaster.pid").read_text().split()[0])


def _keep_a_row(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as conn:
        conn.execute("CREATE TABLE IF NOT EXISTS kept (n int)")
        conn.execute("INSERT INTO kept VALUES (1)")


def _rows(url: str) -> int:
    with psycopg.connect(url) as conn:
        row = conn.execute("SELECT count(*) FROM kept").fetchone()
    assert row is not None
    return int(row[0])


def test_a_second_start_adopts_the_running_server(data_dir: Path) -> None:
    first = postgres.start(data_dir)
    server = _server_id(data_dir)
    assert postgres.start(data_dir) == first
    assert _server_id(data_dir) == server


def test_data_outlive_a_killed_server(data_dir: Path) -> None:
    _keep_a_row(postgres.start(data_dir))
    os.kill(_server_id(data_dir), signal.SIGKILL)
    assert _rows(postgres.start(data_dir)) == 1


def test_two_processes_starting_at_once_get_one_server(data_dir: Path) -> None:
    code = f"from pathlib import Path; from pomona import postgres; print(postgres.start(Path({str(data_dir)!r})))"
    both = [subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) for _ in range(2)]
    addresses = {process.communicate(timeout=60)[0] for process in both}
    assert len(addresses) == 1
    assert all(process.returncode == 0 for process in both)


def test_stops_only_when_nobody_else_is_connected(data_dir: Path) -> None:
    url = postgres.start(data_dir)
    with psycopg.connect(url):
        assert not postgres.stop(data_dir)
        assert postgres.is_running(data_dir)
    assert postgres.stop(data_dir)
    assert not postgres.is_running(data_dir)


def test_the_socket_is_private_and_the_network_closed(data_dir: Path) -> None:
    url = postgres.start(data_dir)
    assert (data_dir / "postgres").stat().st_mode & 0o077 == 0
    with psycopg.connect(url) as conn:
        assert conn.execute("SHOW listen_addresses").fetchone() == ("",)
        assert conn.execute("SHOW fsync").fetchone() == ("on",)


def test_a_folder_too_deep_for_a_socket_works(data_dir: Path) -> None:
    deep = data_dir / "a, b" / ("x" * 120)
    try:
        _keep_a_row(postgres.start(deep))
    finally:
        assert postgres.stop(deep)


def test_an_interrupted_creation_is_begun_anew(data_dir: Path) -> None:
    unfinished = data_dir / "postgres.unfinished"
    unfinished.mkdir()
    (unfinished / "PG_VERSION").write_text("18")
    _keep_a_row(postgres.start(data_dir))
    assert not unfinished.exists()


def test_a_process_id_reused_by_another_program_does_not_stop_it(data_dir: Path) -> None:
    _keep_a_row(postgres.start(data_dir))
    pid_file = data_dir / "postgres" / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    assert postgres.stop(data_dir)
    pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]))
    assert _rows(postgres.start(data_dir)) == 1


def test_an_unusable_folder_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SetupError) as error:
        postgres.start(tmp_path / "file" / "data")
    assert error.value.code == "data_folder_not_writable"
