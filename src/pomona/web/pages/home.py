"""The way in: everybody begins where their work is."""

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path

from pomona.web.navigation import sections
from pomona.web.request import PageRequest


def home(request: HttpRequest) -> HttpResponse:
    """A seller's inbox; everybody else the first section of their menu."""
    own = sections(cast(PageRequest, request))
    return redirect(str(own[0]["url"]) if own else "settings")


urls = [path("", home, name="home")]
