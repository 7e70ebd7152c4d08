"""Identity keys: hashes keyed by the installation's secret, so that the journal's columns name nobody."""

from functools import lru_cache
from hashlib import blake2b
from typing import Any

from psycopg import Connection

from pomona.domain.event import Key

PERSON_KINDS = {"email": b"e", "phone": b"p", "id": b"i"}
"""First letter of a person key by its kind; a visitor's is `v`."""


def person_key(secret: bytes, kind: str, value: str) -> Key:
    """The key of a person's normal value (`kind`: email, phone or id)."""
    return PERSON_KINDS[kind] + _hash(secret, kind, value)


def visitor_key(secret: bytes, value: str) -> Key:
    """The key of a browser's anonymous id."""
    return b"v" + _hash(secret, "visitor", value)


def load_secret(conn: Connection[Any]) -> bytes:
    """The installation's secret that keys the hashes. Raises LookupError before the installation is set up."""
    row = conn.execute("SELECT secret FROM installation WHERE id = 1").fetchone()
    if row is None:
        raise LookupError("no installation")
    return bytes(row[0])


@lru_cache(maxsize=65_536)
def _hash(secret: bytes, kind: str, value: str) -> bytes:
    return blake2b(value.encode(), digest_size=16, key=bytes(secret)[:64], person=kind.encode()).digest()
