"""The store as a Django app."""

from django.apps import AppConfig


class StoreConfig(AppConfig):
    """Tables of Pomona; label `store`, table names without a prefix."""

    name = "pomona.store"
    label = "store"
    default_auto_field = "django.db.models.BigAutoField"
