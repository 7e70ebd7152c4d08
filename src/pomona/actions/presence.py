"""Who is there to take leads: presence, set by the seller, and leave."""

from typing import Any, ClassVar

from psycopg import Connection

from pomona.actions.allowed import demand, demand_selling_for
from pomona.actions.changing import changing
from pomona.domain.errors import PomonaError
from pomona.store import sellers
from pomona.store.changes import Document
from pomona.store.powers import Power
from pomona.store.queue import wake_router


class NotASeller(PomonaError):
    """The user takes no leads, so is neither present nor on leave."""

    texts: ClassVar[dict[str, tuple[str, str]]] = {
        "not_a_seller": (
            "Этот пользователь не получает лидов: сначала сделайте его менеджером с командой и графиком.",
            "This user takes no leads: first make them a seller with a team and working hours.",
        )
    }


def set_present(conn: Connection[Any], seller: int, *, present: bool, user: int | None, now: int) -> None:
    """The seller takes leads now, or not; whoever waits is handed over at once.

    Raises:
        NotAllowed: the user is somebody else, and does not steer sales.
        NotASeller: this user takes no leads.
    """
    demand_selling_for(conn, user, seller)
    with changing(conn, Document.PRESENCE, seller, user=user, now=now):
        if not sellers.set_presence(conn, seller, present=present):
            raise NotASeller("not_a_seller")
        wake_router(conn)


def set_leave(
    conn: Connection[Any], seller: int, *, away_until: int | None, user: int | None, now: int, why: str = ""
) -> None:
    """The seller is on leave until that moment (microseconds UTC), or back (None).

    Raises:
        NotAllowed: the user does not steer sales.
        NotASeller: this user takes no leads.
    """
    demand(conn, user, Power.STEER_SALES)
    with changing(conn, Document.SELLER, seller, user=user, now=now, why=why):
        if not sellers.set_leave(conn, seller, away_until=away_until):
            raise NotASeller("not_a_seller")
        wake_router(conn)
