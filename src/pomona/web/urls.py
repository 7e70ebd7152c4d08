"""Addresses of the pages; each page module has its own `urls`."""

from pomona.web.pages import home, login, settings, style

urlpatterns = [*home.urls, *login.urls, *settings.urls, *style.urls]
