"""Programs that ask the public API."""

from typing import Any

import psycopg
import pytest
from django.test import Client

from pomona.actions.api_keys import create_key
from tests.web.api.asking import Program

Conn = psycopg.Connection[Any]


@pytest.fixture
def program(conn: Conn, users: dict[str, int], now: int) -> Program:
    """Gives a program with a fresh key of that user."""

    def client(login: str, language: str = "en") -> Client:
        key = create_key(conn, "tests", user=users[login], now=now)
        return Client(headers={"Host": "localhost", "Authorization": f"Bearer {key}", "Accept-Language": language})

    return client
