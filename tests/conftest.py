"""One fresh, migrated database a test run, on `DATABASE_URL`'s server or the embedded PostgreSQL."""

import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from pomona import postgres

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
"""Playwright keeps an event loop running in the tests' thread, also for tests that come after it."""

NOW = 1_772_440_200_000_000
"""Monday 2026-03-02 11:30 in Moscow."""


@contextmanager
def _server() -> Iterator[str]:
    """The address of a server on which databases may be made; an embedded one is stopped by whoever leaves last."""
    if url := os.environ.get("DATABASE_URL"):
        yield url
        return
    folder = Path(tempfile.gettempdir()) / f"pomona-tests-{os.getuid()}"
    yield postgres.start(folder)
    postgres.stop(folder)


@pytest.fixture(scope="session")
def database_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A database made for this run, with Pomona's tables, and a folder for its export; dropped afterwards."""
    os.environ["POMONA_EXPORT"] = str(tmp_path_factory.mktemp("export"))
    name = f"pomona_test_{secrets.token_hex(4)}"
    with _server() as server:
        with psycopg.connect(server, autocommit=True) as admin:
            admin.execute(f"CREATE DATABASE {name}")
        url = make_conninfo(server, dbname=name)
        os.environ.update(DATABASE_URL=url, POMONA_SECRET_KEY="test", DJANGO_SETTINGS_MODULE="pomona.settings")
        _migrate()
        yield url
        with psycopg.connect(server, autocommit=True) as admin:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _migrate() -> None:
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


@pytest.fixture
def conn(database_url: str) -> Iterator[psycopg.Connection[Any]]:
    """An autocommit connection to the emptied database with its installation row.

    Django begins with connections of its own: the test before may have let the database end them.
    """
    from django.db import connections

    connections.close_all()
    with psycopg.connect(database_url, autocommit=True) as connection:
        empty(connection)
        yield connection


def empty(connection: psycopg.Connection[Any]) -> None:
    """Empty every table and write the installation's row."""
    tables = connection.execute(
        "SELECT string_agg(quote_ident(tablename), ', ') FROM pg_tables "
        "WHERE schemaname = 'public' AND tablename NOT LIKE 'django_%' AND tablename NOT LIKE 'auth_%'"
    ).fetchone()
    assert tables is not None
    connection.execute(f"TRUNCATE {tables[0]} RESTART IDENTITY CASCADE")
    connection.execute(
        "INSERT INTO installation (id, company, time_zone, language, secret, shards, demo_paused, created_at) "
        "VALUES (1, 'Test', 'Europe/Moscow', 'en', %s, 4, false, %s)",
        (b"secret" * 4, NOW),
    )
