"""What a command needs before it can work: data folder, database with the right tables, secret key, Django."""

import fcntl
import logging
import os
import secrets
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, NamedTuple

import psutil
import psycopg
import structlog

from pomona import postgres
from pomona.setup import SetupError, prepare_data_folder

OLDEST_POSTGRES = 15
FORMER_CHILDREN_SECONDS = 20.0
MIGRATION_LOCK = 7_266_090
"""Advisory lock: one process at a time changes the tables."""
OWN_TABLES = ("store", "procrastinate")
"""Whose tables every process must know: Pomona's own, and those of its queue of long jobs."""


class Environment(NamedTuple):
    """Where an installation keeps its things. `embedded`: the database is ours and lives in the data folder."""

    data_dir: Path
    url: str
    embedded: bool


def data_dir() -> Path:
    """The data folder: POMONA_DATA, else `.data` beside the sources. Made if need be."""
    checkout = Path(__file__).resolve().parents[3]
    return prepare_data_folder(Path(os.environ.get("POMONA_DATA") or checkout / ".data"))


def enter() -> Environment:
    """Find or start the database, check it, and set what Django and all children read from the environment.

    Raise SetupError with one sentence if anything is missing; nothing of the database is changed.
    """
    folder = data_dir()
    url = os.environ.get("DATABASE_URL", "")
    embedded = not url
    if embedded:
        url = postgres.start(folder)
    _check_server(url)
    os.environ.update(
        DATABASE_URL=url,
        POMONA_DATA=str(folder),
        POMONA_SECRET_KEY=os.environ.get("POMONA_SECRET_KEY") or _kept_secret(folder),
        DJANGO_SETTINGS_MODULE="pomona.settings",
    )
    _log_to_stderr()
    import django

    django.setup()
    return Environment(folder, url, embedded)


@contextmanager
def only_one() -> Iterator[IO[str]]:
    """Hold the data folder's lock: one running installation a folder. Raise SetupError if another runs.

    The children of a killed parent hold the lock until they have ended; that is waited for.
    """
    folder = data_dir()
    deadline = time.monotonic() + FORMER_CHILDREN_SECONDS
    with (folder / "serve.lock").open("a+") as file:
        while not _lock(file):
            file.seek(0)
            if psutil.pid_exists(int(file.read() or 0)) or time.monotonic() > deadline:
                raise SetupError("already_running", folder=folder)
            time.sleep(0.1)
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield file


def _lock(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def installation(*, migrating: bool = False) -> Iterator[psycopg.Connection[Any]]:
    """The database of an installation, for one command; an embedded one that was not running stops again.

    Tables of another version are refused, or brought to this one with `migrating`.
    """
    running_before = bool(os.environ.get("DATABASE_URL")) or postgres.is_running(data_dir())
    environment = enter()
    try:
        if migrating:
            migrate(environment.url)
        else:
            require_schema()
        from pomona.store.database import connect

        with connect(environment.url) as conn:
            yield conn
    finally:
        if not running_before:
            leave(environment)


def leave(environment: Environment) -> None:
    """Stop the embedded database if nobody else uses it."""
    from django.db import connections

    connections.close_all()
    if environment.embedded:
        postgres.stop(environment.data_dir)


def migrate(url: str) -> None:
    """Bring the tables to this program's version; a second process waits for the first."""
    from django.core.management import call_command

    with psycopg.connect(url, autocommit=True) as conn:
        conn.execute("SELECT pg_advisory_lock(%s)", (MIGRATION_LOCK,))
        if _differing_migrations(unknown=True):
            raise SetupError("schema_newer", migration=_differing_migrations(unknown=True)[0])
        call_command("migrate", verbosity=0)


def require_schema() -> None:
    """Raise SetupError if the tables are of another version than this program."""
    if newer := _differing_migrations(unknown=True):
        raise SetupError("schema_newer", migration=newer[0])
    if older := _differing_migrations(unknown=False):
        raise SetupError("schema_older", migration=older[0])


def _differing_migrations(*, unknown: bool) -> list[str]:
    """Migrations of ours that the database has and this program does not know; or the other way round."""
    from django.db import connection
    from django.db.migrations.loader import MigrationLoader

    loader = MigrationLoader(connection)
    applied, known = set(loader.applied_migrations), set(loader.disk_migrations)
    differing = applied - known if unknown else known - applied
    return sorted(name for app, name in differing if app in OWN_TABLES)


def _check_server(url: str) -> None:
    try:
        with psycopg.connect(url, connect_timeout=5) as conn:
            info = conn.info
            may_create = conn.execute("SELECT has_schema_privilege(current_schema(), 'CREATE')").fetchone()
            encoding = info.parameter_status("server_encoding")
            version = info.server_version // 10000
    except psycopg.Error as error:
        raise SetupError("database_unreachable", reason=" ".join(str(error).split())) from error
    if version < OLDEST_POSTGRES:
        raise SetupError("database_too_old", version=version)
    if encoding != "UTF8":
        raise SetupError("database_not_utf8", encoding=encoding)
    if not may_create or not may_create[0]:
        raise SetupError("database_not_ours", user=info.user)


def _kept_secret(folder: Path) -> str:
    """The key that signs sessions, made once and kept in the data folder, readable by its owner only."""
    path = folder / "secret-key"
    if not path.exists():
        whole = folder / f"secret-key.{os.getpid()}"
        with os.fdopen(os.open(whole, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
        os.chown(whole, folder.stat().st_uid, folder.stat().st_gid)
        try:
            path.hardlink_to(whole)
        except FileExistsError:
            pass
        finally:
            whole.unlink()
    try:
        return path.read_text()
    except PermissionError as error:
        raise SetupError("data_folder_not_writable", folder=folder) from error


def _log_to_stderr() -> None:
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s")
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),  # where it is by then: callers may move it
    )
