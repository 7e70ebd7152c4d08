"""The pass mark is moved for a while: an event, so that every day can say which mark held."""

from typing import Any

from psycopg import Connection

from pomona.actions.allowed import demand
from pomona.actions.decision import decision
from pomona.domain.pass_mark import RefusedMove, check_move
from pomona.domain.stages import Decision
from pomona.journal.append import append
from pomona.store import agreements, switching
from pomona.store.database import work_transaction
from pomona.store.powers import Power


def move_pass_mark(
    conn: Connection[Any],
    agreement: str,
    value: int,
    *,
    until: int | None,
    user: int | None,
    now: int,
    reason: str = "",
) -> None:
    """Move the pass mark of the version in force to `value` (thousandths of a point) until then (None: for good).

    It holds for that version only. Who is ripe under a lower mark is handed over at once, through the queue; the
    same when a raised one comes down again. Raises NotAllowed, RefusedMove.
    """
    with work_transaction(conn):
        demand(conn, user, Power.MOVE_PASS_MARK)
        in_force = agreements.in_force(conn, now).get(agreement)
        if in_force is None:
            raise RefusedMove("not_in_force", name=agreement)
        mark = in_force.ready.pass_mark
        check_move(mark, value, until=until, now=now)
        switching.wake(conn)
        body = {"value": value, "before": mark.current, "until": until, "reason": reason}
        moved = decision(
            Decision.PASS_MARK_MOVED,
            None,
            now=now,
            user=user,
            agreement=agreement,
            version=in_force.version,
            body=body,
        )
        append(conn, [moved])
