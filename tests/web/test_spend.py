"""The page of what campaigns cost: first what is not known; told by hand and from files, never half."""

import re
from datetime import date
from typing import Any

import psycopg
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from pomona.domain.event import DAY
from pomona.web.words import local
from tests.web.conftest import LogIn

Conn = psycopg.Connection[Any]


@pytest.fixture
def yesterday(now: int) -> date:
    return local(now - DAY).date()


def _tell(browser: Client, campaign: str, first: date, amount: str, **more: str) -> Any:
    form = {"campaign": campaign, "first": first.isoformat(), "amount": amount, **more}
    return browser.post("/spend/record/", form)


def _amounts(conn: Conn) -> list[tuple[Any, ...]]:
    return conn.execute("SELECT campaign, day, amount FROM spend ORDER BY id").fetchall()


def _send(browser: Client, text: str) -> Any:
    return browser.post("/spend/upload/", {"file": SimpleUploadedFile("costs.csv", text.encode("cp1251"))})


def test_campaigns_that_bring_leads_come_first_while_their_spend_is_not_known(
    conn: Conn, log_in: LogIn, leads: dict[str, int], yesterday: date
) -> None:
    browser = log_in("marketing", "ru")
    _tell(browser, "radio", yesterday, "1 000 000")
    _tell(browser, "search-broad", date(yesterday.year - 1, 1, 1), "5")
    page = browser.get("/spend/").content.decode()
    verdict = page[page.index('class="verdict"') : page.index("<table")]
    assert "1 кампания приводит лиды" in verdict
    assert "search-broad" in verdict
    assert page.index(">search-broad</a></td>") < page.index(">radio</a></td>")
    assert "1\xa0000\xa0000\xa0₽" in page


def test_a_period_is_spread_and_what_was_told_before_stays_in_the_history(
    conn: Conn, log_in: LogIn, yesterday: date
) -> None:
    browser = log_in("marketing", "en")
    _tell(browser, " radio  days ", date(2026, 3, 1), "100,01", last="2026-03-02", reason="the invoice")
    assert _amounts(conn) == [("radio days", date(2026, 3, 1), 50_01), ("radio days", date(2026, 3, 2), 50_00)]
    answer = _tell(browser, "radio days", date(2026, 3, 1), "0")
    assert answer["Location"] == "/spend/"
    page = browser.get("/spend/days/radio%20days/").content.decode()
    assert re.search(r'RUB\xa00 <del class="quiet">RUB\xa050.01</del>', page)
    assert "Марина Кетова" in page
    assert "the invoice" in page


@pytest.mark.parametrize(
    "wrong", [{"amount": "$5"}, {"amount": "-5"}, {"last": "2026-02-01"}, {"last": "2036-03-01"}, {"campaign": ""}]
)
def test_what_cannot_be_read_is_said_in_the_form_and_nothing_is_saved(
    conn: Conn, log_in: LogIn, wrong: dict[str, str]
) -> None:
    form = {"campaign": "radio", "first": "2026-03-01", "last": "2026-03-02", "amount": "5"}
    answer = log_in("marketing").post("/spend/record/", form | wrong)
    assert answer.status_code == 422
    assert "errorlist" in answer.content.decode()
    assert _amounts(conn) == []


def test_a_file_is_looked_at_before_it_is_saved(conn: Conn, log_in: LogIn, leads: dict[str, int]) -> None:
    browser = log_in("marketing", "ru")
    table = "Кампания;Дата;Расход\nsearch-broad;01.03.2026;1 200,50\nрадио;02.03.2026;0\nИтого;;1 200,50\n"
    assert _send(browser, table)["Location"] == "/spend/file/"
    page = browser.get("/spend/file/").content.decode()
    assert "1\xa0200\xa0₽" in page
    assert page.count("лидов пока нет") == 1
    assert "1 строка с итогом" in page
    assert _amounts(conn) == []
    assert browser.post("/spend/file/")["Location"] == "/spend/"
    assert {row[2] for row in _amounts(conn)} == {0, 1_200_50}
    assert conn.execute("SELECT DISTINCT reason FROM spend").fetchall() == [("costs.csv",)]
    assert browser.get("/spend/file/")["Location"] == "/spend/", "the file is gone"


def test_one_bad_line_is_named_and_keeps_the_whole_file_out(conn: Conn, log_in: LogIn) -> None:
    browser = log_in("marketing", "en")
    _send(browser, "campaign,date,cost\nradio,2026-03-01,5\nradio,tomorrow,5\n")
    page = browser.get("/spend/file/").content.decode()
    assert "line 3:" in page
    assert "tomorrow" in page
    assert browser.post("/spend/file/").status_code == 422
    assert _amounts(conn) == []
    assert browser.post("/spend/file/cancel/")["Location"] == "/spend/"


def test_a_file_waits_for_its_user_alone(log_in: LogIn) -> None:
    _send(log_in("marketing"), "campaign,date,cost\nradio,2026-03-01,5\n")
    assert log_in("admin").get("/spend/file/").status_code == 302


def test_the_head_of_sales_looks_and_does_not_tell(conn: Conn, log_in: LogIn, leads: dict[str, int]) -> None:
    browser = log_in("head", "en")
    page = browser.get("/spend/").content.decode()
    assert "search-broad" in page
    assert "/spend/record/" not in page
    assert 'href="/spend/"' in browser.get("/funnel/").content.decode()
    _tell(browser, "radio", date(2026, 3, 1), "5")
    assert _amounts(conn) == []
