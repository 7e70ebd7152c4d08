"""How far a new installation has come."""

import msgspec
from django.db.models import Q

from pomona.store.access import Power, may
from pomona.store.models import AgreementVersion, Lead, Seller, Source, User


class Progress(msgspec.Struct, frozen=True):
    """Which of the first steps are done."""

    source: bool
    agreement: bool
    sellers: bool
    lead: bool

    @property
    def complete(self) -> bool:
        """Whether leads can come in, ripen and be handed over, and one has come."""
        return self.source and self.agreement and self.sellers and self.lead


def progress(user: User, *, now: int) -> Progress | None:
    """The first steps, for those who take them; None for everybody else."""
    if not may(user, Power.MANAGE_SOURCES):
        return None
    lasting = Q(in_force_until=None) | Q(in_force_until__gt=now)
    return Progress(
        source=Source.objects.exists(),
        agreement=AgreementVersion.objects.filter(lasting, in_force_from__lte=now).exists(),
        sellers=Seller.objects.filter(user__is_active=True).exists(),
        lead=Lead.objects.exists(),
    )
