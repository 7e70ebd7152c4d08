"""Lists as stored: every version of them stays readable, because an item keeps the versions it stood in."""

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from psycopg import Connection

from pomona.domain.lists import Change, Kind

MOST_KEPT = 32
"""How many versions of lists a process keeps read."""

_AT = "from_number <= %(number)s AND (until_number IS NULL OR until_number > %(number)s)"

_kept: dict[tuple[UUID, int], frozenset[str]] = {}


class ListRow(NamedTuple):
    """A list at its newest version (0: empty from the start)."""

    id: UUID
    name: str
    kind: Kind
    number: int


class ListVersion(NamedTuple):
    """One version of one list."""

    id: UUID
    number: int


def newest(conn: Connection[Any], names: Collection[str]) -> dict[str, ListVersion]:
    """The newest version of these lists by name; unknown ones are missing. Held against deletion until the
    transaction ends.
    """
    rows = conn.execute(
        "SELECT name, id, number FROM named_list WHERE name = ANY(%s) ORDER BY id FOR SHARE", (list(names),)
    )
    return {name: ListVersion(*row) for name, *row in rows}


def items_of(conn: Connection[Any], version: ListVersion) -> frozenset[str]:
    """The normal forms of a version's items. A version never changes, so a process reads it once."""
    found = _kept.get(version)
    if found is None:
        rows = conn.execute(
            f"SELECT normal FROM list_item WHERE list_id = %(id)s AND {_AT}", version._asdict(), binary=True
        )
        found = frozenset(row[0] for row in rows)
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        _kept[version] = found
    return found


def items_of_each(conn: Connection[Any], versions: Mapping[str, ListVersion]) -> dict[str, frozenset[str]]:
    """`items_of` by the lists' names."""
    return {name: items_of(conn, version) for name, version in versions.items()}


def lock(conn: Connection[Any], list_id: UUID) -> ListRow | None:
    """The list, locked until the transaction ends."""
    row = conn.execute("SELECT id, name, kind, number FROM named_list WHERE id = %s FOR UPDATE", (list_id,)).fetchone()
    return None if row is None else ListRow(*row)


def written_items(conn: Connection[Any], list_id: UUID) -> dict[str, str]:
    """The items of a list's newest version: as written by normal form."""
    rows = conn.execute("SELECT normal, written FROM list_item WHERE list_id = %s AND until_number IS NULL", (list_id,))
    return dict(rows.fetchall())


def create(conn: Connection[Any], name: str, kind: Kind, *, now: int) -> UUID | None:
    """The id of a new, empty list; None where the name is taken."""
    row = conn.execute(
        "INSERT INTO named_list (id, name, kind, number, size, created_at) "
        "VALUES (gen_random_uuid(), %s, %s, 0, 0, %s) ON CONFLICT (name) DO NOTHING RETURNING id",
        (name, kind, now),
    ).fetchone()
    return None if row is None else UUID(str(row[0]))


def save_change(conn: Connection[Any], row: ListRow, change: Change, *, user: int | None, now: int) -> int:
    """Make the next version of a locked list; returns its number."""
    number = row.number + 1
    conn.execute(
        "UPDATE list_item SET until_number = %s WHERE list_id = %s AND until_number IS NULL AND normal = ANY(%s)",
        (number, row.id, list(change.went)),
    )
    with (
        conn.cursor() as cursor,
        cursor.copy("COPY list_item (list_id, normal, written, from_number) FROM STDIN") as to,
    ):
        for normal, written in change.came.items():
            to.write_row((row.id, normal, written, number))
    conn.execute(
        "INSERT INTO list_version (list_id, number, made_at, made_by_id, came, went) VALUES (%s, %s, %s, %s, %s, %s)",
        (row.id, number, now, user, len(change.came), len(change.went)),
    )
    conn.execute(
        "UPDATE named_list SET number = %s, size = size + %s WHERE id = %s",
        (number, len(change.came) - len(change.went), row.id),
    )
    return number


def users_of(conn: Connection[Any], name: str) -> list[str]:
    """The agreements of which some version, a draft too, asks for the list of that name."""
    rows = conn.execute("SELECT DISTINCT agreement_id FROM agreement_version WHERE lists ? %s ORDER BY 1", (name,))
    return [row[0] for row in rows]


def delete(conn: Connection[Any], list_id: UUID) -> None:
    """Delete a list with all its versions."""
    for table in ("list_item", "list_version", "list_upload"):
        conn.execute(f"DELETE FROM {table} WHERE list_id = %s", (list_id,))
    conn.execute("DELETE FROM named_list WHERE id = %s", (list_id,))


def keep_upload(conn: Connection[Any], list_id: UUID, user: int, *, name: str, content: bytes, now: int) -> None:
    """Keep the file that a user is about to take in, in place of any before it."""
    conn.execute(
        "INSERT INTO list_upload (list_id, user_id, name, content, uploaded_at) VALUES (%s, %s, %s, %s, %s) "
        "ON CONFLICT (list_id, user_id) DO UPDATE SET (name, content, uploaded_at) = "
        "ROW (EXCLUDED.name, EXCLUDED.content, EXCLUDED.uploaded_at)",
        (list_id, user, name, content, now),
    )


def drop_upload(conn: Connection[Any], list_id: UUID, user: int) -> None:
    """Forget the file that a user was about to take in."""
    conn.execute("DELETE FROM list_upload WHERE list_id = %s AND user_id = %s", (list_id, user))


def as_json(versions: Mapping[str, ListVersion]) -> dict[str, list[Any]]:
    """How an agreement's version keeps the versions of its lists."""
    return {name: [str(version.id), version.number] for name, version in versions.items()}


def from_json(kept: str) -> dict[str, ListVersion]:
    """What `as_json` said, from its text."""
    return {name: ListVersion(UUID(id), number) for name, (id, number) in msgspec.json.decode(kept).items()}
