"""The leads that a draft can be tried on: a stable part of those the user may see."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import F

from pomona.store.access import visible_leads
from pomona.store.leads import Known, Part
from pomona.store.models import User

MOST = 10_000
"""How many leads are looked at: enough for a picture, and quick however many there are."""


def part(user: User | AnonymousUser, *, most: int = MOST) -> Part:
    """At most so many of the leads the user may see: all, or every second, fourth ... by number.

    A lead once chosen stays until the base has doubled.
    """
    rows = visible_leads(user).filter(merged_into=None)
    total, step = rows.count(), 1
    while total > most * step:
        step *= 2
    chosen = rows.alias(rest=F("pk") % step).filter(rest=0).order_by("pk")
    found = chosen.values_list("pk", "score", "last_act_at", "profile", "captured_at")[:most]
    known = [
        Known(lead, score, last_act or 0, bytes(profile), captured)
        for lead, score, last_act, profile, captured in found
    ]
    return Part(known, total)
