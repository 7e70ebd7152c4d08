"""What strangers send never breaks the door, and what the database cannot take is never acknowledged."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import msgspec
import psycopg
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from pomona.domain.event import message_key
from tests.capture.conftest import journal

Conn = psycopg.Connection[Any]

FIELDS = """
messageId timestamp originalTimestamp sentAt userId anonymousId previousId groupId event name category traits
properties context writeKey
"""
NAMES = "email phone region title company address.city employees url path campaign answers question answer page"

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["now", "8 843 000 00 01"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES.split()) | st.text(), inner, max_size=4)
    ),
    max_leaves=8,
)
payloads = st.fixed_dictionaries(
    {"type": st.sampled_from(["track", "page", "screen", "identify", "group", "alias", "decision"])},
    optional=dict.fromkeys(FIELDS.split(), values),
)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(strange=st.lists(payloads, min_size=1, max_size=3), number=st.integers(min_value=0))
def test_strange_messages_are_taken_or_refused_and_their_neighbour_is_kept(
    collector: httpx.Client, conn: Conn, strange: list[dict[str, Any]], number: int
) -> None:
    good = {"type": "track", "messageId": f"good {number}", "userId": "7", "event": "x"}
    body = json.dumps({"batch": [*strange, good]})
    answer = collector.post("/batch", content=body)
    assert answer.status_code == 200
    refused = answer.json()["refused"]
    assert answer.json()["accepted"] + len(refused) == len(strange) + 1
    assert len(strange) not in [each["index"] for each in refused]
    assert message_key(1, good["messageId"]) in [event.key for event in journal(conn)]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary() | values.map(lambda value: json.dumps(value).encode()))
def test_no_body_makes_the_door_fail(collector: httpx.Client, body: bytes) -> None:
    for call in ("track", "batch"):
        assert collector.post(f"/{call}", content=body).status_code in (400, 401)


@contextmanager
def away(conn: Conn, url: str) -> Iterator[None]:
    """The database of `url` takes no connection and has none but `conn`."""
    name = conninfo_to_dict(url)["dbname"]
    with psycopg.connect(make_conninfo(url, dbname="postgres"), autocommit=True) as admin:
        admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        conn.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        try:
            yield
        finally:
            admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")


def test_while_the_database_is_away_nothing_is_acknowledged(
    collector: httpx.Client, conn: Conn, database_url: str
) -> None:
    event = {"userId": "7", "event": "x", "messageId": "m1"}
    assert collector.post("/track", json=event).status_code == 200
    with away(conn, database_url):
        for _ in range(3):
            answer = collector.post("/track", json={**event, "messageId": "m2"})
            assert (answer.status_code, answer.json()["code"]) == (503, "database_away")
            assert int(answer.headers["retry-after"]) > 0
        assert len(journal(conn)) == 1
    assert collector.post("/track", json={**event, "messageId": "m2"}).status_code == 200
    assert len(journal(conn)) == 2


def test_a_revoked_key_stops_working_within_seconds(collector: httpx.Client, conn: Conn, write_key: str) -> None:
    event = {"userId": "7", "event": "x"}
    assert collector.post("/track", json=event).status_code == 200
    conn.execute("UPDATE write_key SET revoked_at = 1 WHERE key = %s", (write_key,))
    deadline = time.monotonic() + 10
    while collector.post("/track", json=event).status_code == 200:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert collector.post("/track", json=event).json()["code"] == "unknown_key"


def test_the_journal_stands_still_while_another_holds_it_and_the_sender_is_asked_to_repeat(
    collector: httpx.Client, conn: Conn
) -> None:
    event = {"userId": "7", "event": "x", "messageId": "m1"}
    with conn.transaction():
        conn.execute("LOCK TABLE journal IN ACCESS EXCLUSIVE MODE")
        answer = collector.post("/track", json=event, timeout=30)
    assert answer.status_code == 503
    assert collector.post("/track", json=event).status_code == 200
    assert [msgspec.to_builtins(each.name) for each in journal(conn)] == ["x"]
