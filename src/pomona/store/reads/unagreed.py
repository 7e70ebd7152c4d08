"""Campaigns that bring leads without an agreement of their own in force."""

from typing import Any

import msgspec
from django.db import connection

from pomona.domain.event import DAY
from pomona.domain.ripeness import HOUSE, covers_campaign
from pomona.store import agreements
from pomona.store.access import Power, demand
from pomona.store.database import connection as plain_connection
from pomona.store.models import User

CAMPAIGN_WINDOW = 90 * DAY
"""A campaign runs as long as it brought a lead in this time (µs)."""

_LEADS = """
FROM lead WHERE campaign IS NOT NULL AND merged_into IS NULL AND captured_at > %(since)s AND NOT EXISTS
(SELECT FROM lead_score JOIN agreement_version
 ON agreement_version.agreement_id = lead_score.agreement AND agreement_version.number = lead_score.version
 WHERE lead_score.lead = lead.id AND lead_score.agreement <> %(house)s AND in_force_from <= %(now)s
 AND (in_force_until IS NULL OR in_force_until > %(now)s))
"""


class Unagreed(msgspec.Struct, frozen=True):
    """A campaign that brings leads which no agreement of their own scores, with their number."""

    campaign: str
    leads: int


def unagreed_campaigns(user: User, *, now: int) -> list[Unagreed]:
    """Campaigns of the last 90 days that only the house rules score, or nothing; the largest first.

    Not among them: those that an agreement in force covers by now.
    """
    demand(user, Power.WRITE_AGREEMENTS)
    in_force = [each for name, each in agreements.in_force(plain_connection(), now).items() if name != HOUSE]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT campaign, count(*) {_LEADS} GROUP BY campaign ORDER BY 2 DESC, 1", _parameters(now))
        found = [Unagreed(*row) for row in cursor.fetchall()]
    return [each for each in found if not any(covers_campaign(agreement, each.campaign) for agreement in in_force)]


def leads_unagreed(user: User, campaign: str, *, now: int) -> list[int]:
    """The ids of the leads that such a campaign brought, the newest first."""
    demand(user, Power.WRITE_AGREEMENTS)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id {_LEADS} AND campaign = %(campaign)s ORDER BY id DESC",
            _parameters(now) | {"campaign": campaign},
        )
        return [row[0] for row in cursor.fetchall()]


def _parameters(now: int) -> dict[str, Any]:
    return {"since": now - CAMPAIGN_WINDOW, "now": now, "house": HOUSE}
