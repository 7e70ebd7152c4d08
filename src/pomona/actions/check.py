"""Checking an installation: nothing lost, nothing twice, nothing derived that the journal does not say."""

from typing import Any, ClassVar

from psycopg import Connection

from pomona.actions.rebuild import Progress, check_rebuild
from pomona.domain.errors import PomonaError
from pomona.domain.event import MINUTE
from pomona.store import checks


class Problem(PomonaError):
    """Something that must never be. Not raised: collected and shown."""

    texts: ClassVar[dict[str, tuple[str, str]]] = {
        "event_missing": (
            "Событие с ключом {key} было принято, но в журнале его {times}, а должно быть одно.",
            "The event with the key {key} was accepted, but stands {times} times in the journal, not once.",
        ),
        "not_as_rebuilt": (
            "Таблица {table}, строка {row}: не то, что следует из журнала. Исправит pomona rebuild.",
            "Table {table}, row {row}: not what the journal says. pomona rebuild repairs it.",
        ),
        "ripe_without_owner": (
            "Лид {lead} созрел, но у него нет ни ответственного, ни причины ожидания.",
            "Lead {lead} is ripe, but has neither an owner nor a reason to wait.",
        ),
    }


def check(conn: Connection[Any], *, now: int, progress: Progress = lambda share: None) -> list[Problem]:
    """What is wrong, at most a few of each kind; empty if all is well.

    Work waits while it runs (see `rebuild`); the collector and the pages go on.
    """
    return [
        *(Problem("event_missing", key=key, times=times) for key, times in checks.keys_not_once(conn)),
        *(
            Problem("not_as_rebuilt", table=each.table, row=", ".join(map(_readable, each.row)))
            for each in check_rebuild(conn, now=now, progress=progress)
        ),
        *(Problem("ripe_without_owner", lead=lead) for lead in checks.ripe_without_owner(conn, before=now - MINUTE)),
    ]


def _readable(value: Any) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)
