"""Sources, poison events, outbox, people, working hours, and a new installation's first steps."""

import re
from typing import Any

import psycopg
import pytest
from django.test import Client

from pomona.domain.event import DAY, By, Event, Kind, message_key
from pomona.journal.append import append
from tests.web.conftest import LogIn

Conn = psycopg.Connection[Any]
HTMX = {"HX-Request": "true"}
"""With it a refusal is the answer itself, not a note on the page that asked."""


def _text(browser: Client, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def test_a_new_source_shows_its_key_ready_to_paste(log_in: LogIn) -> None:
    browser = log_in("marketing", "en")
    made = browser.post("/sources/new/", {"name": "Site", "kind": "site"})
    page = _text(browser, made.headers["Location"])
    key = re.findall(r"<code>([\w-]{20,})</code>", page)[0]
    assert f'data-write-key="{key}"' in page.replace("&quot;", '"')
    assert f"-u {key}:" in page
    assert "Nothing has come in yet" in page


def test_a_name_that_is_taken_is_refused_in_place(log_in: LogIn) -> None:
    browser = log_in("marketing", "ru")
    browser.post("/sources/new/", {"name": "Сайт", "kind": "site"})
    refused = browser.post("/sources/new/", {"name": "Сайт", "kind": "site"})
    assert refused.status_code == 422
    assert "Источник «Сайт» уже есть" in refused.content.decode()


def test_a_revoked_key_is_shown_as_revoked_and_opens_nothing(log_in: LogIn, conn: Conn) -> None:
    from pomona.journal.sources import write_keys

    browser = log_in("marketing", "en")
    address = browser.post("/sources/new/", {"name": "Site", "kind": "site"}).headers["Location"]
    browser.post(f"{address}keys/")
    first, second = re.findall(r"<code>([\w-]{20,})</code>", _text(browser, address))
    browser.post("/sources/keys/revoke/", {"key": first})
    assert "revoked" in _text(browser, address)
    assert first not in write_keys(conn)
    assert second in write_keys(conn)
    assert browser.post("/sources/keys/revoke/", {"key": first}, headers=HTMX).status_code == 422


def test_a_source_counts_what_came_of_late(log_in: LogIn, conn: Conn, now: int) -> None:
    browser = log_in("marketing", "en")
    address = browser.post("/sources/new/", {"name": "Site", "kind": "site"}).headers["Location"]
    source = int(address.split("/")[2])
    _append(conn, now, source=source, number=1)
    _append(conn, now - 3 * DAY, source=source, number=2)
    _append(conn, now - 20 * DAY, source=source, number=3)
    assert "1 in 24 hours, 2 in 14 days" in " ".join(_text(browser, address).split())


def _append(conn: Conn, t: int, *, source: int, number: int, name: str = "looked") -> None:
    event = Event(
        key=message_key(source, str(number)),
        t=t,
        received_at=t,
        kind=Kind.TRACK,
        name=name,
        subject=b"v" + bytes(16),
        by=By.PERSON,
        source=source,
        body={"properties": {"what": "pump"}},
    )
    with conn.transaction():
        append(conn, [event])


@pytest.fixture
def poison(conn: Conn, now: int) -> int:
    """An event that could not be folded; its seq."""
    _append(conn, now, source=7, number=1)
    row = conn.execute("SELECT seq, key FROM journal").fetchone()
    assert row is not None
    conn.execute(
        "INSERT INTO poison (seq, key, error, at, attempts) VALUES (%s, %s, 'KeyError at domain/x.py:1', %s, 1)",
        (*row, now),
    )
    return int(row[0])


def test_a_poison_event_is_shown_tried_again_and_then_settled(log_in: LogIn, poison: int) -> None:
    browser = log_in("admin", "en")
    page = _text(browser, "/poison/")
    assert "KeyError at domain/x.py:1" in page
    assert "&quot;what&quot;: &quot;pump&quot;" in page
    browser.post(f"/poison/{poison}/retry/")
    assert "Every event was read" in _text(browser, "/poison/")
    assert "counts since" in _text(browser, "/poison/?settled=yes")


def test_a_poison_event_laid_aside_asks_no_more_and_stays_out_of_folds(log_in: LogIn, poison: int, conn: Conn) -> None:
    from pomona.journal.read import facts_of

    browser = log_in("admin", "en")
    browser.post(f"/poison/{poison}/aside/")
    assert "Every event was read" in _text(browser, "/poison/")
    assert "laid aside" in _text(browser, "/poison/?settled=yes")
    assert facts_of(conn, [b"v" + bytes(16)]) == []
    assert browser.post(f"/poison/{poison}/aside/", headers=HTMX).status_code == 422


def test_sellers_see_their_own_messages_and_the_head_all(log_in: LogIn, leads: dict[str, int]) -> None:
    from pomona.store.models import OutboxMessage

    own = OutboxMessage.objects.filter(user__username="seller").order_by("-pk")[0]
    assert f"/outbox/{own.pk}/" in _text(log_in("head"), "/outbox/")
    page = _text(log_in("seller"), f"/outbox/{own.pk}/")
    assert own.recipient in page or own.subject in page
    assert log_in("other").get(f"/outbox/{own.pk}/").status_code == 404


def test_an_administrator_makes_a_seller_who_can_log_in(log_in: LogIn) -> None:
    browser = log_in("admin", "en")
    person = {"first_name": "Ivan", "last_name": "Ilyin", "login": "ilyin", "role": "seller", "password": "very secret"}
    address = browser.post("/people/new/", person).headers["Location"]
    browser.post(f"{address}seller/", {"team": "volga", "calendar": "", "capacity": "7", "phone": ""})
    page = _text(browser, "/people/")
    assert "Ivan Ilyin" in page
    assert '&amp;in_work=all">0</a> / 7' in page
    assert Client(headers={"Host": "localhost"}).login(username="ilyin", password="very secret")


def test_what_is_wrong_with_a_person_is_said_in_place(log_in: LogIn) -> None:
    browser = log_in("admin", "ru")
    taken = browser.post("/people/new/", {"login": "seller", "role": "seller", "password": "very secret"})
    assert taken.status_code == 422
    assert "«seller» уже занято" in taken.content.decode()
    short = browser.post("/people/new/", {"login": "new", "role": "seller", "password": "short"})
    assert short.status_code == 422


def test_the_head_of_sales_changes_load_and_presence_but_not_users(log_in: LogIn, users: dict[str, int]) -> None:
    from pomona.store.models import Seller

    head, seller = log_in("head", "en"), users["seller"]
    leave = {"team": "service", "calendar": "", "capacity": "3", "phone": "", "away_until": "2099-01-01"}
    head.post(f"/people/{seller}/seller/", leave)
    head.post(f"/people/{seller}/presence/", {"present": "no"})
    row = Seller.objects.select_related("team").get(pk=seller)
    assert row.team is not None
    assert (row.team.name, row.capacity, row.present, row.away_until is not None) == ("service", 3, False, True)
    assert head.post(f"/people/{seller}/user/", {"role": "administrator"}, headers=HTMX).status_code == 403
    assert "As a user" not in _text(head, f"/people/{seller}/")
    assert log_in("marketing").get("/people/").status_code == 403


def test_working_hours_are_made_shown_and_refused_in_place(log_in: LogIn) -> None:
    browser = log_in("head", "en")
    week = {f"day{weekday}": "09:00-18:00" for weekday in range(5)} | {"time_zone": "Europe/Moscow", "name": "office"}
    assert browser.post("/people/hours/new/", week).status_code == 302
    assert "Mon–Fri 09:00–18:00" in _text(browser, "/people/")
    refused = browser.post("/people/hours/new/", week | {"name": "other", "day0": "late"})
    assert refused.status_code == 422
    assert "cannot be read" in refused.content.decode()


def test_a_team_is_made_and_renamed(log_in: LogIn) -> None:
    from pomona.store.models import Team

    browser = log_in("head", "en")
    browser.post("/people/teams/new/", {"name": "reserve", "title": "Reserve"})
    browser.post(f"/people/teams/{Team.objects.get(name='reserve').pk}/", {"title": "The reserve"})
    assert "The reserve" in _text(browser, "/people/")


PAGES = ("/funnel/", "/agreements/", "/agreements/write/", "/sources/", "/sources/new/", "/poison/", "/outbox/")
PEOPLE = ("/people/", "/people/new/", "/people/hours/new/", "/people/teams/new/")


@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_page_of_an_empty_installation_teaches_the_next_step(log_in: LogIn, conn: Conn, language: str) -> None:
    conn.execute("TRUNCATE agreement, team, calendar, source CASCADE")
    browser = log_in("admin", language)
    for address in ("/", *PAGES, *PEOPLE):
        assert "<h1>" in _text(browser, address)
    start = _text(browser, "/")
    assert all(step in start for step in ("/sources/new/", "/agreements/", "/people/"))


def test_the_first_steps_give_way_to_the_work_once_they_are_done(log_in: LogIn, leads: dict[str, int]) -> None:
    browser = log_in("marketing")
    assert "/sources/new/" in _text(browser, "/")
    browser.post("/sources/new/", {"name": "Site", "kind": "site"})
    assert browser.get("/").status_code == 302
    assert log_in("seller").get("/").headers["Location"] == "/inbox/"


@pytest.mark.parametrize(
    "address", ["/sources/keys/revoke/", "/poison/1/retry/", "/poison/1/aside/", "/agreements/begin/"]
)
def test_no_get_changes_anything(log_in: LogIn, address: str) -> None:
    assert log_in("admin").get(address).status_code == 405


def test_who_changed_what_stands_in_sentences_in_both_languages(log_in: LogIn, users: dict[str, int]) -> None:
    head, seller = log_in("head", "en"), users["seller"]
    moved = {"team": "service", "calendar": "", "capacity": "3", "phone": "", "away_until": "", "why": "The fair"}
    head.post(f"/people/{seller}/seller/", moved)
    for address in ("/people/", f"/people/{seller}/", "/people/teams/1/"):
        page = _text(head, address).lower()
        assert "moved from волга to сервис; leads at a time 20 → 3" in page
        assert "— the fair" in page
        assert "руслан главатский" in page
    russian = _text(log_in("head", "ru"), "/people/")
    assert "<strong>Семён Продин</strong> команда Волга → Сервис; лидов одновременно 20 → 3" in russian
    assert "<strong>Сервис</strong> новая команда" in russian
    assert "from the command line" in _text(log_in("head", "en"), "/people/teams/2/")


def test_the_trail_is_shown_to_who_may_see_it(log_in: LogIn, users: dict[str, int]) -> None:
    admin, seller = log_in("admin", "en"), users["seller"]
    admin.post(f"/people/{seller}/user/", {"role": "seller", "email": "new@pumps.example", "active": "on"})
    log_in("marketing", "en").post("/sources/new/", {"name": "Site", "kind": "site"})
    assert "new@pumps.example" in _text(admin, f"/people/{seller}/")
    assert "e-mail new@pumps.example" in _text(log_in("seller", "en"), "/settings/")
    for login, addresses in {
        "head": ("/people/", f"/people/{seller}/", "/settings/"),
        "other": ("/settings/",),
    }.items():
        for address in addresses:
            assert "new@pumps.example" not in _text(log_in(login), address)
    assert "New source" in _text(log_in("marketing", "en"), "/sources/1/")
    assert "new source" not in _text(admin, "/people/")


def test_the_trail_goes_on_page_by_page(log_in: LogIn) -> None:
    browser = log_in("head", "en")
    for number in range(12):
        browser.post("/people/teams/1/", {"title": f"Volga {number}"})
    first = _text(browser, "/people/teams/1/")
    assert "Title Volga 10 → Volga 11" in first
    assert "New team" not in first
    following = re.findall(r'href="(\?changes=\d+)#changes"', first)
    assert "New team" in _text(browser, f"/people/teams/1/{following[0]}")
    assert "Volga 10 → Volga 11" in _text(browser, "/people/teams/1/?changes=x")
