"""The little of HTTP that the collector needs, on bare ASGI."""

import zlib
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any

import msgspec

from pomona.capture import limits
from pomona.capture.errors import RefusedRequest
from pomona.domain.errors import Language

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

CORS: Headers = [(b"access-control-allow-origin", b"*"), (b"vary", b"accept-language")]
"""Any site may send: what lets it in is the write key, never a cookie."""

PREFLIGHT: Headers = [
    *CORS,
    (b"access-control-allow-methods", b"POST, OPTIONS"),
    (b"access-control-allow-headers", b"authorization, content-type, content-encoding"),
    (b"access-control-max-age", b"86400"),
]

GZIP = 16 + zlib.MAX_WBITS


def header(scope: Scope, name: bytes) -> str:
    """The value of a request header (name in lower case), "" if absent."""
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), "")


def language(scope: Scope) -> Language:
    """The first of the languages accepted that we speak; English otherwise."""
    for part in header(scope, b"accept-language").lower().split(","):
        if part.strip().startswith("ru"):
            return "ru"
        if part.strip().startswith("en"):
            break
    return "en"


def basic_user(scope: Scope) -> str | None:
    """The user name of Basic authentication, which is where Segment's libraries put the write key."""
    scheme, _, credentials = header(scope, b"authorization").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        return b64decode(credentials).decode().partition(":")[0]
    except (Base64Error, UnicodeDecodeError):
        return None


async def read_body(scope: Scope, receive: Receive) -> bytes:
    """The request's body, unpacked. Raises RefusedRequest before taking in more than the limit."""
    chunks, size, more = [], 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise RefusedRequest("malformed", detail="disconnected")
        chunks.append(message.get("body", b""))
        size += len(chunks[-1])
        if size > limits.BATCH_BYTES:
            raise RefusedRequest("too_large", limit=limits.BATCH_BYTES)
        more = message.get("more_body", False)
    return _unpacked(b"".join(chunks), header(scope, b"content-encoding"))


def _unpacked(body: bytes, encoding: str) -> bytes:
    if encoding in ("", "identity"):
        return body
    if encoding != "gzip":
        raise RefusedRequest("bad_encoding", encoding=encoding[:40])
    unpacker = zlib.decompressobj(wbits=GZIP)
    try:
        text = unpacker.decompress(body, limits.BATCH_BYTES + 1)
    except zlib.error as error:
        raise RefusedRequest("malformed", detail=str(error)) from None
    if len(text) > limits.BATCH_BYTES:
        raise RefusedRequest("too_large", limit=limits.BATCH_BYTES)
    if not unpacker.eof:
        raise RefusedRequest("malformed", detail="gzip: truncated")
    return text


async def answer(send: Send, status: int, body: bytes, headers: Iterable[tuple[bytes, bytes]]) -> None:
    """Send a whole response."""
    length = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": status, "headers": [*headers, length]})
    await send({"type": "http.response.body", "body": body})


async def answer_json(send: Send, status: int, value: Any, headers: Headers) -> None:
    """Send a value as JSON."""
    await answer(send, status, msgspec.json.encode(value), [*headers, (b"content-type", b"application/json")])
