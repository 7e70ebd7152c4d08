"""Requests that a program may send again under a key of its own: carried out once, however often they come."""

from collections.abc import Callable
from typing import Any, ClassVar

from psycopg import Connection

from pomona.domain.errors import PomonaError
from pomona.domain.event import DAY
from pomona.store import keyed_requests
from pomona.store.keyed_requests import Answer, Done, Request

KEPT = DAY
"""How long a key is remembered at least."""


class RefusedRepeat(PomonaError):
    """The key belongs to another request, or to one that goes on; nothing was changed."""

    texts: ClassVar[dict[str, tuple[str, str]]] = {
        "key_of_another": (
            "С этим Idempotency-Key уже был другой запрос. Новому запросу дайте новый ключ.",
            "Another request came with this Idempotency-Key. Give a new request a new key.",
        ),
        "still_going_on": (
            "Запрос с этим Idempotency-Key ещё выполняется. Повторите его чуть позже.",
            "The request with this Idempotency-Key is still going on. Send it again a little later.",
        ),
    }


def once(conn: Connection[Any], asked: Request, write: Callable[[], int | None], *, now: int) -> Done:
    """What came of a request: of carrying it out now, or of the first time that it came.

    `write` changes on `conn`, in the same transaction as the key is noted, and returns the id of what it made: a kill
    undoes both or neither. What it refuses is not noted. Raises RefusedRepeat, and whatever `write` raises.
    """
    with conn.transaction():
        if not keyed_requests.claim(conn, asked):
            raise RefusedRepeat("still_going_on")
        found = keyed_requests.done(conn, asked)
        if found is None:
            made = write()
            keyed_requests.add(conn, asked, made=made, now=now)
            return Done(asked.digest, made, None)
        if found.digest != asked.digest:
            raise RefusedRepeat("key_of_another")
        return found


def keep_answer(conn: Connection[Any], asked: Request, answer: Answer) -> None:
    """Keep how a request was answered, for whoever sends it again."""
    keyed_requests.keep_answer(conn, asked, answer)


def forget_repeats(conn: Connection[Any], *, now: int) -> None:
    """Forget the keys of yesterday."""
    keyed_requests.forget_older(conn, than=now - KEPT)
