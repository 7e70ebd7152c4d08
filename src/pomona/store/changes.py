"""Documents that are changed in place, as they are, and the trail of who changed what."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from psycopg import Connection
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

CHANGE_LOCK = 7_266_012


class Document(StrEnum):
    """What is changed in place. A row is named by its number; a team and a calendar by the name agreements use."""

    USER = "user"
    API_KEYS = "api_keys"
    SELLER = "seller"
    PRESENCE = "presence"
    TEAM = "team"
    CALENDAR = "calendar"
    SOURCE = "source"
    LIST = "list"


SECRET = frozenset({"password"})
"""Fields of which the trail says only that they changed."""

_HINT_CHARACTERS = 4
"""A write key is told from others by its last characters."""

_FIELDS: dict[Document, str] = {
    Document.USER: "username AS login, concat_ws(' ', nullif(first_name, ''), nullif(last_name, '')) AS name, email, "
    "role, is_active AS active, password, nullif(telegram_chat IS NOT NULL, false) AS telegram "
    'FROM "user" WHERE id = %s::bigint',
    Document.API_KEYS: "coalesce(jsonb_agg(name || ' …' || hint ORDER BY id), '[]') AS keys FROM api_key "
    "WHERE user_id = %s::bigint AND revoked_at IS NULL",
    Document.SELLER: "team.name AS team, calendar.name AS calendar, away_until, capacity, phone FROM seller "
    "LEFT JOIN team ON team.id = team_id LEFT JOIN calendar ON calendar.id = calendar_id WHERE user_id = %s::bigint",
    Document.PRESENCE: "present FROM seller WHERE user_id = %s::bigint",
    Document.TEAM: "title FROM team WHERE name = %s",
    Document.CALENDAR: "time_zone, hours, holidays, days_off FROM calendar WHERE name = %s",
    Document.SOURCE: "name, kind, (SELECT coalesce(jsonb_agg('…' || right(key, "
    f"{_HINT_CHARACTERS}) ORDER BY created_at, key), '[]') FROM write_key "
    "WHERE source_id = source.id AND revoked_at IS NULL) AS keys FROM source WHERE id = %s::bigint",
    Document.LIST: "name, kind FROM named_list WHERE id = %s::uuid",
}
"""What the trail follows of each document: the rest of its row is derived, or nobody else's business."""


def lock(conn: Connection[Any], document: Document, row: object) -> None:
    """Let nobody else change this row, there already or not, until the transaction ends."""
    conn.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", (CHANGE_LOCK, f"{document} {row}"))


def read(conn: Connection[Any], document: Document, row: object) -> dict[str, Any]:
    """The document as it is; empty where there is none."""
    with conn.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(f"SELECT {_FIELDS[document]}", (str(row),)).fetchone() or {}


def add(
    conn: Connection[Any],
    document: Document,
    row: object,
    *,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    user: int | None,
    now: int,
    why: str,
) -> None:
    """Add a change to the trail, without what is secret; `before` and `after` hold the changed fields only."""
    conn.execute(
        "INSERT INTO change (document, row, made_at, made_by, before, after, why) VALUES (%s, %s, %s, %s, %s, %s, %s)",
        (document, str(row), now, user, _told(before), _told(after), why),
    )


def _told(fields: Mapping[str, Any]) -> Jsonb:
    return Jsonb({name: None if name in SECRET else value for name, value in fields.items()})
