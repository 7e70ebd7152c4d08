"""A campaign that brings leads without an agreement in force is shown as such to both heads, wherever they begin."""

import html
import re
from typing import Any

import psycopg
import pytest

from pomona.actions.switching import switch
from pomona.store import agreements
from tests.actions.engine import HOUSE, put_in_force
from tests.web.conftest import LogIn

Conn = psycopg.Connection[Any]
Leads = dict[str, int]
TOLD = "without an agreement of their own"


@pytest.mark.parametrize(("login", "begins"), [("marketing", "/funnel/"), ("head", "/funnel/"), ("head", "/inbox/")])
def test_both_heads_meet_it_where_they_begin(log_in: LogIn, leads: Leads, login: str, begins: str) -> None:
    page = log_in(login, "en").get(begins).content.decode()
    assert TOLD in page
    assert 'href="/agreements/write/?campaign=search-broad"' in page


def test_the_number_leads_to_its_leads_and_one_click_begins_an_agreement(log_in: LogIn, leads: Leads) -> None:
    browser = log_in("head", "en")
    page = browser.get("/agreements/").content.decode()
    numbers = re.findall(r'href="(/agreements/unagreed/[^"]+)">(\d+) lead', page)
    assert {int(count) for _, count in numbers} == {1, 4}
    for address, count in numbers:
        assert browser.get(html.unescape(address)).content.decode().count("data-row ") == int(count)
    sketch = browser.get("/agreements/write/?campaign=search-broad").content.decode()
    assert "search-broad" in sketch


def test_an_agreement_in_force_ends_the_warning(log_in: LogIn, leads: Leads, conn: Conn) -> None:
    for name in ("search-broad", "spring-ebook"):
        put_in_force(conn, {**HOUSE, "campaign": name})
    assert TOLD not in log_in("marketing", "en").get("/funnel/").content.decode()


def test_a_version_that_is_only_proposed_does_not_end_it(log_in: LogIn, leads: Leads, conn: Conn, now: int) -> None:
    row = agreements.save_draft(
        conn, "search-broad", text="", parsed={**HOUSE, "campaign": "search-broad"}, house=None, user=None, now=0
    )
    agreements.set_state(conn, row.id, "proposed")
    while switch(conn, now=now):
        pass
    assert conn.execute("SELECT count(*) FROM lead_score WHERE agreement = 'search-broad'").fetchone() == (4,)
    assert "4 leads" in log_in("marketing", "en").get("/funnel/").content.decode()


def test_a_lead_merged_into_another_is_not_counted(log_in: LogIn, leads: Leads, conn: Conn, now: int) -> None:
    from pomona.actions.identity import merge
    from pomona.store.models import User

    head = User.objects.get(username="head")
    merge(conn, leads["Олег Титов"], leads["Гузель Сафина"], user=head.pk, now=now)
    page = log_in("head", "en").get("/agreements/").content.decode()
    assert "3 leads" in page


def test_a_seller_sees_no_campaigns(log_in: LogIn, leads: Leads) -> None:
    browser = log_in("seller", "en")
    assert TOLD not in browser.get("/inbox/").content.decode()
    assert TOLD not in browser.get("/agreements/").content.decode()
    assert browser.get("/agreements/unagreed/?campaign=search-broad").status_code == 403
