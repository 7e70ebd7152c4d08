"""The ordered append and the codec."""

import threading
from typing import Any
from uuid import uuid4

import msgspec
import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pomona.domain.event import By, Event, Kind, message_key
from pomona.journal.append import APPEND_LOCK, append
from pomona.journal.codec import SELECTED, from_row
from pomona.journal.read import facts_after, facts_of, head

Conn = psycopg.Connection[Any]

SUBJECT = b"e" + bytes(16)


def _event(number: int) -> Event:
    return Event(
        key=message_key(1, str(number)),
        t=number,
        received_at=number + 1,
        kind=Kind.TRACK,
        name="page",
        subject=SUBJECT,
        keys=(SUBJECT, b"v" + bytes(16)),
        by=By.PERSON,
        answers={"timeline": ["now"]},
        body={"properties": {"цена": 1.5}},
    )


def _append(conn: Conn, *events: Event) -> list[Event]:
    with conn.transaction():
        return append(conn, events)


def _journal(conn: Conn) -> list[Event]:
    return [from_row(row) for row in conn.execute(f"SELECT {SELECTED} FROM journal ORDER BY seq")]


def test_what_was_appended_is_read_back_equal(conn: Conn) -> None:
    events = [_event(number) for number in range(3)]
    assert _append(conn, *events) == events
    assert [event for _, event in facts_after(conn, 0, shard=0, shards=1, limit=10)[0]] == events
    assert facts_of(conn, [SUBJECT]) == events


texts = st.none() | st.text(st.characters(exclude_characters="\0", codec="utf-8"))
small = st.none() | st.integers(0, 2**31 - 1)
moments = st.integers(-(2**62), 2**62)
any_events = st.builds(
    Event,
    key=st.builds(uuid4),
    t=moments,
    received_at=moments,
    kind=st.sampled_from(Kind),
    name=texts.map(str),
    subject=st.binary(max_size=17),
    keys=st.lists(st.binary(max_size=17), max_size=3).map(tuple),
    by=st.sampled_from(By),
    actor=small,
    source=small,
    campaign=texts,
    channel=texts,
    path=texts,
    answers=st.none() | st.dictionaries(texts.map(str), st.lists(texts.map(str), max_size=2), max_size=2),
    lead=st.none() | moments,
    seller=small,
    agreement=texts,
    version=small,
    body=st.dictionaries(texts.map(str), st.none() | st.booleans() | moments | texts | st.lists(moments), max_size=3),
)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(event=any_events)
def test_the_codec_keeps_every_value(conn: Conn, event: Event) -> None:
    seq = head(conn)
    assert _append(conn, event) == [event]
    row = conn.execute(f"SELECT {SELECTED} FROM journal WHERE seq > %s", (seq,)).fetchone()
    assert row is not None
    assert from_row(row) == event


def test_a_repeated_message_counts_once_and_the_new_ones_beside_it_are_kept(conn: Conn) -> None:
    _append(conn, _event(1))
    changed = msgspec.structs.replace(_event(1), name="repeat")
    assert _append(conn, changed, _event(2), _event(2)) == [_event(2)]
    assert _append(conn, changed) == []
    assert [event.name for event in _journal(conn)] == ["page", "page"]


def test_of_two_messages_of_one_key_the_first_counts(conn: Conn) -> None:
    second = msgspec.structs.replace(_event(1), name="second")
    assert _append(conn, _event(1), second) == [_event(1)]


def test_nothing_to_append_takes_no_lock(conn: Conn) -> None:
    with conn.transaction():
        assert append(conn, []) == []
        locks = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = %s AND pid = pg_backend_pid()"
        assert conn.execute(locks, (APPEND_LOCK,)).fetchone() == (0,)


def test_what_is_rolled_back_can_be_appended_again(conn: Conn) -> None:
    with pytest.raises(ZeroDivisionError), conn.transaction():
        append(conn, [_event(1)])
        raise ZeroDivisionError
    assert _append(conn, _event(1)) == [_event(1)]


def test_an_append_wakes_who_listens_when_it_is_committed(conn: Conn, database_url: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as listener:
        listener.execute("LISTEN journal")
        _append(conn, _event(1))
        assert len(list(listener.notifies(timeout=5, stop_after=1))) == 1


def test_writers_at_the_same_time_append_everything_once_and_a_cursor_skips_nothing(
    conn: Conn, database_url: str
) -> None:
    """Six writers repeat each other's messages, in different orders, while a reader follows by `seq`."""
    troubles: list[BaseException] = []

    def write(writer: int) -> None:
        try:
            with psycopg.connect(database_url, autocommit=True) as own:
                for begin in range(0, 120, 6):
                    numbers = [(begin + step * (1 if writer % 2 else -1)) % 120 for step in range(12)]
                    _append(own, *(_event(number) for number in numbers))
        except BaseException as trouble:
            troubles.append(trouble)

    writers = [threading.Thread(target=write, args=(number,)) for number in range(6)]
    for each in writers:
        each.start()
    seen: list[Event] = []
    seq, writing = 0, True
    while writing:
        writing = any(each.is_alive() for each in writers)
        found, seq = facts_after(conn, seq, shard=0, shards=1, limit=1000)
        seen += [event for _, event in found]
    assert troubles == []
    assert sorted(seen, key=lambda event: event.t) == [_event(number) for number in range(120)]
