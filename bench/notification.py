"""How soon does the seller hear of a lead that ripened? From the collector's 2xx on, under load, as a table.

    python -m bench.notification [--per-second 500] [--seconds 20]

The real `pomona serve` takes single events of people who look around and say who they are; every moment one more
asks to be called back, which makes a ripe lead. For each of these it is measured how long after the 2xx (a) the
mail to the seller lay in the outbox, committed, and (b) the seller's open page was told. Needs DATABASE_URL; makes
a database of its own there and drops it. Load generator, `serve` and database share the machine.
"""

import multiprocessing
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import httpx
import msgspec
import psycopg
import typer
from rich.console import Console
from rich.table import Table

from bench.history import KEY, database
from bench.load import Measured, free_port, run, wait_until_open

PEOPLE = 2_000
CONNECTIONS = 16
RIPEN_EVERY_SECONDS = 0.2
TOLD_WITHIN_SECONDS = 60.0
AUTHORIZATION = f"Basic {b64encode(f'{KEY}:'.encode()).decode()}"

Times = dict[str, float]
"""When something happened (`time.perf_counter`), by e-mail address or lead."""


def main(per_second: int = 500, seconds: float = 20.0) -> None:
    """Measure and print."""
    with database() as url:
        session = _seller()
        with _serve(url) as port:
            outbox, page, answered = Outbox(url), Page(port, session), Times()
            with multiprocessing.get_context("spawn").Pool(1) as pool:
                load = pool.apply_async(_look_around, (port, per_second, seconds))
                _ripen(port, answered, until=load.ready)
                _wait(lambda: answered.keys() <= outbox.laid.keys())
                _wait(lambda: {str(lead) for lead in outbox.leads.values()} <= page.told.keys())
                _print(load.get(), answered, outbox, page)


def _seller() -> str:
    """One seller who takes everybody, and the session of the page that is open."""
    from django.conf import settings
    from django.test import Client

    from pomona.store.models import Seller, Team, User

    user = User.objects.create(username="seller", email="seller@bench.example", role=User.Role.SELLER)
    Seller.objects.create(user=user, team=Team.objects.create(name="sales"), present=True, capacity=10_000)
    client = Client()
    client.force_login(user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


@contextmanager
def _serve(url: str) -> Iterator[int]:
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "DATABASE_URL": url, "POMONA_DATA": folder}
        command = [sys.executable, "-m", "pomona", "serve", "--port", str(port)]
        process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
        try:
            wait_until_open(port)
            yield port
        finally:
            process.terminate()
            process.wait()


def _look_around(port: int, per_second: int, seconds: float) -> Measured:
    connections = [_acts(number) for number in range(CONNECTIONS)]
    return run(port, connections, seconds=seconds, per_second=per_second)


def _acts(seed: int) -> Iterator[bytes]:
    """Endless requests of one event each: pages, sometimes who it is."""
    rng = random.Random(seed)
    while True:
        person = rng.randrange(PEOPLE)
        event = {"anonymousId": f"browser-{person}", "messageId": f"{seed}-{rng.getrandbits(60)}"}
        if rng.random() < 0.1:
            call, more = "identify", {"traits": {"email": f"{person}@factory.example", "name": f"Person {person}"}}
        else:
            call, more = "page", {"properties": {"path": rng.choice(("/", "/pricing", "/blog")), "title": "Pumps"}}
        body = msgspec.json.encode({**event, **more})
        head = (
            f"POST /v1/{call} HTTP/1.1\r\nhost: localhost\r\nauthorization: {AUTHORIZATION}\r\n"
            f"content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
        )
        yield head.encode() + body


def _ripen(port: int, answered: Times, *, until: Callable[[], bool]) -> None:
    """One after the other, new people ask to be called back, and it is noted when each was answered."""
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", headers={"authorization": AUTHORIZATION}) as client:
        while not until():
            mail = f"ripe-{len(answered)}@works.example"
            person = {"userId": mail}
            calls = [
                {"type": "identify", "traits": {"email": mail, "name": "Anna"}, **person},
                {"type": "track", "event": "Call back requested", **person},
            ]
            client.post("/v1/batch", json={"batch": calls}).raise_for_status()
            answered[mail] = time.perf_counter()
            time.sleep(RIPEN_EVERY_SECONDS)


class Outbox:
    """When the mail about each lead was committed: `laid` and `leads` by the lead's own address."""

    def __init__(self, url: str) -> None:
        self.laid: Times = {}
        self.leads: dict[str, int] = {}
        self._conn = psycopg.connect(url, autocommit=True)
        self._conn.execute("LISTEN outbox")
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        with suppress(psycopg.OperationalError):  # at the end the database is dropped
            while True:
                self._look()

    def _look(self) -> None:
        next(self._conn.notifies(stop_after=1))
        now = time.perf_counter()
        for mail, lead in self._conn.execute("SELECT email, lead.id FROM outbox JOIN lead ON lead.id = outbox.lead"):
            self.laid.setdefault(mail, now)
            self.leads[mail] = lead


class Page:
    """When the seller's open page was last told of each lead: that it is theirs."""

    def __init__(self, port: int, session: str) -> None:
        self.told: Times = {}
        self._port = port
        self._cookies = {"sessionid": session}
        self._open = threading.Event()
        threading.Thread(target=self._listen, daemon=True).start()
        if not self._open.wait(TOLD_WITHIN_SECONDS):
            raise RuntimeError("the page did not open")

    def _listen(self) -> None:
        address = f"http://127.0.0.1:{self._port}/live"
        with httpx.stream("GET", address, cookies=self._cookies, timeout=None) as response:
            response.raise_for_status()
            self._open.set()
            for line in response.iter_lines():
                if line.startswith("data: "):
                    self.told[str(msgspec.json.decode(line[6:])["lead"])] = time.perf_counter()


def _wait(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + TOLD_WITHIN_SECONDS
    while not condition():
        if time.monotonic() > deadline:
            raise RuntimeError("somebody was not told")
        time.sleep(0.05)


def _print(load: Measured, answered: Times, outbox: Outbox, page: Page) -> None:
    title = f"ms from the 2xx on; {len(answered)} leads, {load.requests / load.seconds:,.0f} events/s"
    table = Table("what", "p50", "p90", "p99", "longest", title=title)
    mails = {mail: outbox.laid[mail] - then for mail, then in answered.items()}
    pages = {mail: page.told[str(outbox.leads[mail])] - then for mail, then in answered.items()}
    for name, waits in (("mail in the outbox", mails), ("open page told", pages)):
        measured = Measured(len(waits), load.seconds, list(waits.values()))
        table.add_row(name, *(f"{measured.wait(share):.0f}" for share in (0.5, 0.9, 0.99, 1.0)))
    table.add_row("the collector's answer", *(f"{load.wait(share):.0f}" for share in (0.5, 0.9, 0.99, 1.0)))
    Console(width=100).print(table)


if __name__ == "__main__":
    typer.run(main)
