"""Addresses of the pages; each page module has its own `urls`."""

from pomona.web.pages import funnel, home, hours, login, outbox, people, poison, settings, sources, style

urlpatterns = [
    *home.urls,
    *login.urls,
    *settings.urls,
    *style.urls,
    *funnel.urls,
    *sources.urls,
    *poison.urls,
    *people.urls,
    *hours.urls,
    *outbox.urls,
]
