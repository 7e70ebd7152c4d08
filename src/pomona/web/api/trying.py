"""Trying an agreement on leads, for programs: a draft previewed, one lead walked through. Nothing is saved."""

from typing import cast

from django.http import HttpRequest
from ninja import Router

from pomona.actions.agreements import read_draft
from pomona.actions.previewing import in_place_of, shown
from pomona.actions.trying import Trial, try_invented, try_real
from pomona.capture.invented import Act, invented_facts
from pomona.domain.agreement import Agreement
from pomona.store import agreements as stored
from pomona.store.access import NotAllowed, Power, demand, visible_lead
from pomona.store.database import connection
from pomona.web.api import try_shapes as shapes
from pomona.web.api.agreements import TEXT
from pomona.web.api.body import text_of
from pomona.web.api.found import found_version
from pomona.web.previewed import distribution_of, ground_of
from pomona.web.request import PageRequest
from pomona.web.speech import speech_of

router = Router(tags=["trying"])


@router.post("/agreements/preview", response=shapes.Preview, openapi_extra=TEXT)
def preview(request: HttpRequest) -> shapes.Preview:
    """What a text would make of real leads if it were in force: ten of them, and the scores of all."""
    page = cast(PageRequest, request)
    demand(page.user, Power.WRITE_AGREEMENTS)
    conn = connection()
    draft = read_draft(conn, text_of(request), now=page.now)
    current, tried = in_place_of(conn, draft, now=page.now), ground_of(page, draft)
    counted = distribution_of(page, tried, draft, current)
    return shapes.preview_shape(tried, counted, shown(conn, tried, draft, current, now=page.now), draft, current)


@router.post("/agreements/{path:name}/versions/{int:number}/try", response=shapes.Walked)
def try_lead(request: HttpRequest, name: str, number: int, body: shapes.Tried) -> shapes.Walked:
    """What would become of one lead under a version: each rule and condition true, not true or not known."""
    page = cast(PageRequest, request)
    agreement = stored.agreement_by_id(connection(), found_version(request, name, number).id)
    trial = _trial(page, agreement, body)
    return shapes.walked_shape(trial, speech_of(trial, page.language))


def _trial(page: PageRequest, agreement: Agreement, body: shapes.Tried) -> Trial:
    if body.lead is None:
        acts = [Act(**each.model_dump()) for each in body.invented.acts]
        facts = invented_facts(body.invented.traits, body.invented.answers, acts, now=page.now)
        return try_invented(connection(), facts, agreement, now=page.now)
    trial = try_real(connection(), visible_lead(page.user, body.lead).pk, agreement, now=page.now)
    if trial is None:
        raise NotAllowed("no_such_lead")
    return trial
