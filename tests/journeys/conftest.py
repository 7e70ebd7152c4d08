"""A running door and work over a fresh company, and a real Chromium. Without Chromium these tests are skipped."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest

from pomona import clock
from pomona.actions import selling
from pomona.actions.sources import create_source, issue_write_key
from pomona.domain.event import DAY, MINUTE, SECOND
from tests.conftest import empty
from tests.web import company

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ARTEFACTS = Path(__file__).parents[2] / "test-artefacts"
STARTED_WITHIN_SECONDS = 60


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Debian's Chromium, which also runs as root."""
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed: apt-get install chromium")
    return {"executable_path": CHROMIUM, "args": ["--no-sandbox"]}


@dataclass
class Running:
    """An installation that answers at `address`; `users` is login → id."""

    address: str
    conn: psycopg.Connection[Any]
    users: dict[str, int]
    write_key: str

    def send(self, who: str, *messages: dict[str, Any]) -> None:
        """What the browser of a visitor sends, as one batch of the Segment HTTP API."""
        batch = [{"messageId": str(uuid4()), "anonymousId": who, **message} for message in messages]
        answer = httpx.post(f"{self.address}/v1/batch", json={"batch": batch}, auth=(self.write_key, ""))
        answer.raise_for_status()

    def clear(self) -> None:
        """Take everything out of the inbox that earlier tests left there."""
        open_leads = self.conn.execute("SELECT id, owner_id FROM lead WHERE owner_id IS NOT NULL").fetchall()
        for lead, owner in open_leads:
            selling.disqualify(self.conn, lead, reason="end of a test", user=owner, now=clock.now())

    def ripen(self, name: str) -> None:
        """A chief engineer of that name reads the prices and wants to buy this quarter: grade A."""
        number = self.conn.execute("SELECT count(*) FROM lead").fetchone()
        assert number is not None
        traits = company.ANNA | {"name": name, "email": f"{uuid4().hex}@plant.example"}
        traits["phone"] = f"+7843{2_000_000 + number[0]}"
        now = clock.now()
        self.send(
            f"visitor of {name}",
            {"type": "identify", "traits": traits, "timestamp": _iso(now - DAY)},
            *(_looked_at_prices(now - DAY + minute * MINUTE) for minute in (1, 4, 9)),
            {
                "type": "track",
                "event": "question answered",
                "properties": {"question": "timeline", "answer": "quarter"},
                "timestamp": _iso(now - 3 * MINUTE),
            },
        )


def _looked_at_prices(at: int) -> dict[str, Any]:
    return {"type": "page", "properties": {"path": "/pricing"}, "timestamp": _iso(at)}


def _iso(moment: int) -> str:
    return datetime.fromtimestamp(moment / SECOND, UTC).isoformat()


@pytest.fixture(scope="module")
def running(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Door and work of the real program over a company with users and an agreement."""
    with psycopg.connect(database_url, autocommit=True) as conn:
        empty(conn)
        now = clock.now()
        users = company.hire(conn, now=now)
        company.agree(conn, now=now - 90 * DAY, also="automate: {notify: {seller: [mail, browser]}}\n")
        write_key = issue_write_key(conn, create_source(conn, "site", "site", user=None, now=now), user=None, now=now)
        data, port = tmp_path_factory.mktemp("data"), _free_port()
        address = f"http://127.0.0.1:{port}"
        environment = {**os.environ, "DATABASE_URL": database_url, "POMONA_DATA": str(data)}
        del environment["DJANGO_ALLOW_ASYNC_UNSAFE"]
        with (data / "serve.log").open("w") as log:
            command = [sys.executable, "-m", "pomona", "serve", "--port", str(port)]
            process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        try:
            _wait_until_open(address, process, data / "serve.log")
            yield Running(address, conn, users, write_key)
        finally:
            process.terminate()
            process.wait(timeout=30)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_open(address: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + STARTED_WITHIN_SECONDS
    while time.monotonic() < deadline:
        assert process.poll() is None, log.read_text()
        try:
            httpx.get(f"{address}/login/", timeout=5)
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(log.read_text())


@pytest.fixture
def picture() -> Callable[[Any, str], None]:
    """Keeps a picture of a page among the test artefacts; carets stay: hiding them leaves styles in the page."""

    def take(page: Any, name: str) -> None:
        ARTEFACTS.mkdir(exist_ok=True)
        page.screenshot(path=ARTEFACTS / f"{name}.png", caret="initial")

    return take
