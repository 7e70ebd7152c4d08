"""Whether a user may do what an action does. Pages ask as well, to show no way that is closed."""

from typing import Any

from psycopg import Connection

from pomona.store.agreements import role_of
from pomona.store.powers import NotAllowed, Power, has_power, may_sell_for


def demand(conn: Connection[Any], user: int | None, power: Power) -> None:
    """Raise `NotAllowed` unless the user has this power.

    None is whoever runs commands on the installation's machine: the database is theirs, so they may do everything.
    """
    if user is not None and not has_power(role_of(conn, user), power):
        raise NotAllowed("not_allowed")


def demand_selling_for(conn: Connection[Any], user: int | None, seller: int) -> None:
    """Raise `NotAllowed` unless the user is this seller, or steers sales; None as in `demand`."""
    if user is not None and not may_sell_for(role_of(conn, user), user=user, owner=seller):
        raise NotAllowed("not_allowed")
