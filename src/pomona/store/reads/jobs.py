"""Long jobs as pages show them: how far they are, how long still, what came of them."""

from typing import Any

import msgspec

from pomona.domain.event import SECOND
from pomona.store.access import demand
from pomona.store.jobs import POWER_OF
from pomona.store.models import Job, User

OPEN = (Job.State.WAITING, Job.State.RUNNING)
TELLS_AFTER = 5 * SECOND
LEAST_SHARE = 0.02
"""How long still is told when so much time has passed and so much is done: a guess before that would be none."""


class JobLine(msgspec.Struct, frozen=True):
    """One job. `doing` is a code, `share` 0 to 1; times are microseconds UTC."""

    id: int
    kind: str
    state: str
    doing: str
    share: float
    result: dict[str, Any] | None
    error: str
    created_at: int
    started_at: int | None
    ended_at: int | None
    cancel_asked_at: int | None

    @property
    def is_open(self) -> bool:
        """Whether it waits or runs."""
        return self.state in OPEN

    def left(self, now: int) -> int | None:
        """How long still (microseconds), if it goes on as so far; None where that cannot be said."""
        worked = now - (self.started_at or now)
        if not self.is_open or worked < TELLS_AFTER or self.share < LEAST_SHARE:
            return None
        return round(worked * (1 - self.share) / self.share)


def job(user: User, job_id: int) -> JobLine | None:
    """One job, or None if there is none of that id. Raises NotAllowed for a kind that is not theirs."""
    row = Job.objects.filter(pk=job_id).first()
    if row is None:
        return None
    demand(user, POWER_OF[row.kind])
    return _line(row)


def newest(user: User, kind: str, *, key: str, states: tuple[str, ...] = OPEN) -> JobLine | None:
    """The newest job of that kind and key in one of these states."""
    demand(user, POWER_OF[kind])
    row = Job.objects.filter(kind=kind, key=key, state__in=states).order_by("-pk").first()
    return None if row is None else _line(row)


def _line(row: Job) -> JobLine:
    return JobLine(**{name: getattr(row, name) for name in JobLine.__struct_fields__})
