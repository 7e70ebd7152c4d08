"""One lead tried under a version: real or invented, every step told, nobody shown who may not be seen."""

from typing import Any
from urllib.parse import urlencode

import psycopg

from tests.web.company import AGREEMENT
from tests.web.conftest import LogIn

Conn = psycopg.Connection[Any]
TRY = "/agreements/try/"


def test_a_real_lead_is_found_and_walked_through_step_by_step(log_in: LogIn, leads: dict[str, int]) -> None:
    browser = log_in("head", "en")
    found = browser.get(TRY, {"q": "Петрова"}).content.decode()
    assert f"lead={leads['Анна Петрова']}" in found
    page = browser.get(TRY, {"lead": leads["Анна Петрова"]}).content.decode()
    assert "<strong>ripe</strong>" in page
    assert "10 points for each page view of /pricing" in page
    assert "looked at /pricing" in page
    assert "the score reaches the pass mark" in page
    assert "the next in turn: Семён Продин" in page or "nobody could take it" in page


def test_a_lead_short_of_the_mark_is_told_what_would_make_it_ripe(log_in: LogIn, users: dict[str, int]) -> None:
    told = {"trait.email": "a@zavod.example", "trait.job_title": "директор", "event": "page", "what": "/pricing"}
    page = log_in("marketing", "ru").get(TRY, {"invent": 1, **told, "days": "0", "times": "1"}).content.decode()
    assert "До проходного балла не хватает: 25." in page
    assert "Хватило бы одного из этих правил:" in page
    assert "<strong>вебинар</strong>" in page
    assert "<strong>не созрел</strong>" in page


def test_under_a_draft_other_points_count(log_in: LogIn, users: dict[str, int], conn: Conn) -> None:
    browser = log_in("marketing", "en")
    browser.post("/agreements/write/", {"text": AGREEMENT.replace("points: 20", "points: 60")})
    row = conn.execute("SELECT max(id) FROM agreement_version").fetchone()
    assert row is not None
    asked = {"version": row[0], "invent": 1, "trait.email": "a@zavod.example", "trait.job_title": "директор"}
    assert "60 points, pass mark 55" in browser.get(TRY, asked).content.decode()
    assert log_in("seller").get(TRY, asked).status_code == 404


def test_a_seller_tries_own_leads_only(log_in: LogIn, leads: dict[str, int]) -> None:
    other = log_in("other", "en")
    assert other.get(TRY, {"lead": leads["Анна Петрова"]}).status_code == 403
    assert "Анна" not in other.get(TRY, {"q": "Петрова"}).content.decode()


def test_nonsense_in_the_address_is_no_crash(log_in: LogIn, leads: dict[str, int]) -> None:
    browser = log_in("head")
    asked = [("invent", "1"), *[("event", "x" * 5000), ("days", "-1"), ("times", "9" * 30), ("what", ":::")] * 3]
    assert browser.get(f"{TRY}?{urlencode(asked)}").status_code == 200
    assert browser.get(TRY, {"lead": "9" * 40}).status_code == 200
    assert browser.get(TRY, {"version": "x"}).status_code == 404
