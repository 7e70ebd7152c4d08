"""How agreements do, in the public API: the same numbers as on the pages, each with its leads."""

from datetime import timedelta
from typing import Any

import psycopg

from tests.web.api.asking import Program, code

Conn = psycopg.Connection[Any]
DEFAULT = "/api/v1/agreements/default"


def test_every_number_of_a_week_leads_to_its_leads(program: Program, leads: dict[str, int]) -> None:
    head = program("head")
    weeks = head.get(f"{DEFAULT}/promises?weeks=2").json()
    assert [week["running"] for week in weeks] == [True, False]
    counts = {
        each["number"]: sum(week["counts"][place]["leads"] for week in weeks)
        for place, each in enumerate(weeks[0]["counts"])
    }
    assert counts["ripe"] == 5
    for number, count in counts.items():
        behind = [
            lead
            for week in weeks
            for lead in head.get(f"{DEFAULT}/promises/{week['monday']}/leads/{number}").json()["items"]
        ]
        assert len(behind) == count, number


def test_the_leads_behind_a_number_come_a_page_at_a_time(program: Program, leads: dict[str, int]) -> None:
    head = program("head")
    (week, *_) = head.get(f"{DEFAULT}/promises").json()
    address = f"{DEFAULT}/promises/{week['monday']}/leads/ripe"
    everybody = head.get(address).json()["items"]
    first = head.get(f"{address}?limit=1").json()
    rest = head.get(f"{address}?after={first['next']}").json()
    assert [*first["items"], *rest["items"]] == everybody
    assert everybody[0]["to_handover"] is not None
    assert code(head.get(f"{DEFAULT}/promises/{timedelta.max.days}/leads/ripe"), 422) == "invalid"
    assert code(head.get(f"{DEFAULT}/promises/9999-12-31/leads/ripe"), 422) == "invalid"


def test_a_control_group_is_told_and_none_is_not_found(program: Program, conn: Conn, trial: int) -> None:
    head = program("head")
    held = head.get("/api/v1/agreements/held/holdout").json()
    assert (held["share"], [each["outcome"] for each in held["outcomes"]]) == (0.1, ["accepted", "qualified", "won"])
    assert held["outcomes"][0]["held_out"] == {"hits": 0, "total": 0, "value": None, "low": 0, "high": 1}
    people = head.get("/api/v1/agreements/held/holdout/leads?group=holdout&outcome=won").json()
    assert people == {"items": [], "next": None}
    assert code(head.get(f"{DEFAULT}/holdout"), 404) == "nothing_here"


def test_a_trial_is_read_and_ended(program: Program, conn: Conn, trial: int) -> None:
    head = program("head")
    assert [each["id"] for each in head.get("/api/v1/agreements/held/trials").json()] == [trial]
    going_on = head.get(f"/api/v1/trials/{trial}").json()
    assert (going_on["state"], going_on["to_go"], going_on["incumbent"]["version"]) == ("running", 300, 1)
    assert head.get(f"/api/v1/trials/{trial}/leads?side=challenger&step=won").json()["items"] == []
    address, key = f"/api/v1/trials/{trial}/end", {"Idempotency-Key": "end"}
    ended = [head.post(address, {"keep": "incumbent"}, "application/json", headers=key) for _ in range(2)]
    assert [each.json()["state"] for each in ended] == ["ended", "ended"]
    assert code(head.post(address, {"keep": "incumbent"}, "application/json"), 422) == "no_trial"
    assert code(program("admin").post(address, {"keep": "incumbent"}, "application/json"), 403) == "not_allowed"
    assert code(head.get("/api/v1/trials/99"), 404) == "nothing_here"


def test_campaigns_without_an_agreement_are_named_with_their_leads(program: Program, leads: dict[str, int]) -> None:
    marketing = program("marketing")
    found = {each["campaign"]: each["leads"] for each in marketing.get("/api/v1/campaigns/unagreed").json()}
    assert found == {"search-broad": 4, "spring-ebook": 1}
    people = marketing.get("/api/v1/campaigns/unagreed/leads?campaign=spring-ebook").json()["items"]
    assert [each["name"] for each in people] == ["Анна Петрова"]
