"""The hosted form of a campaign: public, in the visitor's language, without scripts and cookies.

It needs no token against forged requests: whoever may send it at all may send it from anywhere, as nobody's
browser is trusted more than another's. A look at it changes nothing.
"""

import secrets
from typing import Any, cast

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import translation
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from pomona.capture.hosted_form import Sent, take_form
from pomona.domain.agreement import Agreement
from pomona.domain.errors import Language
from pomona.domain.event import MINUTE
from pomona.store import agreements as stored
from pomona.store.access import Power, demand
from pomona.store.database import connection
from pomona.web.asking import AskingForm, would_be_captured
from pomona.web.middleware import CONTENT_SECURITY_POLICY
from pomona.web.rate_limit import RateLimit, address_of
from pomona.web.request import PageRequest

MOST_BYTES = 64 * 1024
LONGEST_ADDRESS = 2_000
LONGEST_ID = 100
TRAP = "topic"
"""A field that people do not see; only programs fill it in, and what they send is thrown away."""

sendings = RateLimit(30, 10 * MINUTE)


@csrf_exempt
@xframe_options_exempt
@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def hosted_form(request: HttpRequest, name: str) -> HttpResponse:
    """Show the form; by POST take what was filled in and go on to the thanks."""
    page = cast(PageRequest, request)
    agreement, language = _in_force(page, name), _language(page)
    with translation.override(language):
        if request.method != "POST":
            return _shown(page, agreement, AskingForm(agreement, language))
        return _taken(page, agreement, language)


@xframe_options_exempt
@login_not_required
@require_safe
def form_thanks(request: HttpRequest, name: str) -> HttpResponse:
    """What stands there after sending."""
    page = cast(PageRequest, request)
    agreement, language = _in_force(page, name), _language(page)
    with translation.override(language):
        return _framed(render(page, "form_thanks.html", _words(agreement, language)), agreement)


@require_safe
def form_preview(request: HttpRequest, version_id: int) -> HttpResponse:
    """The form as a version would ask it; nothing can be sent."""
    page = cast(PageRequest, request)
    demand(page.user, Power.WRITE_AGREEMENTS)
    agreement = stored.agreement_if_any(connection(), version_id)
    if agreement is None or agreement.form is None:
        raise Http404
    language = _language(page)
    with translation.override(language):
        form = AskingForm(agreement, language)
        return render(page, "form.html", _words(agreement, language) | {"form": form, "preview": True})


def _in_force(page: PageRequest, name: str) -> Agreement:
    agreement = stored.agreement_in_force(connection(), name, page.now)
    if agreement is None or agreement.form is None:
        raise Http404
    return agreement


def _taken(page: PageRequest, agreement: Agreement, language: Language) -> HttpResponse:
    form = AskingForm(agreement, language, page.POST)
    if int(page.headers.get("Content-Length") or 0) > MOST_BYTES:
        form.add_error(None, _("That is too much text. Shorten it."))
        return _shown(page, agreement, form, status=413)
    if page.POST.get(TRAP):
        return _thanks(agreement, language)
    if not form.is_valid():
        return _shown(page, agreement, form, status=422)
    if not sendings.allows(address_of(page), page.now):
        form.add_error(None, _("Too many forms came from your network. Try again in ten minutes."))
        return _shown(page, agreement, form, status=429)
    sent = _sent(page, form)
    if not would_be_captured(agreement, sent, now=page.now):
        form.add_error(None, _("Leave an e-mail address or a phone number, so that we can answer you."))
        return _shown(page, agreement, form, status=422)
    take_form(connection(), sent, now=page.now)
    return _thanks(agreement, language)


def _sent(page: PageRequest, form: AskingForm) -> Sent:
    """`visitor`, `page` and `referrer` come along in the address where the site's tracker knows the visitor."""
    came_from = page.GET.get("referrer", page.POST.get("came_from", ""))
    return form.sent(
        token=page.POST.get("token", "")[:LONGEST_ID] or secrets.token_urlsafe(16),
        visitor=page.GET.get("visitor", "")[:LONGEST_ID],
        url=page.GET.get("page", page.build_absolute_uri())[:LONGEST_ADDRESS],
        referrer=came_from[:LONGEST_ADDRESS],
        user_agent=page.headers.get("User-Agent", "")[:LONGEST_ADDRESS],
    )


def _shown(page: PageRequest, agreement: Agreement, form: AskingForm, status: int = 200) -> HttpResponse:
    known = _words(agreement, form.language) | {
        "form": form,
        "token": page.POST.get("token") or secrets.token_urlsafe(16),
        "came_from": page.POST.get("came_from") or page.headers.get("Referer", ""),
        "others": _in_other_languages(page, form.language),
    }
    return _framed(render(page, "form.html", known, status=status), agreement)


def _words(agreement: Agreement, language: Language) -> dict[str, Any]:
    asked = agreement.form
    assert asked is not None
    return {
        "form_language": language,
        "title": asked.title.in_(language) or _("Tell us what you need"),
        "intro": asked.intro.in_(language),
        "button": asked.button.in_(language) or _("Send"),
        "thanks": asked.thanks.in_(language) or _("Thank you: we have it, and answer soon."),
        "consent_link": asked.consent_link,
    }


def _in_other_languages(page: PageRequest, language: Language) -> list[tuple[str, str, str]]:
    """Code, own name and address of the form in the languages it is not in now."""
    names = {"ru": "Русский", "en": "English"}
    asked = page.GET.copy()
    found = []
    for code, name in names.items():
        if code != language:
            asked["lang"] = code
            found.append((code, name, f"?{asked.urlencode()}"))
    return found


def _language(page: PageRequest) -> Language:
    """As the address says, else the visitor's."""
    asked = page.GET.get("lang", page.language)
    return "ru" if asked == "ru" else "en"


def _thanks(agreement: Agreement, language: Language) -> HttpResponse:
    address = reverse("form_thanks", args=[agreement.campaign])
    return redirect(f"{address}?{urlencode({'lang': language})}")


def _framed(response: HttpResponse, agreement: Agreement) -> HttpResponse:
    """Other sites show the form within their pages only where the agreement names them."""
    sites = " ".join(agreement.form.embed_on if agreement.form else ()) or "'none'"
    policy = CONTENT_SECURITY_POLICY.replace("frame-ancestors 'none'", f"frame-ancestors {sites}")
    response.headers["Content-Security-Policy"] = policy
    return response


urls = [
    path("f/<path:name>/thanks/", form_thanks, name="form_thanks"),
    path("f/<path:name>/", hosted_form, name="hosted_form"),
    path("agreements/versions/<int:version_id>/form/", form_preview, name="form_preview"),
]
