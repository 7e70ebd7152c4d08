"""The funnel's page: it begins with the loss, and each number leads to its people."""

import html
import re

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
