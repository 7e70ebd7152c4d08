"""The installation as a demo: emptied before the demo company is built, marked when it is complete, paused."""

from collections.abc import Sequence
from typing import Any, ClassVar, NamedTuple

from django.apps import apps
from psycopg import Connection, sql

from pomona.domain.errors import PomonaError
from pomona.store.installation import installation, make_installation

PASSWORD = "pomona-demo"  # noqa: S105
"""Everybody's. Known to the world, so the demo listens on this machine only."""


class DemoState(NamedTuple):
    """The demo as it is: `seed` None while it is being built; `last_login` (microseconds UTC) any seller's newest.

    Unless it is `paused`, a new lead comes about every `lead_seconds`.
    """

    seed: int | None
    language: str
    paused: bool
    lead_seconds: int
    last_login: int | None


class TourStop(NamedTuple):
    """A stop of the tour, its texts in Russian and English: either `leads` show it, or the page at `path`."""

    title: tuple[str, str]
    look: tuple[str, str]
    leads: list[int]
    path: str


class NotADemo(PomonaError):
    """What is there belongs to a real company; nothing was changed."""

    texts: ClassVar[dict[str, tuple[str, str]]] = {
        "not_a_demo": (
            "В базе настоящая компания: демо-компания строится только в пустой базе.",
            "The database holds a real company: the demo company is built in an empty database only.",
        )
    }


def begin_demo(
    conn: Connection[Any], *, company: str, time_zone: str, language: str, currency: str, secret: bytes, now: int
) -> None:
    """Empty the database of a former demo and begin anew. `secret` keys the identity hashes of made-up people.

    Raises:
        NotADemo: the installation is a real company's.
    """
    with conn.transaction():
        row = conn.execute("SELECT demo_language FROM installation").fetchone()
        if row is not None and row[0] is None:
            raise NotADemo("not_a_demo")
        _empty(conn)
        make_installation(conn, time_zone=time_zone, language=language, currency=currency, now=now)
        # One engine is all it has: a batch that holds the facts of every shard saves the other three.
        conn.execute(
            "UPDATE installation SET company = %s, demo_language = %s, secret = %s, shards = 1",
            (company, language, secret),
        )


def complete_demo(conn: Connection[Any], *, seed: int, tour: Sequence[TourStop] = ()) -> None:
    """The demo company is built, and this tour leads through it; from now on it may live."""
    with conn.transaction(), conn.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO tour_stop (number, title_ru, title_en, look_ru, look_en, leads, path) "
            "VALUES (%s, %s, %s, %s, %s, %s, %s)",
            [(number, *stop.title, *stop.look, stop.leads, stop.path) for number, stop in enumerate(tour)],
        )
        cursor.execute("UPDATE installation SET demo_seed = %s", (seed,))


def pause_demo(conn: Connection[Any], *, paused: bool) -> None:
    """Let no more leads come by themselves, or let them come again."""
    conn.execute("UPDATE installation SET demo_paused = %s", (paused,))


def pace_demo(conn: Connection[Any], *, lead_seconds: int) -> None:
    """Let a new lead come about every so many seconds."""
    conn.execute("UPDATE installation SET demo_lead_seconds = %s", (lead_seconds,))


def demo_state(conn: Connection[Any]) -> DemoState | None:
    """The demo; None for a real company or before anything was set up."""
    row = conn.execute(
        "SELECT demo_seed, demo_language, demo_paused, demo_lead_seconds, "
        "(SELECT (extract(epoch FROM max(last_login)) * 1000000)::bigint FROM \"user\" WHERE role = 'seller') "
        "FROM installation WHERE demo_language IS NOT NULL"
    ).fetchone()
    return None if row is None else DemoState(*row)


def identity_secret(conn: Connection[Any]) -> bytes:
    """The secret behind the installation's identity hashes."""
    row = installation(conn)
    assert row is not None
    return bytes(row.secret)


def user_id(conn: Connection[Any], login: str) -> int | None:
    """The user of a log-in name."""
    row = conn.execute('SELECT id FROM "user" WHERE username = %s', (login,)).fetchone()
    return None if row is None else int(row[0])


def source_ids(conn: Connection[Any]) -> dict[str, int]:
    """The sources by name."""
    return dict(conn.execute("SELECT name, id FROM source").fetchall())


def _empty(conn: Connection[Any]) -> None:
    """Everything of ours but what migrations made; ids begin anew. Other tables of the database are not touched."""
    made_by_migrations = {"django_content_type", "auth_permission"}
    ours = {model._meta.db_table for model in apps.get_models(include_auto_created=True)} - made_by_migrations
    tables = sql.SQL(", ").join(sql.Identifier(table) for table in sorted(ours))
    conn.execute(sql.SQL("TRUNCATE {} RESTART IDENTITY CASCADE").format(tables))
    conn.execute("ALTER SEQUENCE lead_id RESTART")
