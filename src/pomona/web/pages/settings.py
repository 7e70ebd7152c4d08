"""How Pomona looks for its reader: language, theme, density. Kept with the user, or in cookies before log-in."""

from typing import cast

from django.conf import settings as django_settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from pomona.store.models import User
from pomona.web.answers import back
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
    return render(request, "settings.html", {"question": _("How should Pomona look for you?")})


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


urls = [path("settings/", settings, name="settings"), path("look/", look, name="look")]
