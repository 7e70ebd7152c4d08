"""Live updates: server-sent events that tell an open page to fetch its parts anew.

A message names the lead about which something was decided, and goes only to those who may see it: the
sellers who had, have or decided it, and everybody who sees all leads. Whoever an agreement wants told in the
browser hears that a notice waits. What was missed while a browser was away need not be told: a page that
reconnects reads itself anew.
"""

import asyncio
import contextlib
import threading
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from http.cookies import CookieError, SimpleCookie
from importlib import import_module
from typing import Any

import msgspec
import psycopg
import structlog
from django.conf import settings
from django.contrib.auth import get_user
from django.db import DatabaseError, close_old_connections
from django.http import HttpRequest

from pomona.store.access import Power, may
from pomona.store.live import Change, changes_after, listen, newest
from pomona.store.models import User

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

HEARTBEAT_SECONDS = 20.0
"""How often a quiet connection proves that both ends live and the session still holds."""

PAUSE_SECONDS = 0.1
"""Between two looks at the journal: a burst of appends is one look."""

AWAY_SECONDS = 1.0
"""Between two tries to reach a database that is away."""

WAITING_MESSAGES = 100
"""A browser that does not read so many is let go; it comes back and reads its page anew."""

NOTICE = b"event: notice\ndata: {}\n\n"

COME_BACK = b"retry: 3000\n\n"
"""While the database is away: after any status but 200 a browser would never come back."""

HEADERS = [
    (b"content-type", b"text/event-stream"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]

log = structlog.get_logger()


class Viewer(msgspec.Struct, eq=False):
    """An open page: whose, and what it has still to be told (None: to end)."""

    user: int
    sees_all: bool
    messages: asyncio.Queue[bytes | None]

    def may_see(self, change: Change) -> bool:
        """Whether this viewer may know of the change."""
        return self.sees_all or self.user in change.sellers


class LiveUpdates:
    """Answers `/live` for every open page of a process, over one connection that listens."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._viewers: set[Viewer] = set()
        self._stop = threading.Event()
        self._watcher: threading.Thread | None = None
        self._sessions = ThreadPoolExecutor(max_workers=1, thread_name_prefix="sessions")

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin to watch the journal."""
        self._watcher = threading.Thread(target=self._watch, args=(loop,), name="live", daemon=True)
        self._watcher.start()

    async def close(self) -> None:
        """Let all pages go and stop watching."""
        self._stop.set()
        for viewer in self._viewers:
            viewer.messages.put_nowait(None)
        if self._watcher is not None:
            await asyncio.to_thread(self._watcher.join)
        self._sessions.shutdown(wait=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Tell one page of changes until it goes away or its session ends."""
        try:
            viewer = await self._viewer(scope)
        except DatabaseError:
            await _answer(send, 200, COME_BACK)
            return
        if viewer is None:
            await _answer(send, 403, b"")
            return
        await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
        gone = asyncio.create_task(_gone(receive, viewer))
        self._viewers.add(viewer)
        try:
            await self._tell(scope, send, viewer)
        finally:
            self._viewers.discard(viewer)
            gone.cancel()

    async def _tell(self, scope: Scope, send: Send, viewer: Viewer) -> None:
        message: bytes | None = b": welcome\n\n"
        while message is not None:
            await send({"type": "http.response.body", "body": message, "more_body": True})
            try:
                message = await asyncio.wait_for(viewer.messages.get(), HEARTBEAT_SECONDS)
            except TimeoutError:
                message = b": still here\n\n" if await self._still_holds(scope, viewer) else None
        await send({"type": "http.response.body", "body": b""})

    async def _still_holds(self, scope: Scope, viewer: Viewer) -> bool:
        try:
            now = await self._viewer(scope)
        except DatabaseError:
            return True
        return now is not None and (now.user, now.sees_all) == (viewer.user, viewer.sees_all)

    async def _viewer(self, scope: Scope) -> Viewer | None:
        return await asyncio.get_running_loop().run_in_executor(self._sessions, _viewer_of_session, scope)

    def _watch(self, loop: asyncio.AbstractEventLoop) -> None:
        """Runs in a thread: read what was decided whenever the database says that something was appended."""
        seq: int | None = None
        while not self._stop.is_set():
            try:
                with contextlib.closing(listen(self._url)) as conn:
                    seq = newest(conn) if seq is None else seq
                    while not self._stop.wait(PAUSE_SECONDS):
                        changes, seq = changes_after(conn, seq)
                        if changes:
                            loop.call_soon_threadsafe(self._publish, changes)
                        for _ in conn.notifies(timeout=1.0, stop_after=1):
                            pass
            except psycopg.Error as error:
                log.warning("live updates wait for the database", error=type(error).__name__)
                self._stop.wait(AWAY_SECONDS)

    def _publish(self, changes: list[Change]) -> None:
        for change in changes:
            message = b"data: " + msgspec.json.encode({"lead": change.lead}) + b"\n\n"
            for viewer in self._viewers:
                if viewer.may_see(change):
                    _put(viewer, message)
                if viewer.user in change.readers:
                    _put(viewer, NOTICE)


def _put(viewer: Viewer, message: bytes) -> None:
    if viewer.messages.qsize() < WAITING_MESSAGES:
        viewer.messages.put_nowait(message)
    else:
        viewer.messages.put_nowait(None)


async def _answer(send: Send, status: int, body: bytes) -> None:
    await send({"type": "http.response.start", "status": status, "headers": HEADERS})
    await send({"type": "http.response.body", "body": body})


async def _gone(receive: Receive, viewer: Viewer) -> None:
    """End the viewer when its browser has left."""
    while (await receive())["type"] != "http.disconnect":
        pass
    viewer.messages.put_nowait(None)


def _viewer_of_session(scope: Scope) -> Viewer | None:
    """Who is logged in, by Django's session cookie; None for nobody."""
    close_old_connections()
    cookies = SimpleCookie()
    with contextlib.suppress(CookieError):
        for name, value in scope["headers"]:
            if name == b"cookie":
                cookies.load(value.decode("latin-1"))
    session = cookies.get(settings.SESSION_COOKIE_NAME)
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(session.value if session else None)
    user = get_user(request)
    if not isinstance(user, User) or not user.is_active:
        return None
    return Viewer(user.pk, may(user, Power.SEE_ALL_LEADS), asyncio.Queue())
