"""The funnel's page: it begins with the loss, and each number leads to its people."""

import html
import re
from typing import Any

import psycopg

from pomona.actions.spend import record_spend
from pomona.domain.event import DAY
from pomona.domain.spend import CampaignDay
from pomona.web.words import local
from tests.web.conftest import LogIn

Leads = dict[str, int]


def _return_anna(log_in: LogIn, leads: Leads) -> None:
    seller = log_in("seller")
    seller.post(f"/leads/{leads['Анна Петрова']}/return/", {"reason": "не тот человек"})


def test_it_begins_with_the_biggest_loss_in_words_and_leads_to_those_leads(log_in: LogIn, leads: Leads) -> None:
    _return_anna(log_in, leads)
    browser = log_in("marketing", "en")
    page = browser.get("/funnel/").content.decode()
    verdict = page[page.index('<p class="verdict">') :]
    verdict = verdict[: verdict.index("</p>")]
    assert "We lose most between “Handed over” and “Accepted”" in verdict
    assert "1 of them: “не тот человек”" in verdict
    people = browser.get(html.unescape(re.findall(r'href="([^"]+)"', verdict)[-1])).content.decode()
    assert "Анна Петрова" in people
    assert "Гузель Сафина" not in people


def test_it_says_the_same_in_russian(log_in: LogIn, leads: Leads) -> None:
    _return_anna(log_in, leads)
    page = log_in("marketing", "ru").get("/funnel/").content.decode()
    assert "Больше всего теряем между шагами «Передан» и «В работе»" in page
    assert "из них 1: «не тот человек»" in page


def test_every_number_of_the_table_counts_the_people_it_leads_to(log_in: LogIn, leads: Leads) -> None:
    browser = log_in("head", "en")
    page = browser.get("/funnel/").content.decode()
    numbers = re.findall(r'class="(?:figure|funnel-count)" href="([^"]+)"[^>]*>(\d+)<', page)
    assert len(numbers) > 4
    for address, count in numbers:
        people = browser.get(html.unescape(address)).content.decode()
        assert people.count("data-row ") == int(count), address


def test_filters_by_campaign_and_period(log_in: LogIn, leads: Leads) -> None:
    browser = log_in("marketing", "en")
    of_campaign = browser.get("/funnel/", {"campaign": "search-broad"}).content.decode()
    assert re.search(r'funnel-count" href="[^"]+"[^>]*>4<', of_campaign)
    nothing = {"period": "days", "first": "2020-01-01", "last": "2020-01-02"}
    assert "No lead came in this time" in browser.get("/funnel/", nothing).content.decode()
    nonsense = {"period": "days", "first": "yesterday", "last": "2020-01-02", "campaign": "*", "by": "date"}
    assert browser.get("/funnel/", nonsense).status_code == 200


def test_a_seller_neither_sees_it_nor_finds_it_in_the_menu(log_in: LogIn, leads: Leads) -> None:
    browser = log_in("seller")
    assert browser.get("/funnel/").status_code == 403
    assert browser.get("/funnel/leads/").status_code == 403
    assert "/funnel/" not in browser.get("/inbox/").content.decode()


def _spend(conn: psycopg.Connection[Any], now: int, **amounts: int) -> None:
    """What campaigns cost three days ago; the days since then are not known."""
    day = local(now - 3 * DAY).date()
    told = {CampaignDay(name.replace("_", "-"), day): amount for name, amount in amounts.items()}
    record_spend(conn, told, user=None, now=now)


def test_each_step_says_its_price_once_anything_is_known_of_the_spend(
    conn: psycopg.Connection[Any], log_in: LogIn, leads: Leads, now: int
) -> None:
    browser = log_in("marketing", "en")
    assert "Price of a sale" not in browser.get("/funnel/").content.decode()
    _spend(conn, now, search_broad=1_000_00)
    page = browser.get("/funnel/?campaign=search-broad").content.decode()
    prices = re.findall(r'funnel-price"[^>]*><span class="money" title="([^"]+)">([^<]+)<', page)
    assert prices[0] == ("Spend known for 1 of 3 days, so at least so much.\n", "≥ RUB\xa0250")
    assert "≥ RUB\xa01,000" in page
    assert "Расход известен за 1 день из 3" in log_in("marketing", "ru").get("/funnel/").content.decode()


def test_a_campaign_that_costs_and_brings_nobody_stands_there_and_one_not_known_has_no_price(
    conn: psycopg.Connection[Any], log_in: LogIn, leads: Leads, now: int
) -> None:
    _spend(conn, now, radio=500_00)
    browser = log_in("head", "en")
    page = browser.get("/funnel/").content.decode()
    table = page[page.index("<tbody>") :]
    assert "RUB\xa0500" in next(row for row in table.split("<tr") if ">radio</a>" in row)
    assert "RUB" not in next(row for row in table.split("<tr") if ">search-broad</a>" in row)
    assert "RUB" not in browser.get("/funnel/?campaign=search-broad").content.decode().partition("<table")[0]
