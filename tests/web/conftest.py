"""A small company with leads in every state, and a log-in for each of its users."""

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from django.test import Client

from pomona import clock
from pomona.domain.event import DAY
from tests.web import company

LogIn = Callable[..., Client]


@pytest.fixture
def now() -> int:
    """The present moment: pages read the clock themselves."""
    return clock.now()


@pytest.fixture
def users(conn: psycopg.Connection[Any], now: int) -> dict[str, int]:
    """The users and an agreement in force, nobody else yet: login → id."""
    found = company.hire(conn, now=now)
    company.agree(conn, now=now - 90 * DAY)
    return found


@pytest.fixture
def leads(conn: psycopg.Connection[Any], users: dict[str, int], now: int) -> dict[str, int]:
    """Leads in every state of the seller's inbox: name → id."""
    company.fill(conn, users, now=now)
    return dict(conn.execute("SELECT name, id FROM lead").fetchall())


@pytest.fixture
def log_in(users: dict[str, int]) -> LogIn:
    """Gives a browser in which that user is logged in, in that language."""
    from pomona.store.models import User

    def client(login: str, language: str = "en", **headers: str) -> Client:
        User.objects.filter(username=login).update(language=language)
        browser = Client(headers={"Host": "localhost", **headers})
        browser.force_login(User.objects.get(username=login))
        return browser

    return client
