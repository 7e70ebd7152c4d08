"""The tour through the demo company: what each user may see of it, and how fast the company lives."""

from typing import Any

import psycopg

from pomona.actions.demo_company import TourStop, complete_demo, demo_state
from tests.web.conftest import LogIn

Conn = psycopg.Connection[Any]


def _become_demo(conn: Conn, leads: dict[str, int], seller: int) -> None:
    conn.execute("UPDATE installation SET demo_language = 'en'")
    anna = leads["Анна Петрова"]
    conn.execute("UPDATE lead SET owner_id = %s WHERE id = %s", (seller, anna))
    stops = [
        TourStop(("Воронка", "The funnel"), ("Где теряем", "Where they are lost"), [], "/funnel/?campaign=x"),
        TourStop(("Анна", "Anna"), ("Её часы", "Her clock"), [anna], ""),
    ]
    complete_demo(conn, seed=1, tour=stops)


def test_each_sees_the_stops_that_are_theirs(
    conn: Conn, log_in: LogIn, leads: dict[str, int], users: dict[str, int]
) -> None:
    _become_demo(conn, leads, users["other"])
    page = log_in("head", "ru").get("/tour/").content.decode()
    assert 'href="/funnel/?campaign=x">Воронка' in page
    assert f'href="/leads/{leads["Анна Петрова"]}/">Анна' in page
    assert "Её часы" in page
    page = log_in("seller", "en").get("/tour/").content.decode()
    assert "The funnel" not in page
    assert "Her clock" not in page
    assert "2 more stories" in page


def test_the_company_can_be_paused_and_paced(conn: Conn, log_in: LogIn, leads: dict[str, int]) -> None:
    _become_demo(conn, leads, 1)
    browser = log_in("seller")
    browser.post("/tour/life/", {"pace": "0"})
    state = demo_state(conn)
    assert state is not None
    assert state.paused
    browser.post("/tour/life/", {"pace": "10"})
    state = demo_state(conn)
    assert state is not None
    assert (state.paused, state.lead_seconds) == (False, 10)


def test_a_real_company_has_no_tour(log_in: LogIn) -> None:
    browser = log_in("admin")
    assert browser.get("/tour/").status_code == 404
    assert browser.post("/tour/life/", {"pace": "0"}).status_code == 404
    assert "/tour/" not in browser.get("/people/").content.decode()
