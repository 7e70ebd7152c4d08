"""What stands in a request's body, where it is a text."""

from django.http import HttpRequest

from pomona.web.api.problems import RefusedRequest


def text_of(request: HttpRequest) -> str:
    """The body as text. Raises RefusedRequest."""
    try:
        return request.body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise RefusedRequest("not_text") from None
