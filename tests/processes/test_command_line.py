"""What cannot work is one sentence and an exit code that is not 0; nothing is half-made."""

import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from django.contrib.auth.hashers import make_password

from pomona import postgres
from pomona.actions.demo_company import PASSWORD, begin_demo, complete_demo
from pomona.demo.company import hire
from pomona.work.supervisor import EXIT_UNUSABLE
from tests.conftest import NOW

Programs = Callable[..., Any]

AGREEMENT = """
campaign: default
ready:
  captured: {known: email}
  interest: [{name: prices, when: {event: page, path: /pricing}, points: 10}]
  pass_mark: {start: 10, min: 10, max: 10}
  mql: {score: pass_mark}
route: [{otherwise: {team: inbound}, by: round_robin}]
respond: {first_contact: [{otherwise: 1h}]}
"""
EVENTS = """
{"t": "2026-03-02T10:00:00Z", "name": "identify", "person": "1", "traits": {"email": "anna@plant.example"}}
{"t": "2026-03-02T10:01:00Z", "name": "page", "person": "1", "path": "/pricing"}
"""


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


def test_one_folder_runs_once(served: Any) -> None:
    second = served.run("demo")
    assert second.returncode != 0
    assert _is_one_sentence(second.stderr)
    assert "already runs" in second.stderr


def test_the_first_administrator_is_made_on_the_command_line(served: Any) -> None:
    assert served.run("createuser", "anna", stdin="a long password\n").returncode == 0
    with psycopg.connect(postgres.start(served.data_dir)) as conn:
        assert conn.execute("SELECT role FROM \"user\" WHERE username = 'anna'").fetchall() == [("administrator",)]


def test_a_user_that_cannot_be_is_said(served: Any) -> None:
    assert served.run("createuser", "boris", stdin="a long password\n").returncode == 0
    taken = served.run("createuser", "boris", stdin="a long password\n")
    assert taken.returncode != 0
    assert _is_one_sentence(taken.stderr)
    assert served.run("createuser", "vera", stdin="short\n").returncode != 0


def test_a_csv_file_is_imported_once(served: Any, tmp_path: Path) -> None:
    file = tmp_path / "leads.csv"
    file.write_text("Mail;Title\nanna@plant.example;director\nnobody;director\n")
    ended = served.run("import", str(file), "--map", "email=Mail", "--map", "job_title=Title")
    assert ended.returncode == 0, ended.stderr
    assert "1 imported" in ended.stdout
    assert (tmp_path / "leads.refused.csv").exists()
    again = served.run("import", str(file), "--map", "email=Mail", "--map", "job_title=Title")
    assert "0 imported, 1 known already" in again.stdout


def test_open_pages_do_not_hold_up_the_end(served: Any) -> None:
    assert served.run("createuser", "clara", stdin="a long password\n").returncode == 0
    with httpx.Client(base_url=served.address, timeout=30) as browser:
        browser.get("/login/")
        form = {"username": "clara", "password": "a long password"}
        token = {"csrfmiddlewaretoken": browser.cookies["csrftoken"]}
        assert browser.post("/login/", data=form | token).status_code == 302
        with browser.stream("GET", "/live") as live:
            assert live.status_code == 200
            assert served.end() == 0
    assert "child killed" not in (served.data_dir / "serve.log").read_text()
    served.serve()


def test_a_demo_with_known_passwords_opens_on_this_machine_only(served: Any, database_url: str) -> None:
    """Where others could log in with a password that everybody knows, it does not start."""
    with psycopg.connect(postgres.start(served.data_dir), autocommit=True) as conn:
        conn.execute("DELETE FROM installation")
        begin_demo(
            conn, company="Pumps", time_zone="Europe/Moscow", language="en", currency="RUB", secret=b"demo", now=NOW
        )
        hire(conn, "en", make_password(PASSWORD), now=NOW)
        complete_demo(conn, seed=1)
    assert served.end() == 0
    for alone in ((), ("--only", "door")):
        refused = served.run("serve", *alone, "--host", "0.0.0.0", "--port", str(served.port))
        assert refused.returncode != 0
        assert _is_one_sentence(refused.stderr)
        assert "127.0.0.1" in refused.stderr
    served.serve()


def test_a_restart_keeps_the_secret_key(served: Any) -> None:
    key = served.data_dir / "secret-key"
    kept = key.read_text()
    assert key.stat().st_mode & 0o077 == 0
    assert served.end() == 0
    served.serve()
    assert key.read_text() == kept


def test_a_database_that_became_newer_ends_the_program_and_every_start(served: Any) -> None:
    with psycopg.connect(postgres.start(served.data_dir), autocommit=True) as conn:
        conn.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('store', '9999_later', now())")
    assert served.parent.wait(60) == EXIT_UNUSABLE
    assert "9999_later" in (served.data_dir / "serve.log").read_text()
    refused = served.run("serve", "--port", str(served.port))
    assert refused.returncode != 0
    assert _is_one_sentence(refused.stderr)
    assert "9999_later" in refused.stderr


def test_a_file_of_events_is_scored_without_a_database(programs: Programs, tmp_path: Path) -> None:
    (tmp_path / "agreement.yaml").write_text(AGREEMENT)
    (tmp_path / "events.jsonl").write_text(EVENTS)
    ended = programs(DATABASE_URL="postgresql://nobody@127.0.0.1:1/none").run(
        "score", str(tmp_path / "events.jsonl"), "--agreement", str(tmp_path / "agreement.yaml")
    )
    assert ended.returncode == 0, ended.stderr
    assert "anna@plant.example" in ended.stdout
    assert "10" in ended.stdout
