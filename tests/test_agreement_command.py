"""`pomona agreement`: files are linted, compared and described without a database."""

import json
from pathlib import Path
from typing import Any

import psycopg
import pytest
from typer.testing import CliRunner

from pomona import clock
from pomona.agreement_file import RefusedFile
from pomona.cli import app
from pomona.domain.event import DAY
from tests.actions.sales import hire, open_office, ripen

EXAMPLES = Path(__file__).parents[1] / "docs/examples/agreements"
RUN = CliRunner()


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch, database_url: str) -> None:
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")


def test_a_clean_agreement_is_told_its_best_scores() -> None:
    answer = RUN.invoke(app, ["agreement", "lint", str(EXAMPLES / "default.yaml")])
    assert answer.exit_code == 0
    assert answer.output.count("\n") == 1
    assert "by a lead from a form 50 points" in answer.output
    assert "The pass mark is 40 points" in answer.output


def test_an_agreement_may_ask_for_lists_that_only_the_company_holds(tmp_path: Path) -> None:
    file = tmp_path / "default.yaml"
    rule = "never:\n    - {name: rival, when: {trait: company.domain, in_list: our rivals}}"
    file.write_text((EXAMPLES / "default.yaml").read_text().replace("never:", rule))
    answer = RUN.invoke(app, ["agreement", "lint", str(file)])
    assert (answer.exit_code, answer.output.count("\n")) == (0, 1)


def test_what_nobody_can_pass_ends_with_one(tmp_path: Path) -> None:
    file = tmp_path / "small.yaml"
    file.write_text((EXAMPLES / "smallest.yaml").read_text().replace("pass_mark: 30", "pass_mark: 300"))
    answer = RUN.invoke(app, ["agreement", "lint", str(file)])
    assert answer.exit_code == 1
    assert "Line 5, column 3: ready.pass_mark: Nobody can become ripe" in answer.output


def test_faults_are_told_with_their_lines(tmp_path: Path) -> None:
    file = tmp_path / "small.yaml"
    file.write_text("campaign: c\nready: 5\n")
    answer = RUN.invoke(app, ["agreement", "lint", str(file)])
    assert isinstance(answer.exception, RefusedFile)
    assert "Line 2, column 1" in str(answer.exception)


def test_the_difference_is_told_in_sentences(tmp_path: Path) -> None:
    small = EXAMPLES / "smallest.yaml"
    file = tmp_path / "small.yaml"
    file.write_text(small.read_text().replace("points: 10", "points: 15"))
    answer = RUN.invoke(app, ["agreement", "diff", str(small), str(file)])
    assert "- pricing page: 10 points for each page view" in answer.output
    assert "+ pricing page: 15 points for each page view" in answer.output
    assert RUN.invoke(app, ["agreement", "diff", str(small), str(small)]).output == "There is no difference.\n"


def test_the_schema_is_json() -> None:
    assert json.loads(RUN.invoke(app, ["agreement", "schema"]).output)["title"] == "Pomona agreement"


def test_a_file_is_tried_on_the_past(
    conn: psycopg.Connection[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POMONA_DATA", str(tmp_path))
    open_office(conn)
    hire(conn, "irina")
    ripen(conn, 1, now=clock.now() - DAY)
    file = tmp_path / "default.yaml"
    file.write_text((EXAMPLES / "smallest.yaml").read_text().replace("campaign: smallest", "campaign: default"))
    answer = RUN.invoke(app, ["agreement", "backtest", str(file), "--days", "30"])
    assert answer.exit_code == 0, answer.output
    assert "Ripe a week: 0.2; by the version in force: 0.2." in answer.output
    assert "The same: 1; accepted 0 of 0 (0%…100%) handed over; won so far 0 of 1 (0%…73%)." in answer.output
    assert "0 of 1 handed over; median wait —" in answer.output
    assert "irina: 0 leads, at most 0 of 20 at a time, 0 days full" in answer.output
    assert conn.execute("SELECT count(*) FROM agreement_backtest").fetchone() == (0,)
