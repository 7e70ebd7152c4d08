"""A database of its own with an agreement in force, and a history of any size to fill its journal with."""

import os
import random
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any

import psycopg
from psycopg.conninfo import make_conninfo

from pomona.domain.event import DAY, Event, Key, Kind, message_key
from pomona.journal.append import append
from pomona.journal.keys import person_key, visitor_key
from pomona.store import agreements
from pomona.store.database import connect

NOW = 1_772_440_200_000_000
SECRET = b"bench" * 8
KEY = "bench"
"""The write key of the one source."""

NAMES = ("page", "page", "page", "content downloaded", "webinar attended", "form submitted")
PATHS = ("/", "/pricing/pumps", "/catalogue/ecn-80", "/blog/choose", "/contacts")


@contextmanager
def database() -> Iterator[str]:
    """A migrated database on `DATABASE_URL`'s server with a source and the house rules in force; dropped afterwards."""
    server, name = os.environ["DATABASE_URL"], f"pomona_bench_{secrets.token_hex(4)}"
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}")
    url = make_conninfo(server, dbname=name)
    os.environ.update(DATABASE_URL=url, POMONA_SECRET_KEY="bench", DJANGO_SETTINGS_MODULE="pomona.settings")
    try:
        _prepare(url)
        yield url
    finally:
        os.environ["DATABASE_URL"] = server
        with psycopg.connect(server, autocommit=True) as admin:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _prepare(url: str) -> None:
    import django
    from django.core.management import call_command

    from pomona.actions.agreements import install_default

    django.setup()
    call_command("migrate", verbosity=0)
    with connect(url) as conn:
        conn.execute(
            "INSERT INTO installation (id, company, time_zone, language, secret, shards, demo_paused, created_at) "
            "VALUES (1, 'Bench', 'Europe/Moscow', 'en', %s, 4, false, %s)",
            (SECRET, NOW),
        )
        conn.execute("INSERT INTO source (id, name, kind, created_at) VALUES (1, 'bench', 'site', 0)")
        conn.execute("INSERT INTO write_key (key, source_id, created_at) VALUES (%s, 1, 0)", (KEY,))
        draft = install_default(conn, language="en", user=None, now=NOW - 365 * DAY)
        assert draft is not None
        agreements.put_in_force(conn, draft, start=NOW - 365 * DAY, end=None, now=NOW)


def fill(conn: psycopg.Connection[Any], facts: Iterator[Event], *, group: int = 500) -> int:
    """Append the facts in groups, as the collector does; returns how many."""
    count = 0
    while chunk := list(islice(facts, group)):
        with conn.transaction():
            append(conn, chunk)
        count += len(chunk)
    return count


def history(leads: int, events_a_lead: int, *, seed: int = 1, wave: int = 1_000) -> Iterator[Event]:
    """Facts of people who look around as visitors, say who they are half-way and go on; mixed as they arrive.

    `wave` people are about at the same time.
    """
    rng = random.Random(seed)
    for first in range(0, leads, wave):
        people = range(first, min(first + wave, leads))
        for step in range(events_a_lead):
            for person in rng.sample(people, len(people)):
                yield _fact(rng, person, step, events_a_lead)


def _fact(rng: random.Random, person: int, step: int, steps: int) -> Event:
    t = NOW - 60 * DAY + step * DAY // 2 + rng.randrange(DAY // 2)
    visitor, mail = visitor_key(SECRET, f"browser-{person}"), person_key(SECRET, "email", f"{person}@factory.example")
    key = message_key(1, f"{person}-{step}")
    if step == steps // 2:
        return Event(
            key=key,
            t=t,
            received_at=t,
            kind=Kind.IDENTIFY,
            name="identify",
            subject=mail,
            keys=(mail, visitor),
            source=1,
            body={"traits": _traits(person), "found": {"email": {"kind": "company"}}},
        )
    name = rng.choice(NAMES)
    return _act(key, t, name, visitor if step < steps // 2 else mail, rng)


def _act(key: Any, t: int, name: str, subject: Key, rng: random.Random) -> Event:
    path = rng.choice(PATHS)
    return Event(
        key=key,
        t=t,
        received_at=t,
        kind=Kind.PAGE if name == "page" else Kind.TRACK,
        name=name,
        subject=subject,
        keys=(subject,),
        source=1,
        channel=rng.choice(("search", "direct", "mail")),
        path=path,
        body={
            "properties": {"content": f"guide-{rng.randrange(9)}", "title": "Насосы и запчасти", "form": "pump-guide"},
            "context": {"page": {"path": path, "url": f"https://factory.example{path}", "referrer": "https://ya.ru/"}},
        },
    )


def _traits(person: int) -> dict[str, Any]:
    return {
        "email": f"{person}@factory.example",
        "name": f"Person {person}",
        "job_title": "Chief engineer",
        "company.name": f"Factory {person % 900}",
        "company.employees": person % 500,
    }
