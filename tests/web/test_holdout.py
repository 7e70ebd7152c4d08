"""What the pass mark loses: shown to heads with its bounds; a seller cannot tell whom the lot fell on."""

import html
import re
from typing import Any

import psycopg
import pytest

from pomona.actions.hand_over import hand_over_ripe
from pomona.domain.drawing import drawn
from pomona.domain.event import DAY, MINUTE
from pomona.domain.stages import Decision
from tests.actions.engine import HOUSE, decisions, fact, put_in_force, record, run_engine
from tests.web.conftest import LogIn

Conn = psycopg.Connection[Any]
AGREED = {**HOUSE, "ready": {**HOUSE["ready"], "holdout": 0.5}, "route": [{"otherwise": {"team": "volga"}}]}
REPORT = "/agreements/holdout/of/default/"


@pytest.fixture
def company(conn: Conn, users: dict[str, int], now: int) -> list[int]:
    """Nine leads of a hundred days ago, half of them handed over by lot, one ripe; returns who was drawn."""
    conn.execute("ALTER SEQUENCE lead_id RESTART")
    before = now - 100 * DAY
    put_in_force(conn, AGREED, start=before)
    people = [fact(n, f"e{n}", name="identify", t=before, traits={"email": f"{n}@plant.example"}) for n in range(1, 10)]
    record(conn, *people)
    run_engine(conn, now=before + MINUTE)
    record(conn, fact(100, f"e{_not_drawn()}", name="call back requested", t=before + 2 * MINUTE))
    run_engine(conn, now=before + 3 * MINUTE)
    hand_over_ripe(conn, now=before + 3 * MINUTE)
    return [number for number, name in decisions(conn) if name == Decision.HOLDOUT]


def _not_drawn() -> int:
    return next(number for number in range(1, 10) if not drawn("holdout", "default", number, share=0.5))


def test_heads_see_what_is_known_and_how_much_is_missing(log_in: LogIn, company: list[int]) -> None:
    page = log_in("head", "en").get(REPORT).content.decode()
    assert f"Of {len(company)} leads handed over below the pass mark, 0 were won." in page
    assert "Not enough data: about" in page
    assert "50%" in page
    assert f"0 of {len(company)} handed over below the mark reached it later anyway." in page


def test_every_number_leads_to_its_leads(log_in: LogIn, company: list[int], conn: Conn, users: dict[str, int]) -> None:
    from pomona.actions import selling

    selling.accept(conn, company[0], user=users["seller"], now=10**15)
    browser = log_in("marketing", "en")
    page = browser.get(REPORT).content.decode()
    numbers = re.findall(r'class="figure" href="([^"]+)"[^>]*>[^<]*</a> <span class="quiet">(\d+) of', page)
    assert any(int(count) for _, count in numbers)
    for address, count in numbers:
        assert browser.get(html.unescape(address)).content.decode().count("data-row ") == int(count), address


def test_a_seller_reads_the_same_of_a_drawn_lead_as_of_a_ripe_one(log_in: LogIn, company: list[int]) -> None:
    seller = log_in("seller", "en")
    drawn_page = seller.get(f"/leads/{company[0]}/").content.decode()
    ripe_page = seller.get(f"/leads/{_not_drawn()}/").content.decode()
    for page in (drawn_page, ripe_page):
        assert "passed on to sales (House rules, version 2)" in page
        assert not re.search("holdout|control group|ripened|to go", page, flags=re.IGNORECASE)
    assert "drawn for the control group" in log_in("head", "en").get(f"/leads/{company[0]}/").content.decode()


def test_a_seller_does_not_see_the_report_and_without_a_holdout_there_is_none(
    log_in: LogIn, company: list[int], conn: Conn
) -> None:
    assert log_in("seller").get(REPORT).status_code == 403
    assert 'href="/agreements/holdout/of/default/"' in log_in("head").get("/agreements/of/default/").content.decode()
    put_in_force(conn, {**HOUSE, "campaign": "other"})
    assert log_in("head").get("/agreements/holdout/of/other/").status_code == 404


def test_before_anybody_had_their_time_the_page_says_so(log_in: LogIn, conn: Conn, users: dict[str, int]) -> None:
    put_in_force(conn, AGREED)
    assert "Данных мало" in log_in("marketing", "ru").get(REPORT).content.decode()
