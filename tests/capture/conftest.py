"""A door, a source with a write key, and what stands in the journal."""

import time
from collections.abc import Iterator
from typing import Any

import httpx
import psycopg
import pytest

from pomona.domain.event import Event
from pomona.journal.codec import SELECTED, from_row
from tests.capture.door import door

WRITE_KEY = "a-write-key"


@pytest.fixture(scope="session")
def door_address(database_url: str) -> Iterator[str]:
    with door(database_url) as address:
        yield address


@pytest.fixture
def write_key(conn: psycopg.Connection[Any], door_address: str) -> str:
    """A key that the door knows already."""
    conn.execute("INSERT INTO source (id, name, kind, created_at) VALUES (1, 'Site', 'site', 0)")
    conn.execute("INSERT INTO write_key (key, source_id, created_at) VALUES (%s, 1, 0)", (WRITE_KEY,))
    deadline = time.monotonic() + 10
    while _post_nothing(door_address) == 401:
        assert time.monotonic() < deadline, "the door does not learn of the key"
    return WRITE_KEY


def _post_nothing(address: str) -> int:
    return httpx.post(f"{address}/v1/batch", json={"batch": []}, auth=(WRITE_KEY, "")).status_code


@pytest.fixture
def collector(door_address: str, write_key: str) -> Iterator[httpx.Client]:
    """A client of the collector that holds the write key."""
    with httpx.Client(base_url=f"{door_address}/v1", auth=(write_key, "")) as client:
        yield client


def journal(conn: psycopg.Connection[Any]) -> list[Event]:
    """Everything in the journal, in its order."""
    return [from_row(row) for row in conn.execute(f"SELECT {SELECTED} FROM journal ORDER BY seq")]
