"""Live updates: an open page hears of what was decided about leads its user may see, and of nothing else."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import httpx
import psycopg

from pomona.domain.agreement.values import BROWSER
from pomona.domain.event import By, Event, Kind
from pomona.domain.stages import Decision
from pomona.journal.append import append
from pomona.store import outbox

Conn = psycopg.Connection[Any]


def _user(name: str, role: str) -> tuple[int, str]:
    """A user's id, and the session of their browser."""
    from django.test import Client

    from pomona.store.models import User

    user = User.objects.create_user(name, password="-", role=role)
    browser = Client()
    browser.force_login(user)
    return user.pk, browser.cookies["sessionid"].value


def _decide(conn: Conn, lead: int, seller: int | None, **body: Any) -> None:
    decision = Event(
        key=uuid4(),
        t=1,
        received_at=1,
        kind=Kind.DECISION,
        name=Decision.HANDED_OVER,
        by=By.POMONA,
        lead=lead,
        seller=seller,
        body=body,
    )
    with conn.transaction():
        append(conn, [decision])


@contextmanager
def _open_page(address: str, session: str) -> Iterator[Iterator[str]]:
    """What a page hears, once it is connected."""
    with (
        httpx.Client(cookies={"sessionid": session}, timeout=10) as browser,
        browser.stream("GET", f"{address}/live") as answer,
    ):
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "text/event-stream"
        lines = answer.iter_lines()
        assert next(lines).startswith(":")
        yield (line for line in lines if line.startswith("data:"))


def test_a_seller_hears_of_leads_that_are_theirs_or_were(door_address: str, conn: Conn) -> None:
    seller, session = _user("seller", "seller")
    other, _ = _user("other", "seller")
    with _open_page(door_address, session) as heard:
        _decide(conn, 1, other)
        _decide(conn, 2, seller)
        _decide(conn, 3, other, previous_owner=seller)
        assert [next(heard), next(heard)] == ['data: {"lead":2}', 'data: {"lead":3}']


def test_who_sees_all_leads_hears_of_all(door_address: str, conn: Conn) -> None:
    seller, _ = _user("seller", "seller")
    _, session = _user("head", "head_of_sales")
    with _open_page(door_address, session) as heard:
        _decide(conn, 1, seller)
        _decide(conn, 2, None)
        assert {next(heard), next(heard)} == {'data: {"lead":1}', 'data: {"lead":2}'}


def test_a_colleague_hears_only_that_a_notice_waits(door_address: str, conn: Conn) -> None:
    seller, _ = _user("seller", "seller")
    mate, session = _user("mate", "seller")
    notice = outbox.Message(
        key="a", channel=BROWSER, kind="handed over", recipient="", subject="A", text="", user=mate, lead=1
    )
    with _open_page(door_address, session) as heard:
        outbox.put(conn, [notice], now=1)
        _decide(conn, 1, seller)
        _decide(conn, 2, mate)
        assert [next(heard), next(heard)] == ["data: {}", 'data: {"lead":2}']


def test_nobody_hears_anything_without_logging_in(door_address: str, conn: Conn) -> None:
    assert httpx.get(f"{door_address}/live").status_code == 403
    assert httpx.get(f"{door_address}/live", cookies={"sessionid": "made-up"}).status_code == 403


def test_facts_are_not_told(door_address: str, conn: Conn, write_key: str) -> None:
    seller, session = _user("head", "administrator")
    with _open_page(door_address, session) as heard:
        track = {"userId": "7", "event": "x"}
        assert httpx.post(f"{door_address}/v1/track", json=track, auth=(write_key, "")).status_code == 200
        _decide(conn, 1, seller)
        assert next(heard) == 'data: {"lead":1}'


def test_pages_come_through_the_same_door(door_address: str, conn: Conn) -> None:
    answer = httpx.get(f"{door_address}/static/pomona/base.css")
    assert (answer.status_code, answer.headers["content-type"].split(";")[0]) == (200, "text/css")
