"""kill -9 of any process at any moment loses nothing acknowledged and counts nothing twice, whatever is signed."""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import psutil
import psycopg

from pomona import clock, postgres
from pomona.actions.agreements import propose, save_draft, sign
from pomona.actions.people import create_user, save_calendar, save_seller, save_team
from pomona.actions.sources import create_source
from pomona.domain.event import message_key
from pomona.store.powers import ROLES

ROUNDS = 3
EVENTS_BETWEEN_KILLS = 30
VISITORS = 50
AGREEMENT = """
campaign: default
ready:
  captured: {known: email}
  interest: [{name: prices, when: {event: page, path: /pricing}, points: %d, at_most: %d}]
  pass_mark: {start: 10, min: 10, max: 10}
  mql: {score: pass_mark}
route: [{otherwise: {team: inbound}, by: round_robin}]
respond: {calendar: always, first_contact: [{otherwise: 1h}]}
"""


class Client:
    """Sends events one after another, each until it is acknowledged, as a well-behaved site does."""

    def __init__(self, address: str, write_key: str) -> None:
        self.acknowledged: list[str] = []
        self.refused: list[httpx.Response] = []
        self._address = address
        self._write_key = write_key
        self._stop = threading.Event()

    def run(self) -> None:
        with httpx.Client(base_url=self._address, auth=(self._write_key, ""), timeout=15) as http:
            for number in count():
                while not self._send(http, number):
                    if self._stop.wait(0.02):
                        return
                if self._stop.is_set():
                    return

    def stop(self) -> None:
        self._stop.set()

    @property
    def ripe_people(self) -> set[int]:
        """Who has said who they are and looked at the prices."""
        numbers = [int(message.removeprefix("message-")) for message in self.acknowledged]
        known = {number % VISITORS for number in numbers if number % 7 == 0}
        return known & {number % VISITORS for number in numbers if number % 7}

    def _send(self, http: httpx.Client, number: int) -> bool:
        """Some visitors look at the prices; every seventh message tells who one of them is."""
        message: dict[str, Any] = {"messageId": f"message-{number}", "anonymousId": f"visitor-{number % VISITORS}"}
        if number % 7 == 0:
            call, more = "identify", {"traits": {"email": f"person{number % VISITORS}@customer.example"}}
        else:
            call, more = "page", {"properties": {"path": "/pricing"}}
        try:
            answer = http.post(f"/v1/{call}", json={**message, **more})
        except httpx.TransportError:
            return False
        if answer.status_code != 200:
            self.refused.append(answer)
            return False
        self.acknowledged.append(message["messageId"])
        return True


@contextmanager
def _sending(client: Client) -> Iterator[Client]:
    thread = threading.Thread(target=client.run)
    thread.start()
    try:
        yield client
    finally:
        client.stop()
        thread.join()


def _open_for_business(url: str) -> tuple[int, str]:
    """An agreement under which whoever looks at the prices is ripe, a seller who is always there, a source.

    Gives the source and its write key.
    """
    now = clock.now()
    with psycopg.connect(url, autocommit=True) as conn:
        users = {role: create_user(conn, role, role=role, password_hash="", user=None, now=now) for role in ROLES}
        save_calendar(
            conn,
            "always",
            time_zone="UTC",
            hours={str(day): [["00:00", "24:00"]] for day in range(7)},
            user=None,
            now=now,
        )
        save_team(conn, "inbound", user=None, now=now)
        save_seller(conn, users["seller"], team="inbound", calendar="always", capacity=10_000, user=None, now=now)
        _agree(conn, users, points=10)
        return _open_source(conn)


def _agree(conn: psycopg.Connection[Any], users: dict[str, int], *, points: int) -> None:
    """A version that gives so many points for a look at the prices, signed by both sides."""
    now = clock.now()
    version = save_draft(conn, AGREEMENT % (points, points), user=None, now=now).id
    propose(conn, version, user=None, now=now)
    sign(conn, version, "marketing", user=users["marketing"], now=now)
    sign(conn, version, "sales", user=users["head_of_sales"], now=now)


def _agree_anew(url: str, points: int) -> None:
    """The next version, while leads come and processes die."""
    with psycopg.connect(url, autocommit=True) as conn:
        users = dict(conn.execute('SELECT role, id FROM "user"').fetchall())
        _agree(conn, users, points=points)


def _on_version(url: str) -> set[int]:
    """Under which versions leads are counted."""
    with psycopg.connect(url) as conn:
        return {row[0] for row in conn.execute("SELECT DISTINCT version FROM lead_score")}


def _open_source(conn: psycopg.Connection[Any]) -> tuple[int, str]:
    source = create_source(conn, "test", "server", user=None, now=clock.now())
    row = conn.execute("SELECT key FROM write_key WHERE source_id = %s", (source,)).fetchone()
    assert row is not None
    return source, row[0]


def _facts(url: str) -> list[UUID]:
    with psycopg.connect(url) as conn:
        return [row[0] for row in conn.execute("SELECT key FROM journal WHERE kind <> 'decision'")]


def _has_folded_everything(url: str) -> bool:
    with psycopg.connect(url) as conn:
        row = conn.execute(
            "SELECT (SELECT max(seq) FROM journal WHERE kind <> 'decision') <= "
            "(SELECT min(seq) FROM work_cursor WHERE name LIKE 'engine%')"
        ).fetchone()
    return row is not None and bool(row[0])


def _handed_over(url: str) -> int:
    with psycopg.connect(url) as conn:
        row = conn.execute("SELECT count(DISTINCT lead) FROM journal WHERE name = 'handed over'").fetchone()
    return 0 if row is None else int(row[0])


def _more(client: Client) -> Callable[[], bool]:
    """Whether enough further events have been acknowledged since now."""
    enough = len(client.acknowledged) + EVENTS_BETWEEN_KILLS
    return lambda: len(client.acknowledged) >= enough


def test_kills_lose_nothing_and_count_nothing_twice(programs: Callable[..., Any], until: Callable[..., None]) -> None:
    program = programs()
    program.serve()
    url = postgres.start(program.data_dir)
    source, write_key = _open_for_business(url)

    def kill_child(name: str) -> None:
        until(lambda: program.child(name))
        program.child(name).kill()

    def kill_database() -> None:
        os.kill(int((program.data_dir / "postgres/postmaster.pid").read_text().split()[0]), signal.SIGKILL)

    def kill_parent() -> None:
        family = [program.parent, *program.parent.children()]
        program.parent.kill()
        assert not psutil.wait_procs(family, timeout=20)[1], "children outlived the parent"
        program.serve()

    kills = [lambda: kill_child("door"), lambda: kill_child("work"), kill_database, kill_parent]
    with _sending(Client(program.address, write_key)) as client:
        for number, kill in enumerate(kills * ROUNDS):
            until(_more(client))
            _agree_anew(url, points=11 + number)
            kill()
        until(_more(client))

    facts = _facts(url)
    assert len(facts) == len(set(facts))
    assert {message_key(source, message) for message in client.acknowledged} <= set(facts)
    until(lambda: _has_folded_everything(url))
    until(lambda: _handed_over(url) >= len(client.ripe_people))
    newest = 1 + ROUNDS * len(kills)
    until(lambda: _on_version(url) == {newest})
    assert program.end() == 0
    assert not postgres.is_running(program.data_dir)
    checked = program.run("check")
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_while_the_database_is_away_events_are_refused_for_later(
    programs: Callable[..., Any], until: Callable[..., None], data_dir: Path
) -> None:
    own = data_dir / "own"
    url = postgres.start(own)
    try:
        program = programs(DATABASE_URL=url)
        program.serve()
        with psycopg.connect(url, autocommit=True) as conn:
            source, write_key = _open_source(conn)
        with _sending(Client(program.address, write_key)) as client:
            until(_more(client))
            os.kill(int((own / "postgres/postmaster.pid").read_text().split()[0]), signal.SIGKILL)
            until(lambda: len(client.refused) >= 3)
            postgres.start(own)
            until(_more(client))
        assert {answer.status_code for answer in client.refused} == {503}
        assert all(int(answer.headers["retry-after"]) > 0 for answer in client.refused)
        assert {message_key(source, message) for message in client.acknowledged} <= set(_facts(url))
        assert program.end() == 0
        assert postgres.is_running(own)
    finally:
        postgres.stop(own)
