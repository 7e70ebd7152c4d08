"""What every view can rely on in its request."""

from typing import TYPE_CHECKING

from django.http import HttpRequest

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails

    from pomona.domain.errors import Language
    from pomona.store.models import Installation, User


class PageRequest(HttpRequest):
    """A request after the middleware: one `now` (µs UTC) for the whole page, the look, and who asks."""

    now: int
    language: "Language"
    theme: str
    density: str
    installation: "Installation | None"
    htmx: "HtmxDetails"
    user: "User"
