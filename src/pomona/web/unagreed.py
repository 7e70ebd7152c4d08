"""Campaigns without an agreement in force, as every page of both heads tells of them."""

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from pomona.store.access import Power, may
from pomona.store.reads.agreements import agreement
from pomona.store.reads.unagreed import unagreed_campaigns
from pomona.web.request import PageRequest
from pomona.web.version_state import version_state


def unagreed(page: PageRequest) -> list[dict[str, Any]]:
    """Such campaigns with their leads and the state of the agreement of their name, for those who may write one."""
    if not may(page.user, Power.WRITE_AGREEMENTS):
        return []
    return [
        {
            "campaign": each.campaign,
            "leads": each.leads,
            "url": f"{reverse('unagreed_leads')}?{urlencode({'campaign': each.campaign})}",
            "state": _state_of(page, each.campaign),
        }
        for each in unagreed_campaigns(page.user, now=page.now)
    ]


def _state_of(page: PageRequest, campaign: str) -> str:
    line = agreement(page.user, campaign)
    return version_state(line.versions[0], page.now) if line else ""
