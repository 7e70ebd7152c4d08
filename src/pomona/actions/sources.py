"""Sources of events and the write keys that open the door for them."""

from typing import Any, ClassVar

from psycopg import Connection
from psycopg.errors import ForeignKeyViolation

from pomona.actions.allowed import demand
from pomona.actions.changing import changing, record
from pomona.domain.errors import PomonaError
from pomona.journal import sources
from pomona.store.changes import Document
from pomona.store.powers import Power

KINDS = ("site", "server", "import")


class RefusedSource(PomonaError):
    """The source or key cannot be made or changed so; nothing was changed."""

    texts: ClassVar[dict[str, tuple[str, str]]] = {
        "source_unnamed": ("Назовите источник.", "Give the source a name."),
        "source_kind": (
            "Вид источника «{kind}» неизвестен: выберите сайт, сервер или импорт.",
            'The kind of source "{kind}" is not known: choose site, server or import.',
        ),
        "source_taken": (
            "Источник «{name}» уже есть. Выберите другое название.",
            'There is a source "{name}" already. Choose another name.',
        ),
        "no_source": ("Такого источника нет.", "There is no such source."),
        "no_key": (
            "Такого действующего ключа нет: возможно, его уже отозвали.",
            "There is no such key in use: it may have been revoked already.",
        ),
    }


def create_source(conn: Connection[Any], name: str, kind: str, *, user: int | None, now: int) -> int:
    """Make a source with its first write key; gives its id. Raises `NotAllowed`, `RefusedSource`."""
    demand(conn, user, Power.MANAGE_SOURCES)
    name = name.strip()
    if not name:
        raise RefusedSource("source_unnamed")
    if kind not in KINDS:
        raise RefusedSource("source_kind", kind=kind)
    with conn.transaction():
        source = sources.create_source(conn, name, kind, now=now)
        if source is None:
            raise RefusedSource("source_taken", name=name)
        sources.create_write_key(conn, source, user=user, now=now)
        record(conn, Document.SOURCE, source, {}, user=user, now=now)
    return source


def issue_write_key(conn: Connection[Any], source: int, *, user: int | None, now: int) -> str:
    """Give the source one more write key. Older keys stay valid until they are revoked.

    Raises `NotAllowed`, `RefusedSource`.
    """
    demand(conn, user, Power.MANAGE_SOURCES)
    try:
        with changing(conn, Document.SOURCE, source, user=user, now=now):
            return sources.create_write_key(conn, source, user=user, now=now)
    except ForeignKeyViolation:
        raise RefusedSource("no_source") from None


def revoke_write_key(conn: Connection[Any], key: str, *, user: int, now: int) -> None:
    """Close the door for a key; what it brought stays.

    Raises `NotAllowed`, or `RefusedSource` if it is not in use.
    """
    demand(conn, user, Power.MANAGE_SOURCES)
    source = sources.write_keys(conn).get(key)
    if source is None:
        raise RefusedSource("no_key")
    with changing(conn, Document.SOURCE, source, user=user, now=now):
        sources.revoke(conn, key, user=user, now=now)
