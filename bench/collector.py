"""How fast is the collector? Ratios within one run, printed as a table.

    python -m bench.collector durable      durable events/s, in batches and one by one
    python -m bench.collector latency      time to the answer at half of that load
    python -m bench.collector reading      microseconds to read and encode one event: no socket, no database

Each figure stands beside (a) the same server that only reads the request and answers at once and (b) the raw limit:
COPY of the same rows in groups of the same size into a bare copy of the journal table with its indexes, one writer.
Needs DATABASE_URL; makes a database of its own there and drops it. Load generator, door and database share the
machine, so that a busy one measures itself.
"""

import os
import secrets
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from itertools import cycle
from typing import Any

import msgspec
import psycopg
import typer
from rich.console import Console
from rich.table import Table

from bench.history import KEY, NOW, database
from bench.load import Measured, free_port, run, wait_until_open
from pomona.capture.segment import Envelope, read_event
from pomona.journal.append import COPY, COPY_END, COPY_HEADER
from pomona.journal.codec import to_copy

app = typer.Typer(help=__doc__, add_completion=False)

BROWSER = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36"
MIX = 1000
"""Different visitors and events that the load is mixed of."""

MARK = b"#message-number#"
"""Stands where each event's message id comes; as long as that."""

TEMPLATES = 20
"""Different requests of a connection."""

CASES = ((50, 8), (50, 64), (1, 8), (1, 64))
"""Events a request, connections."""

DOOR = """
import os, sys, threading, signal
import django
django.setup()
from pomona.asgi import serve_door
stop = threading.Event()
signal.signal(signal.SIGTERM, lambda *_: stop.set())
serve_door("127.0.0.1", int(sys.argv[1]), stop)
"""

AT_ONCE = """
import asyncio, sys
from granian.constants import Interfaces
from granian.server.embed import Server
from pomona.capture.http import CORS, answer, read_body

async def at_once(scope, receive, send):
    await read_body(scope, receive)
    await answer(send, 200, b'{"success":true,"accepted":1,"refused":[]}', CORS)

asyncio.run(Server(at_once, port=int(sys.argv[1]), interface=Interfaces.ASGINL, log_enabled=False).serve())
"""


def _event(number: int) -> dict[str, Any]:
    """A plausible event of a site; about 600 bytes."""
    page = {
        "url": "https://pumps.example/pricing?utm_source=yandex&utm_medium=cpc&utm_campaign=spring-ebook",
        "path": "/pricing",
        "referrer": "https://yandex.ru/",
        "title": "Prices",
    }
    context = {"page": page, "locale": "ru-RU", "library": {"name": "pomona.js", "version": "1"}, "userAgent": BROWSER}
    names = ("Content Downloaded", "video watched", "price list opened")
    return {
        "type": "track",
        "messageId": MARK.decode(),
        "timestamp": "2026-03-02T08:29:59.123Z",
        "anonymousId": f"5f8e3a6c-75d1-4a5e-{number:012d}",
        "event": names[number % 3],
        "properties": {"content": f"guide-{number % 40}", "pages": number % 30, "form": "guide"},
        "context": context,
    }


@lru_cache
def _events() -> list[bytes]:
    return [msgspec.json.encode(_event(number)) for number in range(MIX)]


def _template(size: int, first: int) -> list[bytes]:
    """A request of so many events, cut at its message ids."""
    events = _events()
    texts = [events[(first + place) % MIX] for place in range(size)]
    body = texts[0] if size == 1 else b'{"batch":[' + b",".join(texts) + b'],"sentAt":"2026-03-02T08:30:00Z"}'
    head = (
        f"POST /v1/{'track' if size == 1 else 'batch'} HTTP/1.1\r\nhost: localhost\r\n"
        f"authorization: Basic {b64encode(f'{KEY}:'.encode()).decode()}\r\n"
        f"content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    )
    return (head.encode() + body).split(MARK)


def _requests(size: int) -> Iterator[bytes]:
    """Endless requests, each message id new."""
    templates = [_template(size, secrets.randbelow(MIX)) for _ in range(TEMPLATES)]
    message = secrets.randbits(60)
    for template in cycle(templates):
        parts = [template[0]]
        for part in template[1:]:
            message += 1
            parts += (b"%016x" % message, part)
        yield b"".join(parts)


def _connections(size: int, connections: int) -> list[Iterator[bytes]]:
    return [_requests(size) for _ in range(connections)]


@contextmanager
def _server(program: str, url: str) -> Iterator[int]:
    port = free_port()
    environment = {**os.environ, "DATABASE_URL": url}
    process = subprocess.Popen([sys.executable, "-c", program, str(port)], env=environment)
    try:
        wait_until_open(port)
        yield port
    finally:
        process.terminate()
        process.wait()


def _groups(conn: psycopg.Connection[Any]) -> tuple[int, int]:
    """Events in the journal and the transactions that brought them; the tables are empty afterwards."""
    row = conn.execute("SELECT count(*), count(DISTINCT xmin::text) FROM journal").fetchone()
    conn.execute("TRUNCATE journal, message_key")
    assert row is not None
    return row[0], max(row[1], 1)


def _raw_copy(conn: psycopg.Connection[Any], group: int, seconds: float) -> float:
    """Rows a second of the raw limit, in groups of this size, each its own transaction."""
    conn.execute("DROP TABLE IF EXISTS bare")
    conn.execute("CREATE TABLE bare (LIKE journal INCLUDING ALL)")
    envelope = Envelope(1, bytes(32), NOW)
    rows = [to_copy(read_event(text, None, envelope)) for text in _events()]
    payload = COPY_HEADER + b"".join(rows[number % MIX] for number in range(group)) + COPY_END
    begin, groups = time.perf_counter(), 0
    while time.perf_counter() - begin < seconds:
        with conn.cursor() as cursor, cursor.copy(COPY.replace("COPY journal", "COPY bare")) as copy:
            copy.write(payload)
        groups += 1
    return groups * group / (time.perf_counter() - begin)


def _measure(program: str, url: str, size: int, connections: int, seconds: float, per_second: float = 0.0) -> Measured:
    with _server(program, url) as port:
        run(port, _connections(size, connections), seconds=0.5)
        with psycopg.connect(url, autocommit=True) as conn:
            _groups(conn)
        return run(port, _connections(size, connections), seconds=seconds, per_second=per_second)


def _print(title: str, columns: list[str], lines: list[list[str]]) -> None:
    table = Table(title=title)
    for number, column in enumerate(columns):
        table.add_column(column, justify="left" if number == 0 else "right")
    for line in lines:
        table.add_row(*line)
    Console(width=140).print(table)


@app.command()
def durable(seconds: float = 5.0) -> None:
    """Durable events a second, against the server alone and the raw limit."""
    lines = []
    with database() as url, psycopg.connect(url, autocommit=True) as conn:
        for size, connections in CASES:
            measured = _measure(DOOR, url, size, connections, seconds)
            events, groups = _groups(conn)
            rate = events / measured.seconds
            raw = _raw_copy(conn, round(events / groups), seconds / 2)
            at_once = _measure(AT_ONCE, url, size, connections, seconds / 2)
            bare = at_once.requests * size / at_once.seconds
            lines.append(
                [
                    f"{size} a request, {connections} connections",
                    f"{rate:,.0f}",
                    f"{events / groups:,.0f}",
                    f"{bare:,.0f}",
                    f"{rate / bare:.2f}",
                    f"{raw:,.0f}",
                    f"{rate / raw:.2f}",
                    f"{measured.wait(0.5):.1f}",
                    f"{measured.wait(0.99):.1f}",
                ]
            )
    columns = ["load", "durable/s", "group", "(a) at once/s", "of (a)", "(b) raw COPY/s", "of (b)", "p50 ms", "p99 ms"]
    _print("Collector: durable events a second", columns, lines)


@app.command()
def latency(seconds: float = 5.0) -> None:
    """Time to the answer at half of what the door can take."""
    lines = []
    with database() as url, psycopg.connect(url, autocommit=True) as conn:
        for size, connections in CASES:
            full = _measure(DOOR, url, size, connections, seconds / 2)
            per_second = full.requests / full.seconds / 2
            half = _measure(DOOR, url, size, connections, seconds, per_second)
            events, groups = _groups(conn)
            lines.append(
                [
                    f"{size} a request, {connections} connections",
                    f"{per_second * size:,.0f}",
                    f"{events / half.seconds:,.0f}",
                    f"{events / groups:,.0f}",
                    *(f"{half.wait(share):.1f}" for share in (0.5, 0.9, 0.99)),
                ]
            )
    columns = ["load", "asked/s", "durable/s", "group", "p50 ms", "p90 ms", "p99 ms"]
    _print("Collector: time to the answer at half load", columns, lines)


@app.command()
def reading(rounds: int = 20) -> None:
    """Microseconds of processor time to read and encode one event."""
    texts, envelope = _events(), Envelope(1, bytes(32), NOW, NOW)
    best = min(_seconds(texts, envelope) for _ in range(rounds))
    columns = ["bytes", "µs an event", "events/s"]
    size = sum(map(len, texts)) / MIX
    _print("Reading and encoding", columns, [[f"{size:.0f}", f"{best / MIX * 1e6:.1f}", f"{MIX / best:,.0f}"]])


def _seconds(texts: list[bytes], envelope: Envelope) -> float:
    begin = time.process_time()
    for text in texts:
        to_copy(read_event(text, None, envelope))
    return time.process_time() - begin


if __name__ == "__main__":
    app()
