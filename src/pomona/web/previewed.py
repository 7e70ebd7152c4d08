"""What a draft is previewed on, kept for a while: who writes does not wait for it at each step."""

from hashlib import blake2b
from typing import Any, cast

from django.core.cache import cache

from pomona.actions.previewing import Distribution, Ground, distribution, ground
from pomona.domain.agreement import Agreement
from pomona.store.database import connection
from pomona.store.reads.preview import part
from pomona.web.request import PageRequest

KEPT_SECONDS = 300
"""How long leads and counts stay as they were found."""


def ground_of(page: PageRequest, draft: Agreement) -> Ground:
    """The leads to try the draft on; the same ones while its traffic stays the same."""
    key = _key("ground", page.user.pk, draft.campaign, draft.covers, draft.runs)
    found = cache.get_or_set(key, lambda: ground(connection(), draft, part(page.user), now=page.now), KEPT_SECONDS)
    return cast(Ground, found)


def distribution_of(page: PageRequest, tried: Ground, draft: Agreement, current: Agreement | None) -> Distribution:
    """The scores of all these leads under both, and who is ripe."""
    key = _key("scores", page.user.pk, draft, current and (current.campaign, current.version))
    found = cache.get_or_set(key, lambda: distribution(connection(), tried, draft, current, now=page.now), KEPT_SECONDS)
    return cast(Distribution, found)


def _key(kind: str, *parts: Any) -> str:
    return f"preview:{kind}:{blake2b(repr(parts).encode(), digest_size=16).hexdigest()}"
