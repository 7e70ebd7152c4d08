"""Fittings as stored: which leads are judged, by whom, and what was judged."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

from psycopg import Connection

from pomona.domain.stages import OPEN_WITH_SELLER

MOST_CANDIDATES = 3_000
"""Of so many of the newest leads those to judge are chosen."""

AS_OF = (
    "greatest(captured_at, least(coalesce(CASE WHEN ripe_at >= cycle_from THEN ripe_at END, last_act_at, captured_at), "
    "coalesce(closed_at - 1, last_act_at, captured_at)))"
)
"""When a lead was to be decided about: as it ripened, else at its last act, but never after it was won or lost."""


class Past(NamedTuple):
    """A lead that could be judged as of a moment; `open`: it is in a seller's hands now."""

    lead: int
    as_of: int
    profile: bytes
    open: bool


class Place(NamedTuple):
    """A lead of a fitting: its row, its place, and the moment it is judged as of."""

    id: int
    place: int
    lead: int
    as_of: int


class Judge(NamedTuple):
    """Somebody invited."""

    id: int
    user: int
    side: str


class Judged(NamedTuple):
    """One judgement: by which judge (its row), of which lead's place."""

    judge: int
    place: int
    judgement: str


def of_version(conn: Connection[Any], version: int) -> int | None:
    """The fitting of an agreement's version."""
    row = conn.execute("SELECT id FROM fitting WHERE version_id = %s", (version,)).fetchone()
    return None if row is None else int(row[0])


def begin(conn: Connection[Any], version: int, chosen: Iterable[tuple[int, int]], *, user: int | None, now: int) -> int:
    """A new fitting of the version with these (lead, moment)s in their order; returns its id."""
    row = conn.execute(
        "INSERT INTO fitting (version_id, begun_at, begun_by_id) VALUES (%s, %s, %s) RETURNING id", (version, now, user)
    ).fetchone()
    assert row is not None
    with conn.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO fitting_lead (fitting_id, place, lead, as_of) VALUES (%s, %s, %s, %s)",
            [(row[0], place, lead, as_of) for place, (lead, as_of) in enumerate(chosen)],
        )
    return int(row[0])


def past_leads(conn: Connection[Any]) -> list[Past]:
    """The newest leads, each as of the moment it was to be decided about."""
    rows = conn.execute(
        f"SELECT id, {AS_OF}, profile, owner_id IS NOT NULL AND stage = ANY(%s) FROM lead WHERE merged_into IS NULL "
        "ORDER BY captured_at DESC, id DESC LIMIT %s",
        (list(OPEN_WITH_SELLER), MOST_CANDIDATES),
    )
    return [Past(*row) for row in rows]


def invite(conn: Connection[Any], fitting: int, sides: Mapping[int, str], *, now: int) -> list[int]:
    """Invite users for their sides; returns those who were not invited before."""
    rows = conn.execute(
        "INSERT INTO fitting_judge (fitting_id, user_id, side, invited_at) "
        "SELECT %s, *, %s FROM unnest(%s::int[], %s::text[]) ON CONFLICT DO NOTHING RETURNING user_id",
        (fitting, now, list(sides), list(sides.values())),
    )
    return [row[0] for row in rows]


def roles(conn: Connection[Any], users: Collection[int]) -> dict[int, str]:
    """The roles of those of these users who may log in."""
    return dict(conn.execute('SELECT id, role FROM "user" WHERE id = ANY(%s) AND is_active', (list(users),)).fetchall())


def places(conn: Connection[Any], fitting: int) -> list[Place]:
    """Its leads in their order, without those that are no more: erased, or merged into another."""
    rows = conn.execute(
        "SELECT f.id, f.place, f.lead, f.as_of FROM fitting_lead f JOIN lead ON lead.id = f.lead "
        "AND lead.merged_into IS NULL WHERE f.fitting_id = %s ORDER BY f.place",
        (fitting,),
    )
    return [Place(*row) for row in rows]


def judges(conn: Connection[Any], fitting: int) -> list[Judge]:
    """Everybody invited."""
    rows = conn.execute("SELECT id, user_id, side FROM fitting_judge WHERE fitting_id = %s ORDER BY id", (fitting,))
    return [Judge(*row) for row in rows]


def judge_of(conn: Connection[Any], fitting: int, user: int) -> Judge | None:
    """The user as a judge, locked until the transaction ends; None: not invited."""
    row = conn.execute(
        "SELECT id, user_id, side FROM fitting_judge WHERE fitting_id = %s AND user_id = %s FOR UPDATE", (fitting, user)
    ).fetchone()
    return None if row is None else Judge(*row)


def judged(conn: Connection[Any], fitting: int) -> list[Judged]:
    """All judgements so far."""
    rows = conn.execute(
        "SELECT j.judge_id, l.place, j.judgement FROM fitting_judgement j JOIN fitting_lead l ON l.id = j.of_id "
        "WHERE l.fitting_id = %s",
        (fitting,),
    )
    return [Judged(*row) for row in rows]


def save_judgement(conn: Connection[Any], judge: int, of: int, judgement: str, *, now: int) -> None:
    """Note a judgement in place of an earlier one of the same lead."""
    conn.execute(
        "INSERT INTO fitting_judgement (judge_id, of_id, judgement, judged_at) VALUES (%s, %s, %s, %s) "
        "ON CONFLICT (judge_id, of_id) DO UPDATE SET (judgement, judged_at) = "
        "ROW (EXCLUDED.judgement, EXCLUDED.judged_at)",
        (judge, of, judgement, now),
    )


def take_back(conn: Connection[Any], judge: int) -> bool:
    """Forget the judge's newest judgement; whether there was one."""
    gone = conn.execute(
        "DELETE FROM fitting_judgement WHERE id = (SELECT id FROM fitting_judgement WHERE judge_id = %s "
        "ORDER BY judged_at DESC, id DESC LIMIT 1)",
        (judge,),
    )
    return gone.rowcount == 1


def forget(conn: Connection[Any], leads: Collection[int]) -> None:
    """Delete these leads from every fitting, with what was judged of them."""
    conn.execute(
        "DELETE FROM fitting_judgement WHERE of_id IN (SELECT id FROM fitting_lead WHERE lead = ANY(%s))",
        (list(leads),),
    )
    conn.execute("DELETE FROM fitting_lead WHERE lead = ANY(%s)", (list(leads),))
