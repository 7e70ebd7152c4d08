"""The pages as a Django app."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Templates, static files, views."""

    name = "pomona.web"
    label = "web"
