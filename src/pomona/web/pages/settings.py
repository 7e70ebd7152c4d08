"""One's own settings: language, theme, density (kept with the user, or in cookies before log-in), keys for programs."""

from typing import cast

from django.conf import settings as django_settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from pomona.actions import telegram
from pomona.actions.api_keys import create_key, revoke_key
from pomona.store.changes import Document
from pomona.store.database import connection
from pomona.store.models import User
from pomona.store.reads.api_keys import keys_in_use
from pomona.web.answers import back, done
from pomona.web.changes import trail
from pomona.web.request import PageRequest

CHOICES = {
    "language": {"ru": "ru", "en": "en"},
    "theme": {"system": "", "light": "light", "dark": "dark"},
    "density": {"comfortable": "", "compact": "compact"},
}
COOKIES = {"language": django_settings.LANGUAGE_COOKIE_NAME, "theme": "theme", "density": "density"}
YEAR = 365 * 24 * 3600


@require_safe
def settings(request: HttpRequest) -> HttpResponse:
    """The page of one's own settings."""
    return _page(request)


@require_POST
def new_api_key(request: HttpRequest) -> HttpResponse:
    """Make a key for a program and show it, this one time."""
    page = cast(PageRequest, request)
    return _page(request, made=create_key(connection(), page.POST.get("name", ""), user=page.user.pk, now=page.now))


@require_POST
def revoke_api_key(request: HttpRequest, number: int) -> HttpResponse:
    """Let one of one's own keys open nothing any more."""
    page = cast(PageRequest, request)
    revoke_key(connection(), number, user=page.user.pk, now=page.now)
    return done(page, _("The key is revoked: the program that used it is refused from now on."))


@require_POST
def link_telegram(request: HttpRequest) -> HttpResponse:
    """Make the link with which one's chat is linked, and show it, this one time."""
    page = cast(PageRequest, request)
    code = telegram.ask_to_link(connection(), user=page.user.pk, now=page.now)
    bot = page.installation.telegram_bot if page.installation else ""
    return _page(request, chat_link=f"https://t.me/{bot}?start={code}")


@require_POST
def unlink_telegram(request: HttpRequest) -> HttpResponse:
    """Write to one's chat no more."""
    page = cast(PageRequest, request)
    telegram.unlink(connection(), user=page.user.pk, now=page.now)
    return done(page, _("No more messages by Telegram: they come by mail."))


def _page(request: HttpRequest, made: str = "", chat_link: str = "") -> HttpResponse:
    page = cast(PageRequest, request)
    known = {
        "question": _("How should Pomona look for you?"),
        "keys": keys_in_use(page.user),
        "made": made,
        "has_bot": bool(
            django_settings.TELEGRAM_BOT_TOKEN and page.installation and not page.installation.demo_language
        ),
        "chat_link": chat_link,
        "trail": trail(page, Document.USER, Document.API_KEYS, Document.SELLER, row=page.user.pk),
        "address": page.build_absolute_uri("/").rstrip("/"),
    }
    response = render(request, "settings.html", known)
    response["Cache-Control"] = "no-store"
    return response


@login_not_required
@require_POST
def look(request: HttpRequest) -> HttpResponse:
    """Change language, theme or density: whichever are given and known."""
    page = cast(PageRequest, request)
    chosen = {name: values[page.POST[name]] for name, values in CHOICES.items() if page.POST.get(name) in values}
    if page.user.is_authenticated:
        User.objects.filter(pk=page.user.pk).update(**chosen)
    response = back(request)
    for name, value in chosen.items():
        response.set_cookie(COOKIES[name], value, max_age=YEAR, samesite="Lax", httponly=True)
    return response


urls = [
    path("settings/", settings, name="settings"),
    path("settings/keys/", new_api_key, name="new_api_key"),
    path("settings/keys/<int:number>/revoke/", revoke_api_key, name="revoke_api_key"),
    path("settings/telegram/", link_telegram, name="link_telegram"),
    path("settings/telegram/unlink/", unlink_telegram, name="unlink_telegram"),
    path("look/", look, name="look"),
]
