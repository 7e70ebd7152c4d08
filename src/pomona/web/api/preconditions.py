"""ETags (RFC 9110): nobody changes what they have not read."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.http import parse_etags

from pomona.web.api.problems import RefusedRequest

PRECONDITION: dict[str, Any] = {
    "parameters": [
        {
            "in": "header",
            "name": "If-Match",
            "schema": {"type": "string"},
            "description": "The ETag of what was read and is to be changed: 412 where it was changed meanwhile.",
        },
        {
            "in": "header",
            "name": "If-None-Match",
            "schema": {"const": "*"},
            "description": "In place of If-Match: there is nothing yet. Without either: 428.",
        },
    ]
}
"""What OpenAPI says of an operation that goes through `stamp_read`."""


def stamp_read(request: HttpRequest) -> str:
    """The stamp of what the caller read and wants to change; "" where they say that there is nothing yet.

    The ETag of a version is the stamp of its text, a dot, and what else is told of it: signatures do not change a text.
    Raises RefusedRequest without If-Match and If-None-Match: blind changes are not taken.
    """
    if request.headers.get("If-None-Match", "").strip() == "*":
        return ""
    tags = parse_etags(request.headers.get("If-Match", ""))
    if len(tags) != 1 or tags[0] == "*":
        raise RefusedRequest("no_precondition")
    return tags[0].strip('"').partition(".")[0]


def with_etag(response: HttpResponse, stamp: str) -> HttpResponse:
    """The answer with its ETag."""
    response["ETag"] = f'"{stamp}"'
    response["Cache-Control"] = "private, no-cache"
    return response
