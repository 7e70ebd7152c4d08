"""Writes that a program may send again: `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header-07)."""

import re
from collections.abc import Callable
from hashlib import sha256
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from psycopg import Connection

from pomona.actions import repeats
from pomona.store.database import connection
from pomona.store.keyed_requests import Answer, Request
from pomona.web.api.problems import RefusedRequest
from pomona.web.request import PageRequest

REPEATABLE: dict[str, Any] = {
    "parameters": [
        {
            "in": "header",
            "name": "Idempotency-Key",
            "schema": {"type": "string", "minLength": 1, "maxLength": 255},
            "description": "A key of your own for this request, a UUID for instance. Sent again with it, the same "
            "request is not carried out again and gets the first answer; another one is refused (422), and so is "
            "one that comes while the first goes on (409). Kept for a day.",
        }
    ]
}
"""What OpenAPI says of an operation that goes through `once`."""

_KEY = re.compile(r'"?([\x20-\x21\x23-\x5b\x5d-\x7e]{1,255})"?')
"""A string of structured fields (RFC 8941); many clients leave out the quotation marks."""
_KEPT_HEADERS = ("Content-Type", "Location", "ETag", "Cache-Control")

Write = Callable[[Connection[Any]], int | None]
"""Changes, and returns the id of what it made, if `Tell` needs it."""
Tell = Callable[[int | None], HttpResponse]
"""Reads what there is now, and answers."""


def once(request: HttpRequest, write: Write, tell: Tell) -> HttpResponse:
    """Carry a request out and answer; under an `Idempotency-Key` once only: its repetition gets the first answer.

    A kill before the first answer leaves either nothing, or the change without an answer: then `tell` gives it now.
    Raises RefusedRequest, RefusedRepeat, and whatever `write` and `tell` raise.
    """
    conn, asked = connection(), _keyed(cast(PageRequest, request))
    if asked is None:
        return tell(write(conn))
    found = repeats.once(conn, asked, lambda: write(conn), now=cast(PageRequest, request).now)
    if found.answer is not None:
        return HttpResponse(found.answer.body, status=found.answer.status, headers=found.answer.headers)
    response = tell(found.made)
    headers = {name: response[name] for name in _KEPT_HEADERS if name in response}
    repeats.keep_answer(conn, asked, Answer(response.status_code, headers, response.content.decode()))
    return response


def _keyed(page: PageRequest) -> Request | None:
    key = page.headers.get("Idempotency-Key")
    if key is None:
        return None
    found = _KEY.fullmatch(key.strip())
    if found is None:
        raise RefusedRequest("bad_idempotency_key")
    asked = "\n".join((page.method or "", page.get_full_path(), "")).encode() + page.body
    return Request(page.user.pk, found[1], sha256(asked).digest())
