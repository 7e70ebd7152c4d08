"""Who is ripe at which pass mark, as of when each lead was counted last; and where the mark was moved."""

import msgspec
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q

from pomona.domain.stages import Decision, Stage
from pomona.domain.terms import Plan, VersionKey
from pomona.store.access import visible_leads
from pomona.store.models import JournalRow, LeadScore, Switching, User

FEW = 5


class Move(msgspec.Struct, frozen=True):
    """Where the mark was moved (thousandths of a point), when, until when (µs UTC; None: for good), by whom and why."""

    at: int
    before: int
    value: int
    until: int | None
    by: str
    reason: str

    def holds(self, now: int) -> bool:
        """Whether it has not ended by itself."""
        return self.until is None or now < self.until


def ripe_at(version: VersionKey, mark: int) -> Q:
    """Leads not handed over yet that are ripe under this version if its pass mark stands there (thousandths)."""
    counted = LeadScore.objects.filter(
        agreement=version.agreement, version=version.number, ripe_up_to__gte=mark
    ).values("lead")
    return Q(stage=Stage.MCL, merged_into=None, pk__in=counted)


def count_ripe(user: User | AnonymousUser, version: VersionKey, mark: int) -> int:
    """How many of the leads this user may see are so."""
    return visible_leads(user).filter(ripe_at(version, mark)).count()


def is_counted(version: VersionKey) -> bool:
    """Whether every lead that this version would score and that is not ripe yet has been counted under it."""
    switching = Switching.objects.first()
    if switching is None or switching.score is not None:
        return False
    target = msgspec.convert(switching.target, Plan)
    standing = target.in_force.get(version.agreement)
    return version in target.coming or (standing is not None and standing.version == version.number)


def moves(version: VersionKey) -> list[Move]:
    """The last moves of this version's pass mark, the newest first."""
    rows = list(
        JournalRow.objects.filter(
            kind="decision",
            name=Decision.PASS_MARK_MOVED,
            agreement=version.agreement,
            version=version.number,
        ).order_by("-t", "-seq")[:FEW]
    )
    names = {user.pk: user.full_name for user in User.objects.filter(pk__in={row.actor for row in rows})}
    return [
        Move(
            at=row.t,
            before=row.body["before"],
            value=row.body["value"],
            until=row.body["until"],
            by=names.get(row.actor or 0, ""),
            reason=row.body["reason"],
        )
        for row in rows
    ]
