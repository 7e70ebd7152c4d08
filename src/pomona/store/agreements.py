"""Agreements as stored: which versions are in force, any version read, drafts, signatures."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from hashlib import sha256
from typing import Any, NamedTuple

import msgspec
from psycopg import Connection

from pomona.domain.agreement import Agreement, read_agreement
from pomona.domain.stages import Decision
from pomona.domain.terms import Terms
from pomona.domain.trials import Trial
from pomona.store import drafts, lists, switching, trials
from pomona.store.lists import ListVersion

Items = tuple[tuple[str, frozenset[str]], ...]
"""Lists with the normal forms of their items, by name."""


class VersionRow(NamedTuple):
    """One version without its document. `id` is the row's."""

    id: int
    name: str
    number: int
    state: str


def stamp(number: int, state: str, document: str) -> str:
    """What tells one state of an agreement's newest version from any other; whoever changes it names it."""
    return sha256(f"{number} {state} {document}".encode()).hexdigest()[:32]


def lock_newest(conn: Connection[Any], name: str, *, now: int) -> str:
    """Make the agreement if need be and lock it until the transaction ends.

    Returns the stamp of its newest version; "" while it has none.
    """
    conn.execute(
        "INSERT INTO agreement (name, title, created_at) VALUES (%s, '', %s) ON CONFLICT DO NOTHING", (name, now)
    )
    conn.execute("SELECT 1 FROM agreement WHERE name = %s FOR UPDATE", (name,))
    newest = conn.execute(
        "SELECT number, state, document FROM agreement_version WHERE agreement_id = %s ORDER BY number DESC LIMIT 1",
        (name,),
    ).fetchone()
    return "" if newest is None else stamp(*newest)


def in_force(conn: Connection[Any], now: int) -> dict[str, Agreement]:
    """The version in force at `now` of every agreement that has one, by name."""
    rows = conn.execute(f"{_SELECT} {_FROM} WHERE {_IN_FORCE} ORDER BY v.agreement_id", {"at": now})
    return {row[0]: _of_row(conn, row) for row in rows.fetchall()}


def terms(conn: Connection[Any], now: int) -> Terms:
    """What leads are scored under at `now` and counted under ahead. The identity lock must be held, if only shared.

    Not before the last change that leads are being brought to: whoever read the clock before it comes after it.
    """
    at = max(now, switching.begun_at(conn))
    rows = conn.execute(
        f"{_SELECT}, {_IN_FORCE} AS holds {_FROM} WHERE {_IN_FORCE} OR {_COMING} ORDER BY v.agreement_id, v.number",
        {"at": at},
    ).fetchall()
    coming = {(row[0], row[1]): _of_row(conn, row[:-1]) for row in rows if not row[-1]}
    return Terms(
        at,
        {row[0]: _of_row(conn, row[:-1]) for row in rows if row[-1]},
        tuple(coming.values()),
        {
            each.agreement: Trial(each.id, coming[each.agreement, each.challenger], each.share, each.started_at or 0)
            for each in trials.all_running(conn, at)
        },
    )


def in_force_between(conn: Connection[Any], since: int, until: int) -> list[tuple[Agreement, int, int | None]]:
    """Every version that was in force at any moment of [`since`, `until`), with its [start, end) (None: open)."""
    rows = conn.execute(
        "SELECT id, in_force_from, in_force_until FROM agreement_version "
        "WHERE in_force_from < %s AND (in_force_until IS NULL OR in_force_until > %s) ORDER BY id",
        (until, since),
    ).fetchall()
    return [(agreement_by_id(conn, version), start, end) for version, start, end in rows]


def versions(
    conn: Connection[Any], wanted: Iterable[tuple[str, int]], *, at: int = 0
) -> dict[tuple[str, int], Agreement]:
    """These (agreement, version number), whether in force or not, with the pass mark as of `at`.

    Unknown ones are missing; without `at` the mark stands where it starts.
    """
    pairs = set(wanted)
    if not pairs:
        return {}
    names, numbers = zip(*pairs, strict=True)
    rows = conn.execute(
        f"{_SELECT} {_FROM} JOIN unnest(%(names)s::text[], %(numbers)s::int[]) AS wanted (name, number) "
        "ON v.agreement_id = wanted.name AND v.number = wanted.number",
        {"names": list(names), "numbers": list(numbers), "at": at},
    )
    return {(row[0], row[1]): _of_row(conn, row) for row in rows.fetchall()}


def version(conn: Connection[Any], name: str, number: int, *, at: int = 0) -> Agreement | None:
    """One version of an agreement, whether in force or not, with the pass mark as of `at`."""
    return versions(conn, [(name, number)], at=at).get((name, number))


_NEWEST_LISTS = (
    "coalesce((SELECT jsonb_object_agg(newest.name, jsonb_build_array(newest.id, newest.number)) "
    "FROM named_list newest WHERE v.lists ? newest.name), '{}')"
)
"""The lists of a version as they are now."""

_IN_FORCE = "coalesce(v.in_force_from <= %(at)s AND (v.in_force_until IS NULL OR v.in_force_until > %(at)s), false)"
_TO_COME = "v.in_force_from > %(at)s AND (v.in_force_until IS NULL OR v.in_force_until > v.in_force_from)"
_COMING = f"(v.state IN ('proposed', 'trial') OR {_TO_COME})"
_SELECT = (
    "SELECT v.agreement_id, v.number, v.parsed::text, "
    f"(CASE WHEN v.state = 'draft' THEN {_NEWEST_LISTS} ELSE v.lists END)::text, "
    "h.number, h.parsed::text, h.lists::text, moved.mark"
)
_FROM = (
    "FROM agreement_version v LEFT JOIN agreement_version h ON h.id = v.house_id LEFT JOIN LATERAL ("
    "SELECT CASE WHEN (body ->> 'until')::bigint <= %(at)s THEN NULL ELSE (body ->> 'value')::int END AS mark "
    f"FROM journal WHERE kind = 'decision' AND name = '{Decision.PASS_MARK_MOVED}' "
    "AND agreement = v.agreement_id AND version = v.number AND t <= %(at)s ORDER BY t DESC, seq DESC LIMIT 1"
    ") AS moved ON true"
)
"""The pass mark of a version is where its last move put it, until that move ends."""


def _of_row(conn: Connection[Any], row: tuple[Any, ...]) -> Agreement:
    _, number, document, lists, *house, mark = row
    rules = None if house[0] is None else (house[0], house[1], _items(conn, house[2]))
    return _read(number, document, _items(conn, lists), rules, mark)


def _items(conn: Connection[Any], kept: str) -> Items:
    return tuple(lists.items_of_each(conn, lists.from_json(kept)).items())


@lru_cache(maxsize=256)
def _read(
    number: int, document: str, given: Items, house: tuple[int, str, Items] | None, mark: int | None = None
) -> Agreement:
    """Cached by its whole content: a version is never edited, so a process reads it once.

    The items of a list are the same set each time, so that looking for them here costs nothing.
    """
    if mark is not None:
        return _read(number, document, given, house).at_mark(mark)
    rules = None if house is None else _read(*house, None)
    agreement = read_agreement(msgspec.json.decode(document), house=rules, lists=dict(given))
    return msgspec.structs.replace(agreement, version=number)


def lists_kept(conn: Connection[Any], version_id: int) -> dict[str, ListVersion]:
    """The versions of the company's lists that a version keeps: as of its proposal, of a draft as of its saving."""
    row = conn.execute("SELECT lists::text FROM agreement_version WHERE id = %s", (version_id,)).fetchone()
    assert row is not None
    return lists.from_json(row[0])


def keep_lists(conn: Connection[Any], version_id: int) -> None:
    """From now on the version keeps its lists as they are now."""
    conn.execute(f"UPDATE agreement_version v SET lists = {_NEWEST_LISTS} WHERE id = %s", (version_id,))


def lock_version(conn: Connection[Any], version_id: int) -> VersionRow | None:
    """The version, locked after its agreement (in the order of `lock_newest`) until the transaction ends."""
    conn.execute(
        "SELECT 1 FROM agreement WHERE name = (SELECT agreement_id FROM agreement_version WHERE id = %s) FOR UPDATE",
        (version_id,),
    )
    row = conn.execute(
        "SELECT id, agreement_id, number, state FROM agreement_version WHERE id = %s FOR UPDATE", (version_id,)
    ).fetchone()
    return None if row is None else VersionRow(*row)


def row_of(conn: Connection[Any], name: str, number: int) -> VersionRow | None:
    """The row of one version."""
    row = conn.execute(
        "SELECT id, agreement_id, number, state FROM agreement_version WHERE agreement_id = %s AND number = %s",
        (name, number),
    ).fetchone()
    return None if row is None else VersionRow(*row)


def in_force_id(conn: Connection[Any], name: str, now: int) -> int | None:
    """The row of the agreement's version in force at `now`."""
    row = conn.execute(
        "SELECT id FROM agreement_version WHERE agreement_id = %s AND in_force_from <= %s "
        "AND (in_force_until IS NULL OR in_force_until > %s)",
        (name, now, now),
    ).fetchone()
    return None if row is None else int(row[0])


def signed_ahead(conn: Connection[Any], name: str, now: int) -> int | None:
    """The number of the agreement's version that is signed and comes into force after `now`."""
    row = conn.execute(
        f"SELECT number FROM agreement_version AS v WHERE agreement_id = %(name)s AND {_TO_COME} "
        "ORDER BY number DESC LIMIT 1",
        {"name": name, "at": now},
    ).fetchone()
    return None if row is None else int(row[0])


def agreement_by_id(conn: Connection[Any], version_id: int) -> Agreement:
    """The agreement that a version's row holds."""
    found = agreement_if_any(conn, version_id)
    assert found is not None
    return found


def agreement_if_any(conn: Connection[Any], version_id: int) -> Agreement | None:
    """The agreement that a version's row holds, if there is such a row."""
    row = conn.execute(f"{_SELECT} {_FROM} WHERE v.id = %(id)s", {"id": version_id, "at": 0}).fetchone()
    return None if row is None else _of_row(conn, row)


def agreement_in_force(conn: Connection[Any], name: str, now: int) -> Agreement | None:
    """The version of that agreement in force at `now`."""
    version_id = in_force_id(conn, name, now)
    return None if version_id is None else agreement_by_id(conn, version_id)


def exists(conn: Connection[Any], version_id: int) -> bool:
    """Whether there is a version of that row's id."""
    return conn.execute("SELECT 1 FROM agreement_version WHERE id = %s", (version_id,)).fetchone() is not None


def document_of(conn: Connection[Any], version_id: int) -> str:
    """A version's YAML as written."""
    row = conn.execute("SELECT document FROM agreement_version WHERE id = %s", (version_id,)).fetchone()
    assert row is not None
    return str(row[0])


def save_draft(
    conn: Connection[Any],
    name: str,
    *,
    text: str,
    parsed: dict[str, Any],
    house: int | None,
    user: int | None,
    now: int,
    asked: Mapping[str, ListVersion] | None = None,
) -> VersionRow:
    """Write the agreement's one draft: over the newest version while that is a draft, else as the next number.

    `asked` are the company's lists that it asks for.
    """
    lock_newest(conn, name, now=now)
    newest = conn.execute(
        "SELECT number, state FROM agreement_version WHERE agreement_id = %s ORDER BY number DESC LIMIT 1", (name,)
    ).fetchone()
    number, state = newest or (0, "")
    row = conn.execute(
        "INSERT INTO agreement_version (agreement_id, number, state, document, parsed, lists, house_id, created_at, "
        "created_by_id) VALUES (%s, %s, 'draft', %s, %s::jsonb, %s::jsonb, %s, %s, %s) "
        "ON CONFLICT (agreement_id, number) DO UPDATE SET (document, parsed, lists, house_id, created_at, "
        "created_by_id) = ROW (EXCLUDED.document, EXCLUDED.parsed, EXCLUDED.lists, EXCLUDED.house_id, "
        "EXCLUDED.created_at, EXCLUDED.created_by_id) "
        "RETURNING id, agreement_id, number, state",
        (
            name,
            number if state == "draft" else number + 1,
            text,
            msgspec.json.encode(parsed).decode(),
            msgspec.json.encode(lists.as_json(asked or {})).decode(),
            house,
            now,
            user,
        ),
    ).fetchone()
    assert row is not None
    drafts.add(conn, row[0], text, user=user, now=now)
    return VersionRow(*row)


def state_of(conn: Connection[Any], version_id: int) -> str | None:
    """Where a version stands."""
    row = conn.execute("SELECT state FROM agreement_version WHERE id = %s", (version_id,)).fetchone()
    return None if row is None else str(row[0])


def set_state(conn: Connection[Any], version_id: int, state: str) -> None:
    """Move a version on: draft, proposed, trial, signed, in_force, superseded."""
    conn.execute("UPDATE agreement_version SET state = %s WHERE id = %s", (state, version_id))


def add_signature(conn: Connection[Any], version_id: int, *, side: str, user: int, now: int, comment: str) -> None:
    """Sign for a side that has not signed yet."""
    conn.execute(
        "INSERT INTO agreement_signature (version_id, side, user_id, signed_at, comment) VALUES (%s, %s, %s, %s, %s)",
        (version_id, side, user, now, comment),
    )


def sides_signed(conn: Connection[Any], version_id: int) -> frozenset[str]:
    """The sides that have signed a version."""
    rows = conn.execute("SELECT side FROM agreement_signature WHERE version_id = %s", (version_id,))
    return frozenset(row[0] for row in rows)


def put_in_force(conn: Connection[Any], row: VersionRow, *, start: int, end: int | None, now: int) -> None:
    """In force in [start, end); every older version of the agreement ends at `start` at the latest, and one that
    was only proposed can be signed no more.

    A version whose `start` is still to come is called signed; its moments alone decide when it applies.
    """
    conn.execute(
        "UPDATE agreement_version SET state = 'superseded', "
        "in_force_until = CASE WHEN in_force_from IS NOT NULL THEN least(in_force_until, %s) END "
        "WHERE agreement_id = %s AND number < %s AND state <> 'draft'",
        (start, row.name, row.number),
    )
    conn.execute(
        "UPDATE agreement_version SET state = %s, in_force_from = %s, in_force_until = %s WHERE id = %s",
        ("in_force" if start <= now else "signed", start, end, row.id),
    )


def has_draft(conn: Connection[Any], name: str) -> bool:
    """Whether the agreement has a draft that can be written."""
    row = conn.execute(
        "SELECT 1 FROM agreement_version WHERE agreement_id = %s AND state = 'draft'", (name,)
    ).fetchone()
    return row is not None


def any_agreement(conn: Connection[Any]) -> bool:
    """Whether anybody has written an agreement."""
    return conn.execute("SELECT 1 FROM agreement LIMIT 1").fetchone() is not None


def role_of(conn: Connection[Any], user: int) -> str | None:
    """The role of a user who may still log in."""
    found = conn.execute('SELECT role FROM "user" WHERE id = %s AND is_active', (user,)).fetchone()
    return None if found is None else str(found[0])
