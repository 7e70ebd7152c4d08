"""`pomona serve`: the parent with its children, or one of them alone."""

import os
import socket
import sys
import threading
import time
from collections.abc import Callable
from enum import StrEnum
from typing import Annotated, Any

import psycopg
import structlog
import typer
from babel.numbers import is_currency
from rich.console import Console

from pomona import clock, postgres
from pomona.cli.environment import Environment, enter, leave, migrate, only_one, require_schema
from pomona.setup import SetupError, language, say
from pomona.work.supervisor import has_parent, stop_on_signals, stop_with_parent, supervise

DATABASE_LOOK_SECONDS = 0.5
SCHEMA_LOOK_SECONDS = 3.0
LOCAL = ("127.0.0.1", "localhost", "::1")

log = structlog.get_logger()


class Process(StrEnum):
    """What can run alone: for scaling out, and as a child of the parent."""

    DOOR = "door"
    WORK = "work"
    LIVE = "live"


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command(
        help=say(
            "Запустить Помону: приём событий, страницы и работу с лидами. Ctrl+C останавливает.",
            "Run Pomona: collector, pages and the work on leads. Ctrl+C stops it.",
        )
    )(serve)


def serve(
    host: Annotated[
        str, typer.Option(envvar="POMONA_HOST", help=say("Адрес, который слушать.", "The address to listen on."))
    ] = "127.0.0.1",
    port: Annotated[
        int,
        typer.Option(envvar="POMONA_PORT", min=1, max=65535, help=say("Порт.", "The port.")),
    ] = 8000,
    only: Annotated[
        Process | None,
        typer.Option(
            help=say(
                "Только один процесс, чтобы разнести по машинам: door принимает события и показывает страницы, "
                "work ведёт лиды, live оживляет демо-компанию.",
                "One process only, to spread over machines: door takes events and shows pages, work leads the "
                "leads, live keeps the demo company alive.",
            )
        ),
    ] = None,
    demo: Annotated[
        bool,
        typer.Option(
            "--demo/--no-demo",
            help=say(
                "Наполнить пустую базу демо-компанией. Непустую не меняет.",
                "Fill an empty database with the demo company. Never changes one that is not empty.",
            ),
        ),
    ] = False,
) -> None:
    """Run the installation until a signal ends it."""
    if only is not None:
        _serve_one(only, host, port)
    else:
        sys.exit(_serve_all(host, port, demo=demo))


def _serve_one(only: Process, host: str, port: int) -> None:
    """Be one process, ended by a signal or by the end of the parent that started it."""
    stop = stop_on_signals()
    child = has_parent()
    if child:
        stop_with_parent(stop)
    environment = enter()
    try:
        require_schema()
        if only is Process.DOOR:
            _require_private_passwords(host)
        refusals = _watch_schema(stop)
        _process(only, host, port, environment)(stop)
        for refusal in refusals:
            raise refusal
    finally:
        if not child:
            leave(environment)


def _watch_schema(stop: threading.Event) -> list[SetupError]:
    """Set `stop` when another release has changed the tables meanwhile; the refusal then stands in the list."""
    refusals: list[SetupError] = []

    def watch() -> None:
        from django.db import Error, connection

        while not stop.wait(SCHEMA_LOOK_SECONDS):
            try:
                require_schema()
            except SetupError as refusal:
                refusals.append(refusal)
                stop.set()
            except Error:
                log.warning("database away", look="schema")
            finally:
                connection.close()

    threading.Thread(target=watch, name="schema-watch", daemon=True).start()
    return refusals


def _process(only: Process, host: str, port: int, environment: Environment) -> Callable[[threading.Event], None]:
    if only is Process.DOOR:
        from pomona.asgi import serve_door

        return lambda stop: serve_door(host, port, stop)
    if only is Process.WORK:
        from pomona.work.process import run

        return lambda stop: run(environment.url, stop)
    from pomona.demo.living import live

    return lambda stop: live(environment.url, stop)


def _serve_all(host: str, port: int, *, demo: bool) -> int:
    """Prepare, then keep the children alive until a signal; return the exit code."""
    console = Console(stderr=True)
    with only_one() as lock:
        _require_free_port(host, port)
        os.environ.setdefault("POMONA_URL", _address(host, port))
        with console.status(say("Запускаю базу данных…", "Starting the database…")):
            environment = enter()
        try:
            migrate(environment.url)
            is_demo = _prepare_company(environment, demo=demo)
            _require_private_passwords(host)
            stop = stop_on_signals()
            _announce_when_ready(host, port, console, stop, is_demo=is_demo)
            return supervise(
                _commands(host, port, is_demo=is_demo),
                stop=stop,
                look_after_database=_database_keeper(environment),
                inherited=(lock.fileno(),),
            )
        finally:
            leave(environment)


def _require_free_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    if _answers(host, port):
        raise SetupError("port_in_use", port=port, other=port + 1)
    with socket.socket(family) as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            server.bind((host, port))
        except OSError as error:
            raise SetupError("port_not_allowed", host=host, port=port, reason=error.strerror) from error


def _prepare_company(environment: Environment, *, demo: bool) -> bool:
    """Set up an empty database, with the demo company if asked for; return whether it is a demo."""
    from pomona.cli.demo import build_demo
    from pomona.store.database import connect
    from pomona.store.installation import installation

    with connect(environment.url) as conn:
        found = installation(conn)
        begun_demo = found is not None and found.demo_language is not None and found.demo_seed is None
        if (found is None and demo) or begun_demo:
            build_demo(conn)
        elif found is None:
            _install(conn)
        row = installation(conn)
    return row is not None and row.demo_seed is not None


def _install(conn: psycopg.Connection[Any]) -> None:
    """Make an empty installation with a draft of house rules to begin with."""
    from pomona.actions.agreements import install_default
    from pomona.store.installation import make_installation

    zone = os.environ.get("POMONA_TIME_ZONE") or say("Europe/Moscow", "UTC")
    currency = os.environ.get("POMONA_CURRENCY") or say("RUB", "EUR")
    if not is_currency(currency):
        raise SetupError("currency_unknown", currency=currency)
    with conn.transaction():
        make_installation(conn, time_zone=zone, language=language(), currency=currency, now=clock.now())
        install_default(conn, language=language(), user=None, now=clock.now())


def _require_private_passwords(host: str) -> None:
    """Where others could log in, nobody may have the demo company's password."""
    from pomona.demo.company import with_known_password

    if host not in LOCAL and (users := with_known_password()):
        raise SetupError("demo_passwords_are_known", users=", ".join(users))


def _commands(host: str, port: int, *, is_demo: bool) -> dict[str, list[str]]:
    names = [Process.DOOR, Process.WORK, *([Process.LIVE] if is_demo else [])]
    address = ["--host", host, "--port", str(port)]
    return {name: [sys.executable, "-m", "pomona", "serve", "--only", name, *address] for name in names}


def _database_keeper(environment: Environment) -> Callable[[], None]:
    """Starts the embedded PostgreSQL again if it died; does nothing for somebody else's."""
    looked_at = 0.0

    def look() -> None:
        nonlocal looked_at
        if not environment.embedded or time.monotonic() - looked_at < DATABASE_LOOK_SECONDS:
            return
        if not postgres.is_running(environment.data_dir):
            try:
                postgres.start(environment.data_dir)
            except (SetupError, psycopg.Error) as error:
                log.error("database does not start", error=str(error))
        looked_at = time.monotonic()

    return look


def _announce_when_ready(host: str, port: int, console: Console, stop: threading.Event, *, is_demo: bool) -> None:
    """Tell the address and where to begin as soon as the door answers."""

    def wait() -> None:
        while not stop.wait(0.1):
            if _answers(host, port):
                console.print(_welcome(_address(host, port), is_demo=is_demo))
                return

    threading.Thread(target=wait, name="announce", daemon=True).start()


def _address(host: str, port: int) -> str:
    return f"http://{'localhost' if host in LOCAL else host}:{port}"


def _answers(host: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        return probe.connect_ex((host, port)) == 0


def _welcome(address: str, *, is_demo: bool) -> str:
    if not is_demo:
        return say(
            f"\nПомона работает: {address}\nПервый пользователь: .venv/bin/pomona createuser ИМЯ\n",
            f"\nPomona runs: {address}\nThe first user: .venv/bin/pomona createuser NAME\n",
        )
    from pomona.cli.demo import where_to_begin

    return f"\n{say('Помона работает', 'Pomona runs')}: {address}\n{where_to_begin()}"
