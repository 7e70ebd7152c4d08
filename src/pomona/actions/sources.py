"""Sources of events and the write keys that open the door for them."""

import secrets
from typing import Any, ClassVar

from psycopg import Connection

from pomona.domain.errors import PomonaError

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
    """Make a source with its first write key; gives its id. Raises `RefusedSource`."""
    name = name.strip()
    if not name:
        raise RefusedSource("source_unnamed")
    if kind not in KINDS:
        raise RefusedSource("source_kind", kind=kind)
    with conn.transaction():
        row = conn.execute(
            "INSERT INTO source (name, kind, created_at) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING RETURNING id",
            (name, kind, now),
        ).fetchone()
        if row is None:
            raise RefusedSource("source_taken", name=name)
        issue_write_key(conn, row[0], user=user, now=now)
    return int(row[0])


def issue_write_key(conn: Connection[Any], source: int, *, user: int | None, now: int) -> str:
    """Give the source one more write key. Older keys stay valid until they are revoked."""
    key = secrets.token_urlsafe(24)
    with conn.transaction():
        made = conn.execute(
            "INSERT INTO write_key (key, source_id, created_at, created_by) "
            "SELECT %s, id, %s, %s FROM source WHERE id = %s RETURNING key",
            (key, now, user, source),
        ).fetchone()
    if made is None:
        raise RefusedSource("no_source")
    return key


def revoke_write_key(conn: Connection[Any], key: str, *, user: int, now: int) -> None:
    """Close the door for a key; what it brought stays. Raises `RefusedSource` if it is not in use."""
    with conn.transaction():
        revoked = conn.execute(
            "UPDATE write_key SET revoked_at = %s, revoked_by = %s WHERE key = %s AND revoked_at IS NULL RETURNING key",
            (now, user, key),
        ).fetchone()
    if revoked is None:
        raise RefusedSource("no_key")
