"""The keys a user gave to programs."""

from django.db.models import QuerySet

from pomona.store.models import ApiKey, User


def keys_in_use(user: User) -> QuerySet[ApiKey]:
    """The user's own keys that open something, the newest first."""
    return ApiKey.objects.filter(user_id=user.pk, revoked_at=None).order_by("-created_at", "-id")
