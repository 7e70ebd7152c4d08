"""The pass mark on the agreement's page; who is ripe from a version's start; a lead under several agreements."""

from typing import Any

import psycopg
import pytest

from pomona import clock
from pomona.actions.pass_mark import move_pass_mark
from pomona.actions.switching import switch
from pomona.domain.event import DAY, MINUTE
from tests.web.company import AGREEMENT, Site
from tests.web.conftest import LogIn

Conn = psycopg.Connection[Any]
HTMX = {"HX-Request": "true"}


@pytest.fixture
def nearly_ripe(conn: Conn, users: dict[str, int], now: int) -> int:
    """A director of a large plant who looked at the prices: 50 of 55 points."""
    from tests.actions.engine import run_engine

    site = Site(conn)
    site.page("olga", now - 2 * MINUTE, "/pricing")
    site.identify(
        "olga", now - MINUTE, email="o@plant.example", job_title="director", company={"name": "P", "employees": 300}
    )
    run_engine(conn, now=now)
    _settle(conn)
    row = conn.execute("SELECT id FROM lead").fetchone()
    assert row is not None
    return int(row[0])


def _settle(conn: Conn) -> None:
    while switch(conn, now=clock.now()):
        pass


def test_one_sees_what_a_move_would_do_and_moves(log_in: LogIn, conn: Conn, nearly_ripe: int) -> None:
    head = log_in("head", "en")
    assert "may be moved between 45 and 75" in head.get("/agreements/of/default/").content.decode()
    effect = head.get("/agreements/mark/default/effect/", {"value": "45"}).content.decode()
    assert "At 45, 1 lead that nobody has yet is ripe (1 more than now)" in effect
    assert "handed over at once" in effect
    assert "No mark within" in head.get("/agreements/mark/default/effect/", {"value": "nan"}).content.decode()
    found = head.get("/leads/", {"ripe": "default:1:45000"}).content.decode()
    assert f'id="row-{nearly_ripe}"' in found
    assert f'id="row-{nearly_ripe}"' not in head.get("/leads/", {"ripe": "default:1:55000"}).content.decode()
    head.post("/agreements/mark/default/", {"value": "45", "days": "3", "reason": "few calls"})
    page = head.get("/agreements/of/default/").content.decode()
    assert "moved from 55 by" in page
    assert "few calls" in page
    assert "(moved from 55)" in head.get(f"/leads/{nearly_ripe}/").content.decode()
    _settle(conn)
    assert conn.execute("SELECT stage FROM lead").fetchone() == ("mql",)


def test_out_of_bounds_is_refused_in_words(log_in: LogIn) -> None:
    refused = log_in("head", "ru").post("/agreements/mark/default/", {"value": "80"}, headers=HTMX)
    assert refused.status_code == 422
    assert "в пределах от 45 до 75" in refused.content.decode()


def test_a_seller_reads_where_it_stands_and_cannot_move_it(log_in: LogIn, users: dict[str, int], conn: Conn) -> None:
    move_pass_mark(conn, "default", 60_000, until=clock.now() + DAY, user=users["head"], now=clock.now())
    page = log_in("seller", "ru").get("/agreements/of/default/").content.decode()
    assert "передвинут с 55" in page
    assert "Передвинуть" not in page


def test_before_they_sign_both_sides_see_who_is_ripe_from_the_start(
    log_in: LogIn, conn: Conn, nearly_ripe: int
) -> None:
    marketing = log_in("marketing", "en")
    marketing.post("/agreements/write/", {"text": AGREEMENT.replace("start: 55, min: 45", "start: 45, min: 45")})
    draft = conn.execute("SELECT id FROM agreement_version WHERE state = 'draft'").fetchone()
    assert draft is not None
    marketing.post(f"/agreements/versions/{draft[0]}/propose/")
    head = log_in("head", "en")
    assert "Counting who is ripe" in head.get("/agreements/of/default/2/").content.decode()
    _settle(conn)
    page = head.get("/agreements/of/default/2/").content.decode()
    assert 'href="/leads/?ripe=default%3A2%3A45000">1 lead</a>' in page
    assert "they wait for what they do next" in page
    assert "Ripe from the start" not in log_in("seller", "en").get("/agreements/of/default/2/").content.decode()


def test_a_lead_shows_its_score_under_each_agreement_and_which_one_passed_it_on(
    log_in: LogIn, conn: Conn, users: dict[str, int], now: int
) -> None:
    from pomona.formats.yaml_document import read_yaml
    from tests.actions.engine import put_in_force, run_engine

    document, _ = read_yaml(AGREEMENT)
    for name, mark in (("spring", 10), ("autumn", 15)):
        put_in_force(
            conn,
            {
                **document,
                "campaign": name,
                "ready": {**document["ready"], "pass_mark": mark, "grades": {"A": "pass_mark"}},
            },
            start=now - DAY,
        )
    site = Site(conn)
    for number, name in enumerate(("spring", "autumn")):
        campaign = {"name": name, "medium": "email", "source": "mail"}
        site.page("olga", now - (number + 2) * MINUTE, "/pricing", campaign=campaign)
    site.identify("olga", now - MINUTE, email="o@plant.example")
    run_engine(conn, now=now)
    lead = conn.execute("SELECT id, agreement FROM lead").fetchone()
    assert lead is not None
    page = log_in("marketing", "en").get(f"/leads/{lead[0]}/").content.decode()
    assert "Scored under each agreement" in page
    assert page.count("passed on under this one") == 1
    assert "Also ripe:" in page
