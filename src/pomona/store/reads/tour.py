"""The tour through a demo company, as far as its reader may see what it shows."""

from dataclasses import dataclass

from pomona.domain.errors import Language
from pomona.store.access import visible_leads
from pomona.store.models import Lead, TourStop, User


@dataclass(frozen=True)
class Stop:
    """What is to be seen: at `path`, or where that is empty with `leads`, as far as they are the reader's to see."""

    title: str
    look: str
    path: str
    leads: list[Lead]


def tour(user: User, language: Language) -> list[Stop]:
    """All stops in their order."""
    stops = list(TourStop.objects.order_by("number"))
    told = visible_leads(user).filter(pk__in=[lead for stop in stops for lead in stop.leads], merged_into=None)
    seen = {lead.pk: lead for lead in told}
    return [
        Stop(
            title=stop.title_ru if language == "ru" else stop.title_en,
            look=stop.look_ru if language == "ru" else stop.look_en,
            path=stop.path,
            leads=[seen[lead] for lead in stop.leads if lead in seen],
        )
        for stop in stops
    ]
