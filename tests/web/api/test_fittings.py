"""Fittings in the public API: people invited, leads judged blind, results as counts."""

from typing import Any

import psycopg
import pytest
from django.test import Client

from pomona.actions.agreements import save_draft
from pomona.domain.event import DAY, MINUTE
from tests.actions.engine import run_engine
from tests.web.api.asking import Program, code
from tests.web.company import Site

Conn = psycopg.Connection[Any]
FITTING = "/api/v1/agreements/spring/versions/1/fitting"
LEADS = 6
SECRETS = ("7843", "zavod.example", "Тайная", "Кама-пром", "score", "points", "grade", "stage")


@pytest.fixture
def draft(conn: Conn, users: dict[str, int], now: int) -> int:
    """A draft, and past leads that told how to reach them; the draft's row id."""
    site = Site(conn)
    for number in range(LEADS):
        at, who = now - (20 - number) * DAY, f"v{number}"
        site.identify(
            who,
            at,
            name=f"Тайная Персона {number}",
            email=f"persona{number}@zavod.example",
            phone=f"+7843210101{number}",
            job_title=f"инженер, persona{number}@zavod.example",
            company={"name": "Кама-пром", "employees": 120},
        )
        site.page(who, at + MINUTE, "/pricing")
    run_engine(conn, now=now)
    return save_draft(conn, "campaign: spring\nextends: default\n", user=users["marketing"], now=now).id


def invite(client: Client, users: list[int]) -> Any:
    """Invite users; the fitting then."""
    answer = client.post(f"{FITTING}/invitations", {"users": users}, "application/json")
    assert answer.status_code == 200
    return answer.json()


def judge_all(client: Client, judgement: str) -> Any:
    """Judge every lead as it comes; the end of the way."""
    (own,) = client.get("/api/v1/judgings").json()
    way = client.get(f"/api/v1/judgings/{own['id']}").json()
    while way["next"]:
        address = f"/api/v1/judgings/{own['id']}/leads/{way['next']['place']}"
        way = client.put(address, {"judgement": judgement}, "application/json").json()
    return way


def test_a_fitting_goes_from_the_first_invitation_to_its_result(
    program: Program, draft: int, users: dict[str, int]
) -> None:
    head = program("head")
    before = head.get(FITTING).json()
    assert before["result"] is None
    assert {each["judged"] for each in before["people"]} == {None}
    begun = invite(head, [users["seller"], users["marketing"], users["admin"], 999])
    assert {each["user"]: each["judged"] for each in begun["people"] if each["judged"] is not None} == {
        users["seller"]: 0,
        users["marketing"]: 0,
    }
    assert judge_all(program("seller"), "take")["judged"] == {"take": LEADS, "leave": 0, "unsure": 0}
    assert program("marketing").get(FITTING).json()["result"] is None
    judge_all(program("marketing"), "take")
    assert program("marketing").get(FITTING).json()["result"] is not None
    result = head.get(FITTING).json()["result"]
    assert (result["invited"], result["finished"], len(result["leads"])) == (2, 2, LEADS)
    assert result["leads"][0]["sales"] == {"take": 1, "leave": 0, "unsure": 0}
    assert (result["sides"]["value"], result["draft"]["value"]) == (1, 0)
    assert result["remedies"][0]["mends"] > 0
    assert program("seller").get("/api/v1/judgings").json() == []


def test_whoever_judges_sees_nobody(program: Program, draft: int, users: dict[str, int]) -> None:
    invite(program("head"), [users["seller"]])
    seller = program("seller", "ru")
    for place in range(LEADS):
        shown = str(seller.get(f"/api/v1/judgings/{draft}").json())
        assert "инженер" in shown
        assert not [secret for secret in SECRETS if secret in shown]
        seller.put(f"/api/v1/judgings/{draft}/leads/{place}", {"judgement": "not"}, "application/json")


def test_a_judgement_is_taken_back_by_another_one(program: Program, draft: int, users: dict[str, int]) -> None:
    invite(program("head"), [users["seller"]])
    seller, address = program("seller"), f"/api/v1/judgings/{draft}/leads/0"
    for judgement in ("take", "take", "unsure"):
        judged = seller.put(address, {"judgement": judgement}, "application/json").json()
    assert (judged["judged"], judged["left"]) == ({"take": 0, "leave": 0, "unsure": 1}, LEADS - 1)
    assert code(seller.put(address, {"judgement": "love"}, "application/json"), 422) == "invalid"
    nobody = seller.put(f"/api/v1/judgings/{draft}/leads/99", {"judgement": "take"}, "application/json")
    assert code(nobody, 422) == "no_such_lead"


def test_only_ones_own_invitation_is_open(program: Program, draft: int, users: dict[str, int]) -> None:
    invite(program("head"), [users["seller"]])
    for login in ("other", "marketing", "admin"):
        client = program(login)
        assert client.get("/api/v1/judgings").json() == []
        assert code(client.get(f"/api/v1/judgings/{draft}"), 403) == "not_allowed"
        answer = client.put(f"/api/v1/judgings/{draft}/leads/0", {"judgement": "take"}, "application/json")
        assert answer.status_code in (403, 422)
    assert code(program("seller").get(FITTING), 403) == "not_allowed"


def test_invitations_sent_again_invite_once(program: Program, conn: Conn, draft: int, users: dict[str, int]) -> None:
    head, body, key = program("head"), {"users": [users["seller"]]}, {"Idempotency-Key": "invite"}
    answers = [head.post(f"{FITTING}/invitations", body, "application/json", headers=key) for _ in range(2)]
    assert answers[0].content == answers[1].content
    assert conn.execute("SELECT count(*) FROM fitting_judge").fetchone() == (1,)


def test_only_a_draft_is_fitted(program: Program, users: dict[str, int]) -> None:
    address = "/api/v1/agreements/default/versions/1/fitting/invitations"
    answer = program("head").post(address, {"users": [users["seller"]]}, "application/json")
    assert code(answer, 422) == "not_a_draft"
