"""The tracker script in a real browser, on a page of another site."""

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import psycopg
import pytest
from playwright.sync_api import Page

from pomona.domain.event import Event, Kind
from tests.capture.conftest import journal

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

SITE = """<!doctype html><html lang="ru"><meta charset="utf-8"><title>Насосы</title>
<script>window.pomona = window.pomona || []; pomona.push(["track", "early bird", {{a: 1}}]);</script>
<script async src="{address}/v1/pomona.js" data-write-key="{key}"></script>
<form id="pump-guide" action="/thanks.html">
  <input name="fio" value="Анна Смирнова"><input type="email" name="mail" value="anna@zavod.example">
  <input type="tel" name="tel" value="8 843 000-00-01"><input name="company" value="Завод">
  <input type="password" name="password" value="secret"><input type="hidden" name="email_token" value="hidden">
  <textarea name="comment">private words</textarea>
  <select name="when" data-answer="timeline"><option value="quarter" selected>в этом квартале</option></select>
  <button>Скачать</button>
</form>
<form id="search" data-ignore><input name="email" value="ignored@zavod.example"></form>"""


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Debian's Chromium, which also runs as root."""
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed: apt-get install chromium")
    return {"executable_path": CHROMIUM, "args": ["--no-sandbox"]}


@pytest.fixture
def site(tmp_path: Path, door_address: str, write_key: str) -> Iterator[str]:
    with _site(tmp_path, door_address, write_key) as address:
        yield address


@contextmanager
def _site(folder: Path, address: str, key: str) -> Iterator[str]:
    """A site that has the script on its page."""
    (folder / "index.html").write_text(SITE.format(address=address, key=key))
    (folder / "thanks.html").write_text("<!doctype html><title>Спасибо</title>")
    handler = partial(_Quiet, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """The site keeps no log."""


def _until(conn: psycopg.Connection[Any], enough: Callable[[dict[str, Event]], bool]) -> dict[str, Event]:
    """The events of the journal by name, once they are enough."""
    deadline = time.monotonic() + 15
    while not enough(events := {event.name: event for event in journal(conn)}):
        assert time.monotonic() < deadline, f"only {list(events)} came"
        time.sleep(0.05)
    return events


def test_page_views_early_calls_and_forms_arrive(conn: psycopg.Connection[Any], site: str, page: Page) -> None:
    page.goto(f"{site}/?utm_source=yandex&utm_medium=cpc&utm_campaign=spring")
    events = _until(conn, lambda events: {"page", "early bird"} <= set(events))
    assert (events["page"].campaign, events["page"].path) == ("spring", "/")
    page.click("#pump-guide button")
    events = _until(conn, lambda events: {"identify", "form submitted"} <= set(events))
    assert events["identify"].body["traits"] == {
        "name": "Анна Смирнова",
        "email": "anna@zavod.example",
        "phone": "+78430000001",
        "company.name": "Завод",
        "company.domain": "zavod.example",
        "region": "RU-TA",
    }
    assert events["form submitted"].answers == {"timeline": ["quarter"]}
    assert events["form submitted"].body["properties"]["form"] == "pump-guide"
    assert len({event.keys[-1] for event in events.values()}) == 1
    assert not any("private" in str(event.body) or "secret" in str(event.body) for event in events.values())


def test_a_site_that_changes_its_address_itself_has_a_view_of_each(
    conn: psycopg.Connection[Any], site: str, page: Page
) -> None:
    page.goto(site)
    page.wait_for_function("!Array.isArray(window.pomona)")
    page.evaluate("history.pushState({}, '', '/pricing')")
    _until(conn, lambda events: events.keys() >= {"page"} and events["page"].path == "/pricing")
    assert sum(event.kind is Kind.PAGE for event in journal(conn)) == 2


def test_a_form_to_be_ignored_is_not_read(conn: psycopg.Connection[Any], site: str, page: Page) -> None:
    page.goto(site)
    page.wait_for_function("!Array.isArray(window.pomona)")
    with page.expect_navigation():
        page.evaluate("document.getElementById('search').requestSubmit()")
    page.evaluate("pomona.push(['track', 'after'])")
    assert "identify" not in _until(conn, lambda events: "after" in events)


def test_what_could_not_be_sent_is_sent_from_the_next_page(
    conn: psycopg.Connection[Any], site: str, page: Page
) -> None:
    page.goto(site)
    _until(conn, lambda events: {"page", "early bird"} <= set(events))
    page.route("**/v1/batch", lambda route: route.abort())
    page.evaluate("pomona.track('while away')")
    page.unroute("**/v1/batch")
    page.goto(f"{site}/?second")
    _until(conn, lambda events: "while away" in events)
    assert sum(event.name == "while away" for event in journal(conn)) == 1
