"""A load generator on bare sockets: light enough to leave the machine to what it measures."""

import asyncio
import socket
import time
from collections.abc import Iterator

import msgspec

BUFFER = 1 << 20


class Measured(msgspec.Struct):
    """What came of a run: requests answered, seconds it took, seconds each answer took."""

    requests: int
    seconds: float
    waits: list[float]

    def wait(self, share: float) -> float:
        """The time within which this share of the answers came, in milliseconds."""
        return sorted(self.waits)[min(int(len(self.waits) * share), len(self.waits) - 1)] * 1000


class _Sender(asyncio.Protocol):
    """One connection that sends its next request when the last is answered and the next one is due."""

    def __init__(self, requests: Iterator[bytes], every: float, begin: float, end: float) -> None:
        self._requests = requests
        self._every = every
        self._due = begin
        self._end = end
        self._received = b""
        self.waits: list[float] = []
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._plan()

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, found, body = self._received.partition(b"\r\n\r\n")
        if not found or len(body) < int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0]):
            return
        if not head.startswith(b"HTTP/1.1 200"):
            self.ended.set_exception(RuntimeError(self._received.decode()))
            return
        self._received = b""
        self.waits.append(time.perf_counter() - self._due)
        self._plan()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.ended.done():
            self.ended.set_exception(error or ConnectionError("the server closed the connection"))

    def _plan(self) -> None:
        """Closed loop: at once. Paced: when due, and late answers count from when the request was due."""
        now = time.perf_counter()
        self._due = self._due + self._every if self._every else now
        if self._due >= self._end:
            self.ended.set_result(None)
            self._transport.close()
        elif self._due <= now:
            self._send()
        else:
            asyncio.get_running_loop().call_later(self._due - now, self._send)

    def _send(self) -> None:
        self._transport.write(next(self._requests))


async def _run(port: int, connections: list[Iterator[bytes]], seconds: float, per_second: float) -> Measured:
    loop = asyncio.get_running_loop()
    begin = time.perf_counter()
    every = len(connections) / per_second if per_second else 0.0
    senders = []
    for number, requests in enumerate(connections):
        offset = begin + every * number / len(connections)
        _, sender = await loop.create_connection(
            lambda requests=requests, offset=offset: _Sender(requests, every, offset, begin + seconds),  # type: ignore[misc]
            "127.0.0.1",
            port,
        )
        senders.append(sender)
    await asyncio.gather(*(sender.ended for sender in senders))
    waits = [wait for sender in senders for wait in sender.waits]
    return Measured(len(waits), time.perf_counter() - begin, waits)


def run(port: int, connections: list[Iterator[bytes]], *, seconds: float, per_second: float = 0.0) -> Measured:
    """Send on that many connections for some seconds; `per_second` requests in all, or as many as are answered."""
    return asyncio.run(_run(port, connections, seconds, per_second))


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_open(port: int) -> None:
    """Return when a server listens there. Raises RuntimeError after a minute."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError("the server did not open")
