"""Group commit: many senders in one transaction, and one sender's trouble is nobody else's."""

import asyncio
import threading
from typing import Any

import httpx
import psycopg
import pytest

from pomona.capture import limits
from pomona.capture.errors import RefusedRequest
from pomona.capture.group_commit import GroupCommit
from pomona.domain.event import Event, Kind, message_key
from pomona.journal.codec import to_copy
from tests.capture.conftest import journal
from tests.capture.door import door

Conn = psycopg.Connection[Any]


def _rows(*names: str) -> dict[bytes, bytes]:
    events = [Event(key=message_key(1, name), t=0, received_at=0, kind=Kind.TRACK, name=name) for name in names]
    return {event.key.bytes: to_copy(event) for event in events}


async def _submit(url: str, *submissions: dict[bytes, bytes]) -> list[Any]:
    """What became of submissions that come at the same time."""
    database = GroupCommit(url)
    try:
        return await asyncio.gather(*(database.submit(rows) for rows in submissions), return_exceptions=True)
    finally:
        await database.close()


def _codes(results: list[Any]) -> list[str | None]:
    return [result.code if isinstance(result, RefusedRequest) else result for result in results]


def test_what_gathers_during_a_commit_is_one_transaction(conn: Conn, database_url: str) -> None:
    results = asyncio.run(_submit(database_url, *(_rows(f"event {number}") for number in range(50))))
    assert results == [None] * 50
    transactions = conn.execute("SELECT count(DISTINCT xmin::text) FROM journal").fetchone()
    assert transactions is not None
    assert len(journal(conn)) == 50
    assert transactions[0] < 5


def test_a_group_has_a_largest_size_but_a_large_submission_stays_whole(conn: Conn, database_url: str) -> None:
    names = [f"event {number}" for number in range(limits.GROUP_EVENTS + 10)]
    assert asyncio.run(_submit(database_url, _rows("first"), _rows(*names), _rows("last"))) == [None] * 3
    assert len(journal(conn)) == len(names) + 2


def test_of_the_same_event_sent_by_two_at_once_both_are_told_of_success(conn: Conn, database_url: str) -> None:
    assert asyncio.run(_submit(database_url, _rows("a"), _rows("a", "b"), _rows("a"))) == [None] * 3
    assert sorted(event.name for event in journal(conn)) == ["a", "b"]


def test_a_value_that_cannot_be_stored_is_refused_alone(conn: Conn, database_url: str) -> None:
    results = asyncio.run(_submit(database_url, _rows("first"), _rows("good"), _rows("NUL \0"), _rows("also good")))
    assert _codes(results) == [None, None, "unstorable", None]
    assert {event.name for event in journal(conn)} == {"first", "good", "also good"}


def test_too_many_waiting_are_refused_at_once(conn: Conn, database_url: str) -> None:
    many = {number.to_bytes(16, "big"): b"" for number in range(limits.WAITING_EVENTS + 1)}
    assert _codes(asyncio.run(_submit(database_url, _rows("good"), many))) == [None, "busy"]


def test_a_server_that_is_not_there_is_a_database_that_is_away() -> None:
    results = asyncio.run(_submit("postgresql://nobody@127.0.0.1:1/nothing", _rows("lost")))
    assert _codes(results) == ["database_away"]


def test_a_door_that_is_told_to_stop_answers_what_it_has_received(
    conn: Conn, database_url: str, write_key: str
) -> None:
    answers: list[int] = []

    def send(address: str) -> None:
        event = {"userId": "7", "event": "x"}
        answers.append(httpx.post(f"{address}/v1/track", json=event, auth=(write_key, ""), timeout=20).status_code)

    with psycopg.connect(database_url) as holder:
        holder.execute("LOCK TABLE journal IN ACCESS EXCLUSIVE MODE")
        with door(database_url) as address:
            sending = threading.Thread(target=send, args=(address,))
            sending.start()
            _wait_for_a_waiting_append(conn)
            threading.Timer(0.3, holder.rollback).start()
    sending.join()
    assert answers == [200]
    assert len(journal(conn)) == 1


def _wait_for_a_waiting_append(conn: Conn) -> None:
    for _ in range(500):
        waiting = conn.execute(
            "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = database "
            "WHERE datname = current_database() AND relation = 'journal'::regclass AND NOT granted"
        ).fetchone()
        if waiting != (0,):
            return
        threading.Event().wait(0.02)
    pytest.fail("no append waits")
