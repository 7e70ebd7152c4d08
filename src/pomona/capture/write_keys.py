"""Which source a write key belongs to, remembered for a few seconds."""

import asyncio
import time
from typing import Any

import msgspec
from psycopg import Connection

from pomona.capture.errors import RefusedRequest
from pomona.capture.group_commit import GroupCommit
from pomona.journal.keys import load_secret
from pomona.journal.sources import write_keys

FRESH_SECONDS = 5.0
"""A revoked key stops working within this time."""

PAUSE_SECONDS = 1.0
"""Unknown keys make us look again at most this often."""


class KeyRing(msgspec.Struct, frozen=True):
    """The installation's secret and the source of every valid write key, as they were read."""

    secret: bytes
    sources: dict[str, int]


class WriteKeys:
    """The key ring, read anew when it is old or a key is not on it."""

    def __init__(self, database: GroupCommit) -> None:
        self._database = database
        self._ring: KeyRing | None = None
        self._read_at = 0.0
        self._reading = asyncio.Lock()

    async def source_of(self, write_key: str) -> tuple[int, bytes]:
        """The source of a key, and the secret. Raises RefusedRequest `unknown_key` or `database_away`."""
        ring = await self._current(write_key)
        source = ring.sources.get(write_key)
        if source is None:
            raise RefusedRequest("unknown_key")
        return source, ring.secret

    async def _current(self, write_key: str) -> KeyRing:
        if (ring := self._usable(write_key)) is not None:
            return ring
        async with self._reading:
            if (ring := self._usable(write_key)) is not None:
                return ring
            self._ring = await self._database.read(_read)
            self._read_at = time.monotonic()
            return self._ring

    def _usable(self, write_key: str) -> KeyRing | None:
        age = time.monotonic() - self._read_at
        if self._ring is None or age > FRESH_SECONDS:
            return None
        return self._ring if write_key in self._ring.sources or age < PAUSE_SECONDS else None


def _read(conn: Connection[Any]) -> KeyRing:
    try:
        return KeyRing(load_secret(conn), write_keys(conn))
    except LookupError:
        raise RefusedRequest("unknown_key") from None
