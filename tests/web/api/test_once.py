"""Requests sent again: under an `Idempotency-Key` nothing is done twice, and the first answer is given again."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.http import HttpResponse
from django.test import Client

from pomona.actions import repeats
from pomona.domain.event import DAY, HOUR
from pomona.store import keyed_requests
from pomona.store.database import connect, connection
from pomona.store.keyed_requests import Request
from tests.web.api.asking import Program, code

Conn = psycopg.Connection[Any]
MARK = "/api/v1/agreements/default/pass-mark"
KEY = "8e03978e-40d5-43dd-bc93-6894a57f9324"


def move(client: Client, value: float = 60, key: str = KEY) -> HttpResponse:
    """Move the pass mark."""
    return client.post(MARK, {"value": value}, "application/json", headers={"Idempotency-Key": key})


def moves(conn: Conn) -> int:
    """How often the mark was really moved."""
    row = conn.execute("SELECT count(*) FROM journal WHERE name = 'pass mark moved'").fetchone()
    assert row is not None
    return int(row[0])


@pytest.fixture
def other(database_url: str) -> Iterator[Conn]:
    """Another process."""
    with connect(database_url) as found:
        yield found


def test_a_request_sent_again_is_not_carried_out_again(program: Program, conn: Conn) -> None:
    head = program("head")
    first, again = move(head), move(head, key=f'"{KEY}"')
    assert (first.status_code, again.status_code, again.content) == (200, 200, first.content)
    assert moves(conn) == 1
    assert move(head, value=65, key="another").status_code == 200
    assert moves(conn) == 2


def test_the_first_answer_is_given_again_whatever_came_after(program: Program, users: dict[str, int]) -> None:
    marketing, address = program("marketing"), "/api/v1/agreements/default/versions/1/backtests"
    headers = {"Idempotency-Key": KEY}
    first = marketing.post(address, {"days": 30}, "application/json", headers=headers)
    marketing.post(f"{first['Location']}/cancel")
    again = marketing.post(address, {"days": 30}, "application/json", headers=headers)
    assert again.status_code == 202
    assert (again["Location"], again["Content-Type"]) == (first["Location"], "application/json")
    assert again.json()["state"] == "waiting"
    assert marketing.get(first["Location"]).json()["state"] == "cancelled"


def test_a_key_belongs_to_one_request(program: Program, conn: Conn) -> None:
    head = program("head")
    move(head)
    assert code(move(head, value=65), 422) == "key_of_another"
    elsewhere = head.post(MARK + "?x=1", {"value": 60}, "application/json", headers={"Idempotency-Key": KEY})
    assert code(elsewhere, 422) == "key_of_another"
    assert moves(conn) == 1


def test_a_key_belongs_to_one_user(program: Program, conn: Conn) -> None:
    assert move(program("head")).status_code == 200
    assert move(program("head")).status_code == 200
    assert move(program("marketing"), value=65).status_code == 200
    assert moves(conn) == 2


def test_what_was_refused_may_be_asked_again(program: Program, conn: Conn) -> None:
    head = program("head")
    assert code(move(head, value=90), 422) == "out_of_bounds"
    assert code(move(program("seller")), 403) == "not_allowed"
    assert move(head).status_code == 200
    assert moves(conn) == 1


def test_of_two_at_once_one_is_told_to_wait(
    program: Program, conn: Conn, other: Conn, users: dict[str, int], now: int
) -> None:
    head = program("head")
    with other.transaction():
        assert keyed_requests.claim(other, Request(users["head"], KEY, b""))
        assert code(move(head), 409) == "still_going_on"
        assert move(head, value=65, key="another").status_code == 200
    assert move(head).status_code == 200


def test_a_kill_before_the_end_leaves_nothing(program: Program, conn: Conn, users: dict[str, int], now: int) -> None:
    def killed() -> int:
        connection().execute("SELECT pg_terminate_backend(pg_backend_pid())")
        return 1

    with pytest.raises(psycopg.OperationalError):
        repeats.once(connection(), Request(users["head"], KEY, b"x"), killed, now=now)
    assert conn.execute("SELECT count(*) FROM keyed_request").fetchone() == (0,)


def test_a_kill_after_the_change_leaves_the_answer_to_the_next(program: Program, conn: Conn) -> None:
    head = program("head")
    first = move(head)
    conn.execute("UPDATE keyed_request SET answer = NULL")
    again = move(head)
    assert (again.status_code, again.content) == (200, first.content)
    assert moves(conn) == 1
    assert conn.execute("SELECT answer IS NOT NULL FROM keyed_request").fetchone() == (True,)


@pytest.mark.parametrize("key", ["", "ключ", "x" * 256, 'a"b', "a\\b"])
def test_a_key_is_short_and_printable(program: Program, conn: Conn, key: str) -> None:
    assert code(move(program("head"), key=key), 400) == "bad_idempotency_key"
    assert moves(conn) == 0


def test_keys_are_forgotten_after_a_day(program: Program, conn: Conn, now: int) -> None:
    head = program("head")
    move(head)
    repeats.forget_repeats(conn, now=now + DAY - HOUR)
    assert move(head).status_code == 200
    assert moves(conn) == 1
    repeats.forget_repeats(conn, now=now + DAY + HOUR)
    assert move(head, value=65).status_code == 200
    assert moves(conn) == 2
