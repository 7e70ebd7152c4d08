"""Requests that a program may send again, as stored: what was asked, what it made, how it was answered."""

from typing import Any

import msgspec
from psycopg import Connection


class Request(msgspec.Struct, frozen=True):
    """A request under a key that its user chose; `digest` tells it from any other one."""

    user: int
    key: str
    digest: bytes


class Answer(msgspec.Struct, frozen=True):
    """An answer as it was given."""

    status: int
    headers: dict[str, str]
    body: str


class Done(msgspec.Struct, frozen=True):
    """A request that was carried out: the id of what it made, and how it was answered (None: not yet)."""

    digest: bytes
    made: int | None
    answer: Answer | None


def claim(conn: Connection[Any], asked: Request) -> bool:
    """Whether nobody else is at a request of that key; nobody else will be until the transaction ends."""
    row = conn.execute("SELECT pg_try_advisory_xact_lock(%s, hashtext(%s))", (asked.user, asked.key)).fetchone()
    return row is not None and bool(row[0])


def done(conn: Connection[Any], asked: Request) -> Done | None:
    """What was carried out under that key."""
    row = conn.execute(
        "SELECT digest, made, answer FROM keyed_request WHERE user_id = %s AND key = %s", (asked.user, asked.key)
    ).fetchone()
    return None if row is None else msgspec.convert(dict(zip(Done.__struct_fields__, row, strict=True)), Done)


def add(conn: Connection[Any], asked: Request, *, made: int | None, now: int) -> None:
    """Note that a request was carried out."""
    conn.execute(
        "INSERT INTO keyed_request (user_id, key, digest, made, at) VALUES (%s, %s, %s, %s, %s)",
        (asked.user, asked.key, asked.digest, made, now),
    )


def keep_answer(conn: Connection[Any], asked: Request, answer: Answer) -> None:
    """Note the first answer that was given."""
    conn.execute(
        "UPDATE keyed_request SET answer = %s::jsonb WHERE user_id = %s AND key = %s AND answer IS NULL",
        (msgspec.json.encode(answer).decode(), asked.user, asked.key),
    )


def forget_older(conn: Connection[Any], *, than: int) -> None:
    """Delete what was carried out before that moment."""
    conn.execute("DELETE FROM keyed_request WHERE at < %s", (than,))
