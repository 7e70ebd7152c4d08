"""The live preview: real leads before and after, faulty texts told, nothing changed, nothing slow."""

from time import perf_counter
from typing import Any

import psycopg
import pytest
from django.core.cache import cache
from django.test import Client

from pomona.web.histogram import histogram
from tests.web.company import AGREEMENT
from tests.web.conftest import LogIn

Conn = psycopg.Connection[Any]
TEN, ALL = "/agreements/preview/", "/agreements/preview/scores/"
OTHER = AGREEMENT.replace("points: 25", "points: 35").replace("start: 55", "start: 45")


@pytest.fixture(autouse=True)
def forgotten() -> None:
    """Nothing is kept from the test before."""
    cache.clear()


def text_of(browser: Client, address: str, text: str) -> str:
    answer = browser.post(address, {"text": text})
    assert answer.status_code == 200
    return answer.content.decode().replace("\xa0", " ")


def test_leads_stand_with_old_and_new_score_and_the_rule_that_makes_the_difference(
    log_in: LogIn, leads: dict[str, int], conn: Conn
) -> None:
    before = conn.execute("SELECT count(*), max(seq) FROM journal").fetchone()
    page = text_of(log_in("marketing", "ru"), TEN, OTHER)
    assert "Сейчас — по версии 1, потом — по этому черновику." in page
    for name in leads:
        assert name in page
    assert page.count("<strong>+10</strong> <span><span>вебинар</span>") == 4
    assert "35 баллов за первое участие в вебинаре" in page
    assert conn.execute("SELECT count(*), max(seq) FROM journal").fetchone() == before
    assert conn.execute("SELECT count(*) FROM agreement_version").fetchone() == (1,)


def test_all_scores_stand_as_bars_and_as_a_table_with_who_is_ripe(log_in: LogIn, leads: dict[str, int]) -> None:
    page = text_of(log_in("head", "en"), ALL, OTHER)
    assert "Ripe now: <strong>5 → 5</strong>" in page
    assert "of 5 leads of this campaign" not in page  # fewer than ten: the base
    assert "of 5 leads" in page
    assert "Line: pass mark 45" in page
    assert "(dotted: 55 today)" in page
    assert "<table" in page


def test_what_is_wrong_is_counted_and_the_first_place_told(log_in: LogIn) -> None:
    browser = log_in("marketing", "en")
    for address in (TEN, ALL):
        assert "4 things to put right first" in text_of(browser, address, AGREEMENT.replace("points: 2", "pionts: 2"))
        assert "Line 1, column 12" in text_of(browser, address, "campaign: {")


def test_a_huge_or_endlessly_nested_text_is_refused_quickly(log_in: LogIn) -> None:
    browser = log_in("marketing")
    start = perf_counter()
    assert browser.post(TEN, {"text": "a" * 10_000_000}).status_code in (200, 400)
    assert "1 thing to put right first" in text_of(browser, TEN, "campaign: " + "[" * 10_000)
    assert "1 thing to put right first" in text_of(browser, TEN, "a" * 300_000)
    assert perf_counter() - start < 3


def test_a_draft_shows_its_preview_and_a_version_in_force_none(log_in: LogIn) -> None:
    browser = log_in("marketing")
    assert "agreements/preview/" not in browser.get("/agreements/of/default/").content.decode()
    browser.post("/agreements/write/", {"text": OTHER})
    assert 'hx-post="/agreements/preview/"' in browser.get("/agreements/of/default/2/").content.decode()


def test_before_any_lead_or_agreement_it_says_so(log_in: LogIn, conn: Conn) -> None:
    conn.execute("TRUNCATE agreement CASCADE")
    browser = log_in("marketing")
    page = text_of(browser, TEN, AGREEMENT)
    assert "No version scores these leads today." in page
    assert "No lead has come yet" in page
    assert "Ripe now: <strong>0</strong>" in text_of(browser, ALL, AGREEMENT)


def test_the_bars_hold_every_score_and_meet_at_the_pass_mark() -> None:
    scores = [-20_000, 0, 54_999, 55_000, 61_000, 300_000]
    drawn = histogram(scores, 55_000, before=[0, 1], old_mark=40_000)
    assert sum(bar.count for bar in drawn.bars) == len(scores)
    assert sum(bar.before or 0 for bar in drawn.bars) == 2
    assert sum(bar.count for bar in drawn.bars if bar.reached) == 3
    assert next(bar.low for bar in drawn.bars if bar.reached) == 55_000
    assert drawn.old_mark_x < drawn.mark_x
    assert histogram([], 55_000).bars[0].count == 0
