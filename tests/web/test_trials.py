"""A trial on the pages: proposed with its terms, signed, watched, ended; its numbers lead to their leads."""

import html
import re
from typing import Any

import psycopg
import pytest

from pomona.store import agreements
from tests.actions.engine import HOUSE, fact, record, run_engine
from tests.web.conftest import LogIn

Conn = psycopg.Connection[Any]
HTMX = {"HX-Request": "true"}
ASKED = {"trial": "yes", "share": "50", "outcome": "accepted", "smallest": "50", "most_days": "30"}


@pytest.fixture
def draft(conn: Conn, users: dict[str, int]) -> int:
    """A draft of version 2 of the house rules."""
    row = agreements.save_draft(conn, "default", text="", parsed=HOUSE, house=None, user=None, now=0)
    return row.id


def _trial() -> Any:
    from pomona.store.models import Trial

    return Trial.objects.get()


def _begin(log_in: LogIn, draft: int) -> int:
    log_in("marketing").post(f"/agreements/versions/{draft}/propose/", ASKED, headers=HTMX)
    for login, side in (("marketing", "marketing"), ("head", "sales")):
        log_in(login).post(f"/agreements/versions/{draft}/sign/{side}/", headers=HTMX)
    return int(_trial().pk)


def test_both_sides_read_the_terms_before_they_sign(log_in: LogIn, draft: int) -> None:
    browser = log_in("marketing", "en")
    assert "Try it against version 1 first" in browser.get("/agreements/of/default/2/").content.decode()
    browser.post(f"/agreements/versions/{draft}/propose/", ASKED, headers=HTMX)
    page = log_in("head", "en").get("/agreements/of/default/2/").content.decode()
    needed = _trial().needed
    assert f"until each side had {needed} leads (to see a difference of 50 pp in the share taken into work)" in page


def test_a_trial_is_watched_and_its_numbers_lead_to_their_leads(
    log_in: LogIn, draft: int, conn: Conn, now: int
) -> None:
    trial = _begin(log_in, draft)
    people = [fact(n, f"e{n}", name="identify", t=now, traits={"email": f"{n}@a.example"}) for n in range(1, 9)]
    record(conn, *people)
    run_engine(conn, now=now + 10**9)
    browser = log_in("head", "en")
    page = browser.get(f"/agreements/trials/{trial}/").content.decode()
    assert re.search(r"Still \d+ leads? to go", page)
    assert "The verdict is given once, at the end" in page
    numbers = re.findall(r'class="figure" href="([^"]+)"[^>]*>(\d+)<', page)
    assert sum(int(count) for _, count in numbers[:2]) == 8
    for address, count in numbers:
        assert browser.get(html.unescape(address)).content.decode().count("data-row ") == int(count), address


def test_a_head_ends_it_and_it_says_that_there_was_no_answer(log_in: LogIn, draft: int) -> None:
    trial = _begin(log_in, draft)
    assert log_in("admin").post(f"/agreements/trials/{trial}/end/incumbent/", headers=HTMX).status_code == 403
    head = log_in("head", "ru")
    head.post(f"/agreements/trials/{trial}/end/challenger/", headers=HTMX)
    assert "Закончено без ответа" in head.get(f"/agreements/trials/{trial}/").content.decode()
    page = head.get("/agreements/of/default/").content.decode()
    assert "версия 2 против 1" in html.unescape(page) or "Как идёт?" in page


def test_terms_that_cannot_be_read_are_refused(log_in: LogIn, draft: int, conn: Conn) -> None:
    answer = log_in("head", "en").post(
        f"/agreements/versions/{draft}/propose/", {**ASKED, "smallest": "much"}, headers=HTMX
    )
    assert "smallest difference of interest" in answer.content.decode()
    assert conn.execute("SELECT count(*) FROM trial").fetchone() == (0,)
