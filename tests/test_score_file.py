"""`pomona score`: people of a file of events, scored without a database."""

import json
from pathlib import Path
from typing import Any

import pytest

from pomona.domain.errors import PomonaError
from pomona.score_file import ScoreReport, render, score_file

TERMS = """
campaign: c
runs: {time_zone: Europe/Moscow}
ready:
  fit:
    - {name: head, when: {trait: job_title, seniority: head}, points: 20}
    - {name: free, when: {trait: email, kind: free_mail}, points: -5}
  interest:
    - {name: prices, when: {event: page, path: /pricing*}, points: 10, half_life: 1d, at_most: 20}
  pass_mark: 30
route: [{otherwise: {team: x}}]
respond: {first_contact: [{otherwise: 1h}]}
"""


def report(tmp_path: Path, *events: dict[str, Any] | str, terms: str = TERMS, **rest: Any) -> ScoreReport:
    lines = [event if isinstance(event, str) else json.dumps(event) for event in events]
    (tmp_path / "events.jsonl").write_text("\n".join(lines), encoding="utf-8")
    (tmp_path / "terms.yaml").write_text(terms, encoding="utf-8")
    return score_file(tmp_path / "events.jsonl", tmp_path / "terms.yaml", **rest)


def page(hour: int, **rest: Any) -> dict[str, Any]:
    return {"t": f"2026-03-02T{hour:02}:00:00Z", "name": "page", "path": "/pricing", **rest}


ANNA = {"t": "2026-03-02T08:00:00Z", "traits": {"email": "anna@zavod.example", "title": "Head of engineering"}}


def test_plain_events_are_one_persons(tmp_path: Path) -> None:
    found = report(tmp_path, page(7), ANNA, page(9))
    (anna,) = found.people
    assert anna.score.fit == 20_000
    assert [points.rule for points in anna.score.points] == ["head", "prices"]
    assert anna.captured_at is not None
    assert anna.ripe_at == found.at


def test_people_are_told_apart_and_the_highest_score_comes_first(tmp_path: Path) -> None:
    found = report(tmp_path, page(7, person="boris"), {**ANNA, "person": "anna"}, page(9, person="anna"))
    assert [person.score.total for person in found.people] == [30_000, 9_439]


def test_segment_calls_are_read_as_the_collector_reads_them(tmp_path: Path) -> None:
    found = report(
        tmp_path,
        {"type": "page", "anonymousId": "v", "timestamp": "2026-03-02T07:00:00Z", "properties": {"path": "/pricing"}},
        {
            "type": "identify",
            "anonymousId": "v",
            "timestamp": "2026-03-02T08:00:00Z",
            "traits": {"email": "a@gmail.com"},
        },
        {"type": "page", "anonymousId": "w", "timestamp": "2026-03-02T08:00:00Z"},
    )
    (person,) = found.people
    assert (person.events, person.score.fit, found.unknown) == (2, -5_000, 1)


def test_a_message_sent_twice_counts_once(tmp_path: Path) -> None:
    call = {"type": "page", "userId": "1", "messageId": "m", "timestamp": "2026-03-02T07:00:00Z"}
    call["properties"] = {"path": "/pricing"}
    assert report(tmp_path, call, call).people[0].score.total == 10_000


def test_as_of_an_earlier_moment(tmp_path: Path) -> None:
    whole = report(tmp_path, ANNA, page(9))
    assert report(tmp_path, ANNA, page(9), at=whole.at - 1).people[0].score.interest == 0


def test_a_line_that_is_no_event_is_told_and_the_others_count(tmp_path: Path) -> None:
    found = report(tmp_path, ANNA, "nonsense", {"type": "dance"}, "", page(9))
    assert [refused.line for refused in found.refused] == [2, 3]
    assert found.people[0].events == 2
    assert "Line 2 refused: " in render(found, "en")
    assert "Строка 3 не принята: " in render(found, "ru")


@pytest.mark.parametrize(
    ("language", "said"), [("ru", "созрел 2026-03-02 09:00"), ("en", "ripe since 2026-03-02 09:00")]
)
def test_the_report_shows_reasons_that_add_up(tmp_path: Path, language: Any, said: str) -> None:
    text = render(report(tmp_path, ANNA, page(9)), language)
    assert said in text
    assert "anna@zavod.example · Head of engineering" in text
    assert ("портрет 20 + интерес 10 + ответы 0" if language == "ru" else "fit 20 + interest 10 + answers 0") in text


def test_house_rules_are_the_file_of_that_name_beside(tmp_path: Path) -> None:
    (tmp_path / "default.yaml").write_text(TERMS.replace("campaign: c", "campaign: default"))
    assert report(tmp_path, ANNA, terms="campaign: own\nextends: default").people[0].score.fit == 20_000


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        (TERMS.replace("points: 20", "points: many"), "Line 6, column 63: ready.fit.1.points: this must be a number."),
        (f"{TERMS}\nextends: default", "Line 14, column 1: extends: the agreement “default”"),
        ("a: [", "this is not YAML"),
    ],
)
def test_a_faulty_agreement_is_told_with_its_lines(tmp_path: Path, terms: str, said: str) -> None:
    with pytest.raises(PomonaError) as refused:
        report(tmp_path, ANNA, terms=terms)
    assert said in refused.value.text("en")
    assert refused.value.text("ru") != refused.value.text("en")


def test_files_without_events_or_none_at_all_are_refused(tmp_path: Path) -> None:
    with pytest.raises(PomonaError, match="no event"):
        report(tmp_path, "")
    with pytest.raises(PomonaError, match="cannot be opened"):
        score_file(tmp_path / "none", tmp_path / "terms.yaml")
