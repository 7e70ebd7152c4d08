"""Keys with which programs do what their user may."""

import secrets
from hashlib import sha256
from typing import Any, ClassVar

from psycopg import Connection

from pomona.actions.changing import changing
from pomona.domain.errors import PomonaError
from pomona.store import api_keys
from pomona.store.changes import Document

PREFIX = "pomona_"
"""Lets people and scanners of published secrets know what they found."""
RANDOM_BYTES = 32
MOST_CHARACTERS = 100
HINT_CHARACTERS = 4


class RefusedKey(PomonaError):
    """The key cannot be made or revoked so; nothing was changed."""

    texts: ClassVar[dict[str, tuple[str, str]]] = {
        "key_unnamed": (
            "Назовите ключ: по названию вы потом поймёте, какая программа им пользуется.",
            "Give the key a name: it will tell you later which program uses it.",
        ),
        "no_own_key": (
            "Такого действующего ключа у вас нет: возможно, вы его уже отозвали.",
            "You have no such key in use: you may have revoked it already.",
        ),
    }


def create_key(conn: Connection[Any], name: str, *, user: int, now: int) -> str:
    """A new key of the user: this is the only time it can be read. Raises RefusedKey."""
    name = name.strip()[:MOST_CHARACTERS]
    if not name:
        raise RefusedKey("key_unnamed")
    key = PREFIX + secrets.token_urlsafe(RANDOM_BYTES)
    with changing(conn, Document.API_KEYS, user, user=user, now=now):
        api_keys.add(conn, user, name=name, digest=_digest(key), hint=key[-HINT_CHARACTERS:], now=now)
    return key


def revoke_key(conn: Connection[Any], number: int, *, user: int, now: int) -> None:
    """Let one of the user's own keys open nothing any more. Raises RefusedKey."""
    with changing(conn, Document.API_KEYS, user, user=user, now=now):
        if not api_keys.revoke(conn, number, user=user, now=now):
            raise RefusedKey("no_own_key")


def user_of_key(conn: Connection[Any], key: str, *, now: int) -> int | None:
    """Whose key this is; None if it opens nothing: unknown, revoked, or its user may not log in any more."""
    return api_keys.use(conn, _digest(key), now=now)


def _digest(key: str) -> bytes:
    """Enough for a key of 32 random bytes, which no dictionary holds."""
    return sha256(key.encode()).digest()
