"""A version's page says what it would have changed, to those who write and sign; its numbers lead to people."""

import re
from typing import Any

import psycopg
import pytest

from pomona.actions.agreements import save_draft
from pomona.actions.spend import record_spend
from pomona.domain.event import DAY
from pomona.domain.spend import CampaignDay
from pomona.web.words import local
from tests.web.company import AGREEMENT, try_on_the_past
from tests.web.conftest import LogIn

Conn = psycopg.Connection[Any]


@pytest.fixture
def draft(conn: Conn, leads: dict[str, int], users: dict[str, int], now: int) -> int:
    """A draft under which only leads of eighty points ripen; its row's id."""
    text = AGREEMENT.replace("start: 55, min: 45", "start: 75, min: 45").replace(
        "{any: [{score: pass_mark}, {event: call back requested}]}", "{score: pass_mark}"
    )
    return save_draft(conn, text, user=users["marketing"], now=now).id


def test_what_would_change_stands_where_it_is_signed(conn: Conn, log_in: LogIn, draft: int, now: int) -> None:
    address = "/agreements/of/default/2/"
    assert "Not tried yet" in log_in("head").get(address).content.decode()
    try_on_the_past(conn, draft, 1, now=now)
    shown = log_in("head").get(address).content.decode()
    assert re.search(r"0\.\d ripe a week instead of 1\.\d: 0 gained, 3 lost\.", shown)
    assert f"/agreements/versions/{draft}/backtest/" in shown
    assert "Tried on the past" not in log_in("seller").get("/agreements/of/default/1/").content.decode()


def test_every_number_of_leads_leads_to_them(conn: Conn, log_in: LogIn, draft: int, now: int) -> None:
    kept = try_on_the_past(conn, draft, 1, now=now)
    page = log_in("marketing").get(f"/agreements/versions/{draft}/backtest/").content.decode()
    groups = dict(re.findall(rf'href="/agreements/backtests/{kept}/(\w+)/"[^>]*>(\d+)<', page))
    assert groups == {"lost": "3", "common": "2"}
    for group, count in groups.items():
        people = log_in("marketing").get(f"/agreements/backtests/{kept}/{group}/").content.decode()
        assert len(re.findall(r'<td><a href="/leads/\d+/"', people)) == int(count)
    assert "Анна Петрова" in log_in("marketing").get(f"/agreements/backtests/{kept}/common/").content.decode()


def test_a_draft_that_was_changed_since_says_so(
    conn: Conn, log_in: LogIn, draft: int, users: dict[str, int], now: int
) -> None:
    try_on_the_past(conn, draft, None, now=now)
    address = f"/agreements/versions/{draft}/backtest/"
    assert "was changed since" not in log_in("head").get(address).content.decode()
    save_draft(conn, AGREEMENT, user=users["marketing"], now=now)
    assert "was changed since" in log_in("head").get(address).content.decode()


def test_asking_begins_a_job_that_the_page_follows_and_cancels(conn: Conn, log_in: LogIn, draft: int) -> None:
    browser = log_in("marketing")
    address = f"/agreements/versions/{draft}/backtest/"
    assert browser.post(f"{address}ask/", {"against": "1", "days": "30"})["Location"] == address
    job = conn.execute("SELECT id, arguments FROM job").fetchone()
    assert job is not None
    assert job[1] == {"version": draft, "against": 1, "days": 30}
    assert f'hx-get="/jobs/{job[0]}/"' in browser.get(address).content.decode()
    conn.execute("UPDATE job SET state = 'running', share = 0.25, doing = 'after', started_at = created_at - 30000000")
    part = browser.get(f"/jobs/{job[0]}/", headers={"HX-Request": "true"}).content.decode()
    assert "Tries this version on every event" in part
    assert 'value="25"' in part
    assert "left" in part
    conn.execute("UPDATE job SET state = 'waiting'")
    browser.post(f"/jobs/{job[0]}/cancel/")
    assert browser.get(f"/jobs/{job[0]}/", headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    assert "Cancelled." in browser.get(address).content.decode()


def test_days_out_of_reason_are_refused(log_in: LogIn, draft: int) -> None:
    answer = log_in("marketing").post(
        f"/agreements/versions/{draft}/backtest/ask/", {"days": "9000"}, headers={"HX-Request": "true"}
    )
    assert answer.status_code == 422
    assert "9000" in answer.content.decode()


@pytest.mark.parametrize("language", ["ru", "en"])
def test_a_version_is_tried_alone_too(
    conn: Conn, log_in: LogIn, leads: dict[str, int], now: int, language: str
) -> None:
    try_on_the_past(conn, 1, None, now=now)
    page = log_in("head", language).get("/agreements/versions/1/backtest/").content.decode()
    assert re.search({"ru": r"В неделю созревало бы 1,\d\.", "en": r"1\.\d ripe a week\."}[language], page)
    assert {"ru": "другая версия", "en": "the other version"}[language] not in page


def test_what_is_exported_stands_with_the_sources(conn: Conn, log_in: LogIn, users: dict[str, int], now: int) -> None:
    from pomona.actions.sources import create_source

    create_source(conn, "site", "site", user=None, now=now)
    browser = log_in("admin")
    assert "Nothing is exported yet." in browser.get("/sources/").content.decode()
    conn.execute(
        "INSERT INTO job (kind, key, arguments, state, doing, share, error, created_at, ended_at, result) VALUES "
        "('export', 'export', '{}', 'done', 'export', 1, '', %(at)s, %(at)s, "
        """'{"seq": 12345, "days": 90, "bytes": 1048576}')""",
        {"at": now - DAY},
    )
    assert "event 12,345, 90 days, 1.0\xa0MB" in browser.get("/sources/").content.decode()


def test_what_a_ripe_lead_costs_stands_beside_what_would_change(
    conn: Conn, log_in: LogIn, draft: int, now: int
) -> None:
    address = f"/agreements/versions/{draft}/backtest/"
    try_on_the_past(conn, draft, 1, now=now)
    assert "nobody has told what the campaigns" in log_in("head", "en").get(address).content.decode()
    record_spend(conn, {CampaignDay("search-broad", local(now - 3 * DAY).date()): 1_000_00}, user=None, now=now)
    try_on_the_past(conn, draft, 1, now=now)
    page = log_in("head", "en").get(address).content.decode()
    assert "A ripe lead costs at least RUB\xa0500 instead of at least RUB\xa0200." in page
    assert "Spent in these days: RUB\xa01,000 (search-broad)." in page
    assert "расход" in log_in("head", "ru").get(address).content.decode().lower()
