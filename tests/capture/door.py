"""A real door on a free port, in a process of its own, and ways to speak to it."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

STARTED_WITHIN_SECONDS = 20

PROGRAM = """
import signal, sys, threading
import django
django.setup()
from pomona.asgi import serve_door
stop = threading.Event()
signal.signal(signal.SIGTERM, lambda *_: stop.set())
serve_door("127.0.0.1", int(sys.argv[1]), stop)
"""


@contextmanager
def door(url: str) -> Iterator[str]:
    """The address of a door that serves the database `url`."""
    port = free_port()
    environment = {
        **os.environ,
        "DATABASE_URL": url,
        "POMONA_SECRET_KEY": "test",
        "DJANGO_SETTINGS_MODULE": "pomona.settings",
    }
    process = subprocess.Popen([sys.executable, "-c", PROGRAM, str(port)], env=environment)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_until_open(address, process)
        yield address
    finally:
        process.terminate()
        assert process.wait(timeout=20) == 0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_open(address: str, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + STARTED_WITHIN_SECONDS
    while time.monotonic() < deadline:
        assert process.poll() is None, "the door ended while it started"
        try:
            httpx.get(f"{address}/v1/pomona.js")
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("the door did not open")
