"""What cannot work is one sentence and an exit code that is not 0; nothing is half-made."""

import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from pomona import postgres

Programs = Callable[..., Any]


def _is_one_sentence(error: str) -> bool:
    return error.count("\n") == 1 and "Traceback" not in error


def test_a_port_in_use_is_said_before_anything_is_made(programs: Programs, data_dir: Path) -> None:
    program = programs()
    with socket.create_server(("127.0.0.1", program.port)):
        ended = program.run("serve", "--port", str(program.port))
    assert ended.returncode != 0
    assert _is_one_sentence(ended.stderr)
    assert str(program.port) in ended.stderr
    assert not (data_dir / "postgres").exists()


def test_an_unreachable_database_is_said(programs: Programs) -> None:
    program = programs(DATABASE_URL="postgresql://nobody@127.0.0.1:1/none")
    ended = program.run("serve", "--port", str(program.port))
    assert ended.returncode != 0
    assert _is_one_sentence(ended.stderr)
    assert "DATABASE_URL" in ended.stderr


def test_a_data_folder_that_is_none_is_said(programs: Programs, data_dir: Path) -> None:
    (data_dir / "file").touch()
    ended = programs(POMONA_DATA=str(data_dir / "file" / "data")).run("serve")
    assert ended.returncode != 0
    assert _is_one_sentence(ended.stderr)
    assert "POMONA_DATA" in ended.stderr


def test_the_terminal_decides_on_the_language(programs: Programs, data_dir: Path) -> None:
    (data_dir / "file").touch()
    ended = programs(POMONA_DATA=str(data_dir / "file" / "data"), LC_ALL="ru_RU.UTF-8").run("serve")
    assert "папку данных" in ended.stderr


@pytest.mark.parametrize("part", ["door", "work"])
def test_a_part_alone_refuses_tables_of_another_version(programs: Programs, part: str) -> None:
    program = programs()
    ended = program.run("serve", "--only", part, "--port", str(program.port))
    assert ended.returncode != 0
    assert _is_one_sentence(ended.stderr)
    assert "older" in ended.stderr


def test_a_newer_database_is_left_alone(programs: Programs, data_dir: Path) -> None:
    program = programs()
    program.serve()
    with psycopg.connect(postgres.start(data_dir), autocommit=True) as conn:
        conn.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('store', '9999_later', now())")
    assert program.end() == 0
    ended = program.run("serve", "--port", str(program.port))
    assert ended.returncode != 0
    assert "9999_later" in ended.stderr


def test_one_folder_runs_once(programs: Programs) -> None:
    program = programs()
    program.serve()
    second = program.run("demo")
    assert second.returncode != 0
    assert "already runs" in second.stderr
    assert program.end() == 0


def test_the_first_administrator_is_made_on_the_command_line(programs: Programs, data_dir: Path) -> None:
    program = programs()
    program.serve()
    assert program.run("createuser", "anna", stdin="a long password\n").returncode == 0
    with psycopg.connect(postgres.start(data_dir)) as conn:
        assert conn.execute('SELECT username, role FROM "user"').fetchall() == [("anna", "administrator")]
    taken = program.run("createuser", "anna", stdin="a long password\n")
    assert taken.returncode != 0
    assert _is_one_sentence(taken.stderr)
    short = program.run("createuser", "boris", stdin="short\n")
    assert short.returncode != 0
    assert program.end() == 0


def test_the_secret_key_is_kept_and_private(programs: Programs, data_dir: Path) -> None:
    program = programs()
    program.serve()
    assert program.end() == 0
    key = data_dir / "secret-key"
    kept = key.read_text()
    assert key.stat().st_mode & 0o077 == 0
    program.serve()
    assert program.end() == 0
    assert key.read_text() == kept
