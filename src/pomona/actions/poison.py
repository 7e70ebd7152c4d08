"""What a user decides about an event that could not be folded; trying again is `actions.fold.fold_again`."""

from typing import Any, ClassVar

from psycopg import Connection

from pomona.actions.allowed import demand
from pomona.domain.errors import PomonaError
from pomona.store.powers import Power


class NoPoison(PomonaError):
    """There is no such event waiting; nothing was changed."""

    texts: ClassVar[dict[str, tuple[str, str]]] = {
        "no_poison": (
            "Это событие уже не ждёт решения: обновите страницу.",
            "This event waits for nobody any more: reload the page.",
        )
    }


def lay_aside(conn: Connection[Any], seq: int, *, user: int, now: int) -> None:
    """Ask no more about an event. It stays in the journal and out of every fold, and can still be tried again.

    Raises:
        NotAllowed: the user does not manage sources.
        NoPoison: it was folded meanwhile, or laid aside before.
    """
    with conn.transaction():
        demand(conn, user, Power.MANAGE_SOURCES)
        laid = conn.execute(
            "UPDATE poison SET aside_at = %s, aside_by = %s "
            "WHERE seq = %s AND resolved_at IS NULL AND aside_at IS NULL",
            (now, user, seq),
        )
        if not laid.rowcount:
            raise NoPoison("no_poison")
