"""Who asks: the user whose key stands in the request."""

from typing import cast

from django.http import HttpRequest
from ninja.security import HttpBearer

from pomona.actions.api_keys import user_of_key
from pomona.store.database import connection
from pomona.store.models import User
from pomona.web.request import PageRequest


class ByKey(HttpBearer):
    """`Authorization: Bearer pomona_...`: the program may do what the key's user may."""

    def authenticate(self, request: HttpRequest, token: str) -> User | None:
        """The user; None for a key that opens nothing."""
        page = cast(PageRequest, request)
        number = user_of_key(connection(), token, now=page.now)
        if number is None:
            return None
        page.user = User.objects.get(pk=number)
        return page.user
