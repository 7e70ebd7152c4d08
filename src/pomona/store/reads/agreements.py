"""Agreements with their versions and signatures."""

import msgspec
from django.db.models import QuerySet

from pomona.domain.ripeness import HOUSE
from pomona.store.access import Power, demand, may
from pomona.store.models import Agreement, AgreementVersion, User

SIDES = ("marketing", "sales")

State = AgreementVersion.State


class Signature(msgspec.Struct, frozen=True):
    """One side's yes."""

    side: str
    name: str
    signed_at: int
    comment: str


class Version(msgspec.Struct, frozen=True):
    """One version of an agreement; `document` is its YAML as written, `id` the row's, `house` the row of the
    house rules it adds to.

    In force in [`in_force_from`, `in_force_until`), µs UTC; None: not at all, or without end.
    """

    id: int
    agreement: str
    number: int
    state: str
    document: str
    created_at: int
    created_by: str
    in_force_from: int | None
    in_force_until: int | None
    house: int | None
    signatures: tuple[Signature, ...]

    def is_in_force(self, now: int) -> bool:
        """Whether leads are scored under it at `now`."""
        start, end = self.in_force_from, self.in_force_until
        return start is not None and start <= now and (end is None or now < end)

    def signature(self, side: str) -> Signature | None:
        """The signature of a side, if it gave one."""
        return next((each for each in self.signatures if each.side == side), None)

    @property
    def unsigned(self) -> tuple[str, ...]:
        """The sides whose signature a proposed version waits for."""
        return tuple(side for side in SIDES if self.signature(side) is None) if self.state == State.PROPOSED else ()


class AgreementLine(msgspec.Struct, frozen=True):
    """An agreement: all its versions, the newest first."""

    name: str
    title: str
    versions: tuple[Version, ...]

    def in_force(self, now: int) -> Version | None:
        """The version leads are scored under at `now`."""
        return next((each for each in self.versions if each.is_in_force(now)), None)

    def version(self, number: int) -> Version | None:
        """The version of that number."""
        return next((each for each in self.versions if each.number == number), None)

    @property
    def waiting(self) -> Version | None:
        """The newest version that waits for a signature."""
        return next((each for each in self.versions if each.unsigned), None)


def agreements(user: User) -> list[AgreementLine]:
    """All agreements by title, the house rules last; drafts only for those who may write them."""
    demand(user, Power.SEE_AGREEMENTS)
    lines = [_line(row, drafts=may(user, Power.WRITE_AGREEMENTS)) for row in _rows()]
    return sorted(
        (line for line in lines if line.versions), key=lambda line: (line.name == HOUSE, line.title.casefold())
    )


def agreement(user: User, name: str) -> AgreementLine | None:
    """One agreement, or None if there is none of that name that this user may see."""
    demand(user, Power.SEE_AGREEMENTS)
    row = _rows().filter(pk=name).first()
    line = None if row is None else _line(row, drafts=may(user, Power.WRITE_AGREEMENTS))
    return line if line and line.versions else None


def version_by_id(user: User, version_id: int) -> Version | None:
    """The version of that row, or None if there is none; for those who may write agreements."""
    demand(user, Power.WRITE_AGREEMENTS)
    row = AgreementVersion.objects.select_related("created_by").filter(pk=version_id).first()
    return None if row is None else _version(row)


def _rows() -> QuerySet[Agreement]:
    return Agreement.objects.prefetch_related("versions__signatures__user", "versions__created_by")


def _line(row: Agreement, *, drafts: bool) -> AgreementLine:
    versions = sorted(row.versions.all(), key=lambda version: -version.number)
    seen = tuple(_version(version) for version in versions if drafts or version.state != State.DRAFT)
    return AgreementLine(row.name, row.title or row.name, seen)


def _version(row: AgreementVersion) -> Version:
    signatures = sorted(row.signatures.all(), key=lambda signature: signature.signed_at)
    return Version(
        id=row.pk,
        agreement=row.agreement_id,
        number=row.number,
        state=row.state,
        document=row.document,
        created_at=row.created_at,
        created_by=row.created_by.full_name if row.created_by else "",
        in_force_from=row.in_force_from,
        in_force_until=row.in_force_until,
        house=row.house_id,
        signatures=tuple(
            Signature(each.side, each.user.full_name, each.signed_at, each.comment) for each in signatures
        ),
    )
