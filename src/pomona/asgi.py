"""The door: collector, live updates and pages behind one port. Here, and in the command line, rooms are wired."""

import asyncio
import gc
import os
import sys
import threading
from typing import Any

from a2wsgi import WSGIMiddleware
from django.core.wsgi import get_wsgi_application
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server.embed import Server

from pomona import clock
from pomona.capture.collector import PREFIX, Collector
from pomona.capture.group_commit import GroupCommit
from pomona.capture.http import Receive, Scope, Send
from pomona.web.live import LiveUpdates

LIVE = "/live"
PAGE_THREADS = 8
SWITCH_SECONDS = 0.001
"""The thread that commits must not wait 5 ms, Python's default, for one that reads events."""

BACKLOG = 1024


class Door:
    """One ASGI application: `/v1/` to the collector, `/live` to live updates, everything else to Django."""

    def __init__(self, url: str) -> None:
        self._database = GroupCommit(url)
        self._collector = Collector(self._database, clock.now)
        self._live = LiveUpdates(os.environ.get("DATABASE_DIRECT_URL") or url)
        pages: Any = get_wsgi_application()
        self._pages: Any = WSGIMiddleware(pages, workers=PAGE_THREADS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or begin and end with the server."""
        if scope["type"] == "lifespan":
            await self._live_with_server(receive, send)
        elif scope["path"].startswith(PREFIX):
            await self._collector(scope, receive, send)
        elif scope["path"] == LIVE:
            await self._live(scope, receive, send)
        else:
            await self._pages(scope, _coroutine(receive), send)

    async def let_go(self) -> None:
        """End live updates, which last as long as their pages: the server waits for every answer's end."""
        await self._live.close()

    async def _live_with_server(self, receive: Receive, send: Send) -> None:
        await receive()
        gc.freeze()  # what was loaded so far stays: looking through it again and again would stop all answers
        self._live.start(asyncio.get_running_loop())
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self._database.close()
        await send({"type": "lifespan.shutdown.complete"})


def _coroutine(receive: Receive) -> Receive:
    """The server's `receive` as a coroutine: the adapter hands it to another thread's loop, which takes no other."""

    async def received() -> Any:
        return await receive()

    return received


def serve_door(host: str, port: int, stop: threading.Event) -> None:
    """Serve until `stop` is set; what was received by then is answered. The database is `DATABASE_URL`'s."""
    sys.setswitchinterval(SWITCH_SECONDS)
    asyncio.run(_serve(host, port, stop))


async def _serve(host: str, port: int, stop: threading.Event) -> None:
    door = Door(os.environ["DATABASE_URL"])
    server: Any = Server(
        door,
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        backlog=BACKLOG,
        websockets=False,
        log_level=LogLevels.error,
    )
    serving = asyncio.create_task(server.serve())
    stopping = asyncio.create_task(asyncio.to_thread(stop.wait))
    await asyncio.wait((serving, stopping), return_when=asyncio.FIRST_COMPLETED)
    stop.set()
    await door.let_go()
    server.stop()
    await serving
