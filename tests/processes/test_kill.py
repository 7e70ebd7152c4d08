"""kill -9 of any process at any moment loses nothing acknowledged and counts nothing twice."""

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
from pomona.actions.sources import create_source
from pomona.domain.event import message_key

ROUNDS = 2
EVENTS_BETWEEN_KILLS = 30


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

    def _send(self, http: httpx.Client, number: int) -> bool:
        """Some fifty visitors; every seventh message tells who one of them is."""
        message: dict[str, Any] = {"messageId": f"message-{number}", "anonymousId": f"visitor-{number % 50}"}
        if number % 7 == 0:
            call, more = "identify", {"traits": {"email": f"person{number % 50}@customer.example"}}
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


def _open_source(url: str) -> tuple[int, str]:
    """A source and its write key."""
    with psycopg.connect(url, autocommit=True) as conn:
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


def _more(client: Client) -> Callable[[], bool]:
    """Whether enough further events have been acknowledged since now."""
    enough = len(client.acknowledged) + EVENTS_BETWEEN_KILLS
    return lambda: len(client.acknowledged) >= enough


def test_kills_lose_nothing_and_count_nothing_twice(programs: Callable[..., Any], until: Callable[..., None]) -> None:
    program = programs()
    program.serve()
    url = postgres.start(program.data_dir)
    source, write_key = _open_source(url)

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
        for kill in kills * ROUNDS:
            until(_more(client), seconds=40)
            kill()
        until(_more(client), seconds=40)

    facts = _facts(url)
    assert len(facts) == len(set(facts))
    assert {message_key(source, message) for message in client.acknowledged} <= set(facts)
    until(lambda: _has_folded_everything(url))
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
        source, write_key = _open_source(url)
        with _sending(Client(program.address, write_key)) as client:
            until(_more(client))
            os.kill(int((own / "postgres/postmaster.pid").read_text().split()[0]), signal.SIGKILL)
            until(lambda: len(client.refused) >= 3)
            postgres.start(own)
            until(_more(client), seconds=40)
        assert {answer.status_code for answer in client.refused} == {503}
        assert all(int(answer.headers["retry-after"]) > 0 for answer in client.refused)
        assert {message_key(source, message) for message in client.acknowledged} <= set(_facts(url))
        assert program.end() == 0
        assert postgres.is_running(own)
    finally:
        postgres.stop(own)
