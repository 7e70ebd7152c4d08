"""ETags (RFC 9110): nobody changes what they have not read."""

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.http import parse_etags

from pomona.web.api.problems import RefusedRequest


def stamp_read(request: HttpRequest) -> str:
    """The stamp of what the caller read and wants to change; "" where they say that there is nothing yet.

    Raises RefusedRequest without If-Match and If-None-Match: blind changes are not taken.
    """
    if request.headers.get("If-None-Match", "").strip() == "*":
        return ""
    tags = parse_etags(request.headers.get("If-Match", ""))
    if len(tags) != 1 or tags[0] == "*":
        raise RefusedRequest("no_precondition")
    return tags[0].strip('"')


def with_etag(request: HttpRequest, response: HttpResponse, stamp: str) -> HttpResponse:
    """The answer with its ETag; 304 without a body where the caller has it already."""
    etag = f'"{stamp}"'
    known = parse_etags(request.headers.get("If-None-Match", ""))
    if request.method in {"GET", "HEAD"} and (etag in known or "*" in known):
        response = HttpResponseNotModified()
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"
    return response
