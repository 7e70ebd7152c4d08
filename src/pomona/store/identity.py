"""The derived tables of who is who, and the lock under which they change."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import Any
from uuid import UUID

from psycopg import Connection

from pomona.domain.event import Key
from pomona.domain.identity import Pair, Visit, allowed, connected_sets

IDENTITY_LOCK = 7_266_003


def lock(conn: Connection[Any], *, exclusive: bool) -> None:
    """Until the transaction ends: shared, nobody changes who is who; exclusive, nobody else even reads it."""
    function = "pg_advisory_xact_lock" if exclusive else "pg_advisory_xact_lock_shared"
    conn.execute(f"SELECT {function}(%s)", (IDENTITY_LOCK,))


def persons_of(conn: Connection[Any], keys: Collection[Key]) -> dict[Key, Key]:
    """The person (smallest key of its set) of each key; a key alone is its own person."""
    rows = conn.execute("SELECT key, person FROM identity_person WHERE key = ANY(%s)", (list(keys),))
    return {key: key for key in keys} | dict(rows)


def members_of(conn: Connection[Any], persons: Collection[Key]) -> dict[Key, Key]:
    """Every key of these persons, with its person."""
    rows = conn.execute("SELECT key, person FROM identity_person WHERE person = ANY(%s)", (list(persons),))
    return {person: person for person in persons} | dict(rows)


def visits_of_visitors(conn: Connection[Any], visitors: Collection[Key]) -> dict[Key, list[Visit]]:
    """The visits of each visitor that has any, in order."""
    rows = conn.execute(
        "SELECT t, message, visitor, key FROM identity_visit WHERE visitor = ANY(%s) ORDER BY visitor, t, message",
        (list(visitors),),
    )
    found: dict[Key, list[Visit]] = {}
    for t, message, visitor, key in rows:
        found.setdefault(visitor, []).append(Visit(t, message.bytes, visitor, key))
    return found


def visitors_of_keys(conn: Connection[Any], keys: Collection[Key]) -> list[Key]:
    """The visitors that were ever identified as one of these keys."""
    rows = conn.execute("SELECT DISTINCT visitor FROM identity_visit WHERE key = ANY(%s)", (list(keys),))
    return [row[0] for row in rows]


def unknown_links(conn: Connection[Any], links: Collection[Pair]) -> set[Pair]:
    """Those of the links that no fact brought before."""
    rows = conn.execute(f"SELECT l.a, l.b FROM {_PAIRS} JOIN identity_link l USING (a, b)", _columns(links))
    return set(links) - set(rows)


def unknown_visits(conn: Connection[Any], visits: Collection[Visit]) -> set[Visit]:
    """Those of the visits that are not recorded yet."""
    known = visits_of_visitors(conn, {visit.visitor for visit in visits})
    return set(visits) - {visit for of_visitor in known.values() for visit in of_visitor}


def add_visits(conn: Connection[Any], visits: Collection[Visit]) -> None:
    """Record visits; known ones stay."""
    conn.execute(
        "INSERT INTO identity_visit (visitor, t, message, key) "
        "SELECT * FROM unnest(%s::bytea[], %s::bigint[], %s::uuid[], %s::bytea[]) ON CONFLICT DO NOTHING",
        (
            [visit.visitor for visit in visits],
            [visit.t for visit in visits],
            [UUID(bytes=visit.message) for visit in visits],
            [visit.key for visit in visits],
        ),
    )


def add_links(conn: Connection[Any], links: Collection[Pair]) -> dict[Key, Key]:
    """Record links that facts brought and join what they connect.

    Returns the persons that were renamed or swallowed: old person → new person.
    """
    conn.execute(f"INSERT INTO identity_link (a, b) SELECT a, b FROM {_PAIRS} ON CONFLICT DO NOTHING", _columns(links))
    by_hand = dict.fromkeys(links, True) | _by_hand(conn, links)
    return join(conn, {link for link in links if by_hand[link]})


def set_by_hand(conn: Connection[Any], said: Mapping[Pair, bool]) -> None:
    """Record the last word of a person about these pairs. Does not join or part anything yet."""
    conn.execute(
        "INSERT INTO identity_hand_link (a, b, joined) SELECT * FROM unnest(%s::bytea[], %s::bytea[], %s::bool[]) "
        "ON CONFLICT (a, b) DO UPDATE SET joined = EXCLUDED.joined",
        ([a for a, _ in said], [b for _, b in said], list(said.values())),
    )


def join(conn: Connection[Any], links: Collection[Pair]) -> dict[Key, Key]:
    """Make one person of each two that a link connects; returns old person → new person where they differ."""
    persons = persons_of(conn, {key for link in links for key in link})
    joined = connected_sets(persons.values(), [(persons[a], persons[b]) for a, b in links])
    changed = {old: new for old, new in joined.items() if old != new}
    if changed:
        members = members_of(conn, {*changed, *changed.values()})
        _save_persons(conn, {key: joined[person] for key, person in members.items()})
    return changed


def part(conn: Connection[Any], keys: Collection[Key]) -> dict[Key, Key]:
    """Work out anew which of these keys (a whole person) still belong together; returns key → person."""
    links = _links_among(conn, keys)
    persons = connected_sets(keys, allowed(links, _by_hand_among(conn, keys)))
    conn.execute("DELETE FROM identity_person WHERE key = ANY(%s)", (list(keys),))
    sizes = Counter(persons.values())
    _save_persons(conn, {key: person for key, person in persons.items() if sizes[person] > 1})
    return persons


def all_by_hand(conn: Connection[Any]) -> dict[Pair, bool]:
    """Every pair a person had a last word about."""
    return {(a, b): joined for a, b, joined in conn.execute("SELECT a, b, joined FROM identity_hand_link")}


def neighbours(conn: Connection[Any], keys: Collection[Key]) -> set[Key]:
    """The keys that a fact or a person ever named together with one of these."""
    rows = conn.execute(
        "SELECT a, b FROM (SELECT a, b FROM identity_link UNION SELECT a, b FROM identity_hand_link) AS l "
        "WHERE a = ANY(%(keys)s) OR b = ANY(%(keys)s)",
        {"keys": list(keys)},
    )
    return {key for row in rows for key in row} - set(keys)


def forget(conn: Connection[Any], keys: Collection[Key]) -> None:
    """Delete everything recorded about these keys."""
    parameters = {"keys": list(keys)}
    for table in ("identity_link", "identity_hand_link"):
        conn.execute(f"DELETE FROM {table} WHERE a = ANY(%(keys)s) OR b = ANY(%(keys)s)", parameters)
    conn.execute("DELETE FROM identity_person WHERE key = ANY(%(keys)s)", parameters)
    conn.execute("DELETE FROM identity_visit WHERE key = ANY(%(keys)s)", parameters)


_PAIRS = "unnest(%s::bytea[], %s::bytea[]) AS named (a, b)"


def _columns(links: Iterable[Pair]) -> tuple[list[Key], list[Key]]:
    ordered = sorted(links)
    return [a for a, _ in ordered], [b for _, b in ordered]


def _by_hand(conn: Connection[Any], links: Collection[Pair]) -> dict[Pair, bool]:
    rows = conn.execute(
        f"SELECT h.a, h.b, h.joined FROM {_PAIRS} JOIN identity_hand_link h USING (a, b)", _columns(links)
    )
    return {(a, b): joined for a, b, joined in rows}


def _links_among(conn: Connection[Any], keys: Collection[Key]) -> list[Pair]:
    rows = conn.execute(
        "SELECT a, b FROM identity_link WHERE a = ANY(%(keys)s) AND b = ANY(%(keys)s)", {"keys": list(keys)}
    )
    return [(a, b) for a, b in rows]


def _by_hand_among(conn: Connection[Any], keys: Collection[Key]) -> dict[Pair, bool]:
    rows = conn.execute(
        "SELECT a, b, joined FROM identity_hand_link WHERE a = ANY(%(keys)s) AND b = ANY(%(keys)s)",
        {"keys": list(keys)},
    )
    return {(a, b): joined for a, b, joined in rows}


def _save_persons(conn: Connection[Any], persons: Mapping[Key, Key]) -> None:
    conn.execute(
        "INSERT INTO identity_person (key, person) SELECT * FROM unnest(%s::bytea[], %s::bytea[]) "
        "ON CONFLICT (key) DO UPDATE SET person = EXCLUDED.person",
        (list(persons), list(persons.values())),
    )
