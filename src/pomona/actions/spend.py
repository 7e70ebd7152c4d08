"""What campaigns cost, as people, files and programs tell it."""

from collections.abc import Mapping
from typing import Any

from psycopg import Connection

from pomona.actions.allowed import demand
from pomona.domain.spend import CampaignDay, SpendChange, change_of, checked
from pomona.store import spend
from pomona.store.database import work_transaction
from pomona.store.powers import Power

LONGEST_REASON = 500


def planned_spend(conn: Connection[Any], amounts: Mapping[CampaignDay, int]) -> SpendChange:
    """What `record_spend` would do with these amounts. Raises `RefusedSpend`."""
    return change_of(spend.current(conn, checked(amounts)), amounts)


def record_spend(
    conn: Connection[Any], amounts: Mapping[CampaignDay, int], *, user: int | None, now: int, reason: str = ""
) -> SpendChange:
    """Tell what campaigns cost on days, in hundredths of the currency; what is known so already stays untouched.

    The file kept for the user is forgotten. Raises `NotAllowed`, `RefusedSpend`.
    """
    demand(conn, user, Power.RECORD_SPEND)
    with work_transaction(conn):
        spend.lock(conn)
        change = planned_spend(conn, amounts)
        new = {**change.told, **change.corrected}
        spend.add(conn, new, reason=reason.strip()[:LONGEST_REASON], user=user, now=now)
        if user is not None:
            spend.drop_upload(conn, user)
    return change


def keep_upload(conn: Connection[Any], *, user: int, name: str, content: bytes, now: int) -> None:
    """Keep a file until its user has seen what it would change. Raises `NotAllowed`."""
    demand(conn, user, Power.RECORD_SPEND)
    spend.keep_upload(conn, user, name=name, content=content, now=now)


def forget_upload(conn: Connection[Any], *, user: int) -> None:
    """Forget the file that the user kept."""
    spend.drop_upload(conn, user)
