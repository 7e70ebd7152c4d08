"""Agreements kept in a folder of files and pushed through a real door: nobody's text is lost."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from typer.testing import CliRunner, Result

from pomona import clock
from pomona.actions.agreements import save_draft
from pomona.actions.api_keys import create_key
from pomona.actions.people import create_user
from pomona.agreement_remote import RefusedTransfer
from pomona.cli import app
from tests.capture.door import door

Conn = psycopg.Connection[Any]

TEXT = (
    "campaign: spring  # ours\nready: {pass_mark: 50, interest: [{name: call, when: {event: call}, points: 60}]}\n"
    "route: [{otherwise: {team: sales}}]\nrespond: {first_contact: [{otherwise: 1h}]}\n"
)


@pytest.fixture(scope="module")
def address(database_url: str) -> Iterator[str]:
    with door(database_url) as opened:
        yield opened


@pytest.fixture
def folder(conn: Conn, address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one agreement, and a key for whoever pushes from it."""
    user = create_user(conn, "m", role="marketing", password_hash="", user=None, now=clock.now())
    monkeypatch.setenv("POMONA_URL", address)
    monkeypatch.setenv("POMONA_API_KEY", create_key(conn, "git", user=user, now=clock.now()))
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    (tmp_path / "spring.yaml").write_text(TEXT)
    return tmp_path


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(app, ["agreement", *map(str, words)])


def refusal(result: Result) -> str:
    assert isinstance(result.exception, RefusedTransfer)
    return result.exception.code


def test_a_file_is_pushed_changed_and_proposed(folder: Path, conn: Conn) -> None:
    file = folder / "spring.yaml"
    assert run("push", file).output == "“spring” is saved as a draft, version 1.\n"
    assert run("push", file).output == "The server has the same text of “spring”.\n"
    file.write_text(TEXT.replace("60", "70"))
    assert run("push", file, "--propose").output == "Version 1 of “spring” is proposed.\n"
    assert conn.execute("SELECT state, document FROM agreement_version").fetchall() == [("proposed", file.read_text())]
    file.write_text(TEXT)
    assert "version 2" in run("push", file).output


def test_what_others_wrote_is_not_pushed_over_unseen(folder: Path, conn: Conn) -> None:
    file, theirs = folder / "spring.yaml", TEXT.replace("60", "65")
    run("push", file)
    save_draft(conn, theirs, user=None, now=clock.now())
    file.write_text(TEXT.replace("60", "70"))
    assert refusal(run("push", file)) == "changed_there"
    assert refusal(run("pull", "spring", file)) == "changed_here"
    assert run("pull", "spring", file, "--overwrite").exit_code == 0
    assert file.read_text() == theirs
    file.write_text(TEXT)
    assert run("push", file).exit_code == 0
    save_draft(conn, theirs, user=None, now=clock.now())
    assert run("push", file, "--overwrite").exit_code == 0
    assert conn.execute("SELECT document FROM agreement_version").fetchall() == [(TEXT,)]


def test_a_text_is_pulled_as_written(folder: Path) -> None:
    run("push", folder / "spring.yaml")
    assert run("pull", "spring", folder / "fresh.yaml").exit_code == 0
    assert (folder / "fresh.yaml").read_text() == TEXT
    assert refusal(run("pull", "autumn", folder / "autumn.yaml")) == "not_there"
    assert not (folder / "autumn.yaml").exists()


def test_a_refusal_says_what_is_wrong(folder: Path, address: str) -> None:
    (folder / "spring.yaml").write_text("campaign: spring\nready: 5\n")
    refused = run("push", folder / "spring.yaml")
    assert "Line 2, column 1" in str(refused.exception)
    wrong = run("push", folder / "spring.yaml", "--key", "pomona_wrong")
    assert "Make one on the settings page" in str(wrong.exception)
    assert refusal(run("push", folder / "spring.yaml", "--url", f"{address}/nowhere")) == "not_pomona"
    assert refusal(run("push", folder / "spring.yaml", "--url", "http://127.0.0.1:1")) == "unreachable"
