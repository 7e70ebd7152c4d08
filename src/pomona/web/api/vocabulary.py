"""What an agreement can mean here, for programs that write one: names that really came, with counts."""

from typing import cast

from django.http import HttpRequest
from ninja import Router, Schema

from pomona.store import offers
from pomona.store.access import Power, demand
from pomona.store.database import connection
from pomona.web.request import PageRequest

router = Router(tags=["agreements"])


class Name(Schema):
    """A name to write in an agreement; how often it came of late, or how many it holds (null: not counted); what
    people call it, where that differs."""

    value: str
    count: int | None
    title: str


class Names(Schema):
    """All names of a kind: the most frequent first, or by name."""

    kind: str
    names: list[Name]


@router.get("/vocabulary", response=list[Names])
def read_vocabulary(request: HttpRequest) -> list[Names]:
    """Events, pages, campaigns, traits, answers … that came of late; teams, sellers, calendars and lists there are."""
    demand(cast(PageRequest, request).user, Power.WRITE_AGREEMENTS)
    conn = connection()
    found = offers.offers(conn, (*offers.NAMED, *offers.TOLD)) | offers.receivers(conn)
    return [
        Names(kind=kind, names=[Name(value=each.value, count=each.count, title=each.title) for each in of_kind])
        for kind, of_kind in found.items()
    ]
