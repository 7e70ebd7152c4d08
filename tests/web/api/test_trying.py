"""Trying an agreement on leads in the public API: a draft previewed, one lead walked through; nothing is saved."""

from typing import Any

import psycopg
import pytest
from django.core.cache import cache

from tests.web.api.asking import YAML, Program, code
from tests.web.company import AGREEMENT

Conn = psycopg.Connection[Any]
TRY = "/api/v1/agreements/default/versions/1/try"
INVENTED = {
    "traits": {"job_title": "директор"},
    "answers": {"timeline": "now"},
    "acts": [
        {"event": "page", "what": "/pricing", "times": 2},
        {"event": "webinar attended", "days_ago": 60, "what": "webinar: pumps"},
    ],
}


@pytest.fixture(autouse=True)
def forgotten() -> None:
    """Nothing is kept of a preview before."""
    cache.clear()


def test_an_invented_lead_is_walked_through(program: Program, users: dict[str, int]) -> None:
    walked = program("seller").post(TRY, {"invented": INVENTED}, "application/json").json()
    rules = {each["name"]: each for each in walked["rules"]}
    assert {name: each["points"] for name, each in rules.items() if each["points"]} == {
        "решает сам": 20,
        "смотрел цены": 20,
        "вебинар": 12.5,
        "купит в этом квартале": 30,
    }
    assert (rules["размер компании"]["holds"], rules["взял руководство"]["holds"]) == (None, False)
    assert [event["points"] for event in rules["смотрел цены"]["events"]] == [10, 10]
    assert walked["score"] == sum(each["points"] for each in rules.values()) == 82.5
    assert (walked["grade"], walked["readiness"], walked["missing"]) == ("A", "not captured", None)
    assert [part["holds"] for part in walked["captured"]["parts"]] == [False, False]
    assert [(line["holds"], line["decides"]) for line in walked["route"]] == [
        (None, False),
        (None, False),
        (True, True),
    ]
    assert (walked["seller"], walked["waits_for"]) == (users["seller"], None)


def test_what_is_missing_is_named(program: Program) -> None:
    walked = program("marketing").post(TRY, {}, "application/json").json()
    assert walked["missing"]["points"] == walked["pass_mark"] == 55
    assert {"section": "interest", "rule": "вебинар", "points": 75, "hits": 3} in walked["missing"]["ways"]


def test_a_real_lead_is_tried_by_whoever_may_see_it(program: Program, leads: dict[str, int], conn: Conn) -> None:
    before = conn.execute("SELECT count(*), max(seq) FROM journal").fetchone()
    anna = {"lead": leads["Анна Петрова"]}
    walked = program("seller").post(TRY, anna, "application/json").json()
    assert (walked["readiness"], walked["grade"]) == ("ripe", "A")
    assert code(program("other").post(TRY, anna, "application/json"), 403) == "no_such_lead"
    assert conn.execute("SELECT count(*), max(seq) FROM journal").fetchone() == before


@pytest.mark.parametrize(
    "invented",
    [
        {"acts": [{"event": "page", "times": 51}]},
        {"acts": [{"event": "page"}] * 51},
        {"traits": {"email": "x" * 201}},
        {"answers": {"a\0b": "x"}},
        {"acts": [{"event": ""}]},
    ],
)
def test_nobody_is_invented_beyond_measure(program: Program, invented: Any) -> None:
    assert code(program("marketing").post(TRY, {"invented": invented}, "application/json"), 422) == "invalid"


def test_a_text_is_previewed_on_real_leads(program: Program, leads: dict[str, int], conn: Conn) -> None:
    text = AGREEMENT.replace("points: 30}", "points: 5}")
    found = program("head").post("/api/v1/agreements/preview", text.encode(), YAML).json()
    assert (found["against"], found["total"], found["counted"]) == ({"agreement": "default", "number": 1}, 5, 5)
    assert sum(bar["leads"] for bar in found["scores"]) == sum(bar["before"] for bar in found["scores"]) == 5
    anna = next(each for each in found["leads"] if each["lead"] == leads["Анна Петрова"])
    assert anna["changes"] == [{"section": "answers", "rule": "купит в этом квартале", "before": 30, "after": 5}]
    assert anna["before"]["score"] - anna["after"]["score"] == pytest.approx(25)
    assert conn.execute("SELECT count(*) FROM agreement_version").fetchone() == (1,)


def test_a_faulty_text_is_not_previewed(program: Program) -> None:
    faulty = program("head").post("/api/v1/agreements/preview", b"campaign: [", YAML)
    assert code(faulty, 422) == "yaml_syntax"


def test_names_that_came_are_offered_with_how_often(program: Program, leads: dict[str, int]) -> None:
    kinds = {each["kind"]: each["names"] for each in program("marketing").get("/api/v1/vocabulary").json()}
    assert {"value": "search-broad", "count": 4, "title": ""} in kinds["campaigns"]
    assert {"value": "volga", "count": 1, "title": "Волга"} in kinds["team"]
