"""The ordered append and the codec."""

from typing import Any

import msgspec
import psycopg

from pomona.domain.event import By, Event, Kind, message_key
from pomona.journal.append import append
from pomona.journal.read import facts_after, facts_of


def _event(number: int) -> Event:
    return Event(
        key=message_key(1, str(number)),
        t=number,
        received_at=number + 1,
        kind=Kind.TRACK,
        name="page",
        subject=b"e" + bytes(16),
        keys=(b"e" + bytes(16), b"v" + bytes(16)),
        by=By.PERSON,
        answers={"timeline": ["now"]},
        body={"properties": {"цена": 1.5}},
    )


def test_what_was_appended_is_read_back_equal(conn: psycopg.Connection[Any]) -> None:
    events = [_event(number) for number in range(3)]
    with conn.transaction():
        assert append(conn, events) == events
    assert [event for _, event in facts_after(conn, 0, shard=0, shards=1, limit=10)[0]] == events
    assert facts_of(conn, [events[0].subject]) == events


def test_a_repeated_message_counts_once_and_the_new_ones_beside_it_are_kept(conn: psycopg.Connection[Any]) -> None:
    with conn.transaction():
        append(conn, [_event(1)])
    changed = msgspec.structs.replace(_event(1), name="repeat")
    with conn.transaction():
        assert append(conn, [changed, _event(2), _event(2)]) == [_event(2)]
    assert [event.name for event in facts_of(conn, [b"e" + bytes(16)])] == ["page", "page"]
