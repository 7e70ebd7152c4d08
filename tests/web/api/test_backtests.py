"""Backtests in the public API: asked for, followed, cancelled, read with their leads."""

import threading
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.test import override_settings

from pomona.actions.agreements import save_draft
from pomona.work import jobs
from tests.web.api.asking import Program, code
from tests.web.company import AGREEMENT, try_on_the_past

Conn = psycopg.Connection[Any]
BACKTESTS = "/api/v1/agreements/default/versions/2/backtests"


@pytest.fixture
def draft(conn: Conn, leads: dict[str, int], users: dict[str, int], now: int) -> int:
    """A draft under which only leads with many points ripen; its row's id."""
    text = AGREEMENT.replace("start: 55, min: 45", "start: 75, min: 45").replace(
        "{any: [{score: pass_mark}, {event: call back requested}]}", "{score: pass_mark}"
    )
    return save_draft(conn, text, user=users["marketing"], now=now).id


def test_a_backtest_is_asked_for_followed_and_cancelled(program: Program, conn: Conn, draft: int) -> None:
    marketing = program("marketing")
    body = {"days": 30, "against": {"agreement": "default", "number": 1}}
    asked = marketing.post(BACKTESTS, body, "application/json")
    assert asked.status_code == 202
    assert conn.execute("SELECT arguments FROM job").fetchall() == [({"version": draft, "against": 1, "days": 30},)]
    conn.execute("UPDATE job SET state = 'running', share = 0.25, doing = 'after', started_at = created_at - 30000000")
    going_on = marketing.get(asked["Location"]).json()
    assert (going_on["state"], going_on["share"], going_on["doing"]) == ("running", 0.25, "after")
    assert going_on["seconds_left"] >= 90
    assert marketing.post(BACKTESTS, {"days": 7}, "application/json")["Location"] == asked["Location"]
    assert marketing.post(f"{asked['Location']}/cancel").json()["cancelling"]


def test_a_backtest_that_was_carried_out_is_where_its_job_says(
    program: Program, database_url: str, draft: int, tmp_path: Path
) -> None:
    marketing = program("marketing")
    asked = marketing.post(BACKTESTS, {"days": 30}, "application/json")
    with override_settings(EXPORT_DIR=tmp_path):
        jobs.carry_out(database_url, asked.json()["id"], threading.Event())
    done = marketing.get(asked["Location"]).json()
    assert (done["state"], done["share"], done["error"]) == ("done", 1, None)
    found = marketing.get(f"/api/v1/backtests/{done['backtest']}").json()
    assert (found["days"], found["against"], found["before"]) == (30, None, None)
    assert found["asked_by"] == "Марина Кетова"
    assert [each["group"] for each in found["groups"]] == ["ripe"]


def test_a_job_that_failed_says_why(program: Program, conn: Conn, draft: int) -> None:
    marketing = program("marketing")
    asked = marketing.post(BACKTESTS, {}, "application/json")
    conn.execute("UPDATE job SET state = 'failed', error = 'no_past', ended_at = created_at")
    failed = marketing.get(asked["Location"]).json()
    assert (failed["state"], failed["error"], failed["backtest"]) == ("failed", "no_past", None)


def test_what_is_kept_says_all_that_the_page_says(
    program: Program, conn: Conn, draft: int, users: dict[str, int], now: int
) -> None:
    kept = try_on_the_past(conn, draft, 1, now=now)
    found = program("head").get(f"/api/v1/backtests/{kept}").json()
    assert (found["version"], found["against"]["number"]) == ({"agreement": "default", "number": 2}, 1)
    assert sum(day["ripe"] for day in found["after"]["per_day"]) == found["after"]["ripe"] == 2
    groups = {each["group"]: each for each in found["groups"]}
    assert {name: each["leads"] for name, each in groups.items()} == {"lost": 3, "common": 2}
    accepted = groups["lost"]["accepted"]
    assert 0 <= accepted["low"] <= accepted["value"] <= accepted["high"] <= 1
    routing = found["before"]["routing"]
    assert sum(each["leads"] for each in routing["rules"]) == routing["handed_over"]
    assert {each["rule"]: each["leads"] for each in routing["rules"]}["сервис"] == 0, "never fires"
    assert {each["name"] for each in routing["sellers"]} >= {"Семён Продин"}


def test_the_leads_of_a_group_come_a_page_at_a_time(program: Program, conn: Conn, draft: int, now: int) -> None:
    kept = try_on_the_past(conn, draft, 1, now=now)
    head, address = program("head"), f"/api/v1/backtests/{kept}/leads/lost"
    everybody = head.get(address).json()["items"]
    assert len(everybody) == 3
    assert all(each["ripe_at"] is None and each["ripe_before_at"] for each in everybody)
    seen, after = [], ""
    for _ in range(3):
        page = head.get(f"{address}?limit=1&after={after}").json()
        seen += page["items"]
        after = page["next"]
    assert (seen, after) == (everybody, None)
    assert code(head.get(f"{address}?after=nonsense"), 422) == "no_such_page"


def test_the_kept_ones_of_a_version_are_listed(program: Program, conn: Conn, draft: int, now: int) -> None:
    kept = [try_on_the_past(conn, draft, 1, now=now) for _ in range(2)]
    marketing = program("marketing")
    first = marketing.get(f"{BACKTESTS}?limit=1").json()
    second = marketing.get(f"{BACKTESTS}?limit=1&after={first['next']}").json()
    assert [each["id"] for page in (first, second) for each in page["items"]] == kept[::-1]
    assert (first["items"][0]["stale"], second["next"]) == (False, None)


@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        ({"days": 9000}, "days_out_of_range"),
        ({"against": {"agreement": "default", "number": 2}}, "against_itself"),
        ({"days": "many"}, "invalid"),
    ],
)
def test_what_cannot_be_tried_is_refused(program: Program, draft: int, body: dict[str, Any], refusal: str) -> None:
    assert code(program("marketing").post(BACKTESTS, body, "application/json"), 422) == refusal


def test_what_is_not_there_is_not_found(program: Program, draft: int) -> None:
    marketing = program("marketing")
    against = {"against": {"agreement": "nobody", "number": 1}}
    assert code(marketing.post(BACKTESTS, against, "application/json"), 404) == "nothing_here"
    for address in ("jobs/99", "backtests/99", "backtests/99/leads/lost", "agreements/default/versions/9/backtests"):
        assert code(marketing.get(f"/api/v1/{address}"), 404) == "nothing_here"
