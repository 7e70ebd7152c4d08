"""Every change of a document that is changed in place leaves who, when, from, to and why."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from psycopg import Connection

from pomona.store import changes
from pomona.store.changes import Document


@contextmanager
def changing(
    conn: Connection[Any], document: Document, row: object, *, user: int | None, now: int, why: str = ""
) -> Iterator[None]:
    """A transaction that changes one document, alone, and leaves the change in the trail, if there is any."""
    with conn.transaction():
        changes.lock(conn, document, row)
        before = changes.read(conn, document, row)
        yield
        record(conn, document, row, before, user=user, now=now, why=why)


def record(
    conn: Connection[Any],
    document: Document,
    row: object,
    before: dict[str, Any],
    *,
    user: int | None,
    now: int,
    why: str = "",
) -> None:
    """Leave in the trail how the document, as it is now, differs from `before` ({}: it was just made)."""
    after = changes.read(conn, document, row)
    changed = {name for name in before | after if before.get(name) != after.get(name)}
    if changed:
        was, is_now = ({name: each[name] for name in changed & each.keys()} for each in (before, after))
        changes.add(conn, document, row, before=was, after=is_now, user=user, now=now, why=why.strip())
