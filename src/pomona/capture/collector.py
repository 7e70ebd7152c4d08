"""The collector: Segment's HTTP API on bare ASGI. An event is durable before it is acknowledged."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from pomona.capture.batch import read_batch, read_messages
from pomona.capture.errors import RefusedEvent, RefusedRequest
from pomona.capture.group_commit import GroupCommit
from pomona.capture.http import (
    CORS,
    PREFLIGHT,
    Receive,
    Scope,
    Send,
    answer,
    answer_json,
    basic_user,
    header,
    language,
    read_body,
)
from pomona.capture.json_text import repair
from pomona.capture.segment import Envelope, decode, event_of, read_time
from pomona.capture.write_keys import WriteKeys
from pomona.journal.codec import to_copy

PREFIX = "/v1/"
CALLS = ("identify", "track", "page", "screen", "group", "alias")
BATCH = "batch"
ADDRESSES = {BATCH: BATCH, "import": BATCH, "b": BATCH} | {name: call for call in CALLS for name in (call, call[0])}
"""What stands after `/v1/`, and the call it makes; browsers' libraries send to the first letter alone."""

SCRIPT = "pomona.js"
RETRY_SECONDS = b"5"

_SCRIPT_FILE = Path(__file__).parent / "static" / SCRIPT
_SCRIPT_HEADERS = [
    *CORS,
    (b"content-type", b"text/javascript; charset=utf-8"),
    (b"cache-control", b"public, max-age=3600"),
    (b"x-content-type-options", b"nosniff"),
]


class Collector:
    """Answers `/v1/...`. `clock` gives microseconds UTC."""

    def __init__(self, database: GroupCommit, clock: Callable[[], int]) -> None:
        self._database = database
        self._clock = clock
        self._write_keys = WriteKeys(database)
        self._script = _SCRIPT_FILE.read_bytes()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request. Every refusal has a status, a stable code and a sentence."""
        try:
            await self._answer(scope, receive, send)
        except (RefusedEvent, RefusedRequest) as error:
            await _refuse(scope, send, error)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        name, method = scope["path"].removeprefix(PREFIX).rstrip("/"), scope["method"]
        call = ADDRESSES.get(name)
        if name == SCRIPT and method in ("GET", "HEAD"):
            await answer(send, 200, self._script, _SCRIPT_HEADERS)
        elif call is None:
            raise RefusedRequest("not_found")
        elif method == "OPTIONS":
            await answer(send, 204, b"", PREFLIGHT)
        elif method != "POST":
            raise RefusedRequest("wrong_method")
        else:
            text = repair(await read_body(scope, receive))
            body = await (self._take_batch(scope, text) if call == BATCH else self._take_one(scope, text, call))
            await answer_json(send, 200, body, CORS)

    async def _take_one(self, scope: Scope, text: bytes, call: str) -> dict[str, Any]:
        received_at = self._clock()
        message = decode(text)
        envelope = await self._envelope(scope, message.write_key, message.sent_at, received_at)
        event = event_of(message, call, envelope)
        await self._database.submit({event.key.bytes: to_copy(event)})
        return {"success": True, "accepted": 1, "refused": []}

    async def _take_batch(self, scope: Scope, text: bytes) -> dict[str, Any]:
        """What was refused is answered with 200 as long as something was taken: repeating it would not help."""
        received_at = self._clock()
        batch = read_batch(text)
        envelope = await self._envelope(scope, batch.write_key, batch.sent_at, received_at)
        taken = read_messages(batch, envelope, language(scope))
        if taken.rows:
            await self._database.submit(taken.rows)
        elif taken.refused:
            raise RefusedRequest("all_refused", refused=taken.refused)
        accepted = len(batch.batch) - len(taken.refused)
        return {"success": True, "accepted": accepted, "refused": taken.refused}

    async def _envelope(
        self, scope: Scope, key_in_body: str | None, sent_at: str | float | None, received_at: int
    ) -> Envelope:
        source, secret = await self._write_keys.source_of(basic_user(scope) or key_in_body or "")
        sent = None if sent_at is None else read_time(sent_at)
        return Envelope(source, secret, received_at, sent, header(scope, b"user-agent"))


async def _refuse(scope: Scope, send: Send, error: RefusedEvent | RefusedRequest) -> None:
    """`code` and `message` stand where Segment's libraries look for them."""
    body: dict[str, Any] = {"success": False, "code": error.code, "message": error.text(language(scope))}
    if "refused" in error.parameters:
        body |= {"accepted": 0, "refused": error.parameters["refused"]}
    retry = [(b"retry-after", RETRY_SECONDS)] if error.status == 503 else []
    await answer_json(send, error.status, body, [*CORS, *retry])
