"""What happens to every request: its moment, language, time zone and look; and the page's security policy."""

from collections.abc import Callable
from typing import cast
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import render
from django.utils import timezone, translation

from pomona import clock
from pomona.domain.errors import Language, PomonaError
from pomona.store.access import NotAllowed
from pomona.store.models import Installation
from pomona.web.answers import back
from pomona.web.request import PageRequest

Respond = Callable[[HttpRequest], HttpResponse]

THEMES = ("", "light", "dark")
DENSITIES = ("", "compact")
CONTENT_SECURITY_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


class ContentSecurity:
    """No inline script or style, nothing from elsewhere, on any page."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Add the policy to the answer."""
        response = self.respond(request)
        response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        return response


class Look:
    """The request's moment, and the reader's language, theme and density: the user's own, else a cookie's."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Prepare the request and answer in its language and the company's time zone.

        A text with NUL, which no database keeps, is refused.
        """
        page = cast(PageRequest, request)
        told = (value for asked in (page.GET, page.POST) for values in asked.lists() for value in values[1])
        if "\0" in page.path_info or any("\0" in value for value in told):
            return HttpResponseBadRequest()
        page.now = clock.now()
        page.installation = Installation.objects.filter(pk=1).first()
        user = page.user if page.user.is_authenticated else None
        page.theme = _one_of(THEMES, user.theme if user else page.COOKIES.get("theme", ""))
        page.density = _one_of(DENSITIES, user.density if user else page.COOKIES.get("density", ""))
        page.language = _language(page, user.language if user else "")
        zone = ZoneInfo(page.installation.time_zone) if page.installation else timezone.get_default_timezone()
        with timezone.override(zone), translation.override(page.language):
            response = self.respond(request)
        response.headers.setdefault("Content-Language", page.language)
        return response


def _one_of(allowed: tuple[str, ...], wanted: str) -> str:
    return wanted if wanted in allowed else ""


def _language(request: PageRequest, own: str) -> Language:
    """The user's own choice, else the cookie's, else the browser's, else the installation's."""
    named = own or request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    if not named and request.headers.get("Accept-Language"):
        named = translation.get_language_from_request(request)
    if not named and request.installation:
        named = request.installation.language
    return "ru" if named == "ru" else "en"


class Refusals:
    """A refusal is told where it happened: in the form that asked, or on a page that says what to do."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer as usual; only `process_exception` differs."""
        return self.respond(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The answer to a `PomonaError`; any other error stays an error."""
        if not isinstance(error, PomonaError):
            return None
        page = cast(PageRequest, request)
        status = 403 if isinstance(error, NotAllowed) else 422
        text = error.text(page.language)
        if page.htmx:
            return HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")
        if page.method == "POST":
            messages.error(page, text)
            return back(page)
        return render(page, "refused.html", {"text": text}, status=status)
