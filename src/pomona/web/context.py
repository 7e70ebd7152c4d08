"""What every template knows."""

from typing import Any, cast

from django.http import HttpRequest

from pomona.store.access import Power, may
from pomona.store.models import Seller
from pomona.web.navigation import sections
from pomona.web.request import PageRequest


def page(request: HttpRequest) -> dict[str, Any]:
    """The page's moment and look, the menu, the user's powers, and the presence of a seller."""
    asked = cast(PageRequest, request)
    if not hasattr(asked, "now"):
        return {}
    known: dict[str, Any] = {
        "now": asked.now,
        "now_ms": asked.now // 1000,
        "language": asked.language,
        "theme": asked.theme,
        "density": asked.density,
        "installation": asked.installation,
    }
    if asked.user.is_authenticated:
        known["sections"] = sections(asked)
        known["may"] = {power.value: may(asked.user, power) for power in Power}
        known["own_seller"] = Seller.objects.filter(pk=asked.user.pk).first()
    return known
