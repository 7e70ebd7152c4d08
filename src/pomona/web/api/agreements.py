"""Agreements for programs: read, check, compare, push, propose, sign."""

from hashlib import sha256
from typing import Any, Literal, cast

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import Router
from psycopg import Connection

from pomona.actions import agreements as actions
from pomona.domain.agreement import Agreement
from pomona.domain.agreement.findings import Finding, path_in_document
from pomona.domain.agreement.lint import lint
from pomona.domain.agreement.outcomes import ANYONE, CALLER, FORM_LEAD
from pomona.domain.agreement.reach import reach
from pomona.domain.agreement.schema import agreement_schema
from pomona.domain.errors import Language
from pomona.formats.yaml_document import read_yaml
from pomona.store import agreements as stored
from pomona.store.access import Power, demand
from pomona.store.database import connection
from pomona.store.powers import SIGNING
from pomona.store.reads.agreements import Version, agreements
from pomona.store.reads.trials import proposed_trials
from pomona.store.vocabulary import vocabulary
from pomona.web.api import shapes
from pomona.web.api.answers import told
from pomona.web.api.body import text_of
from pomona.web.api.figures import MOST_A_PAGE, Limit
from pomona.web.api.found import found_agreement, found_version
from pomona.web.api.once import REPEATABLE, once
from pomona.web.api.preconditions import PRECONDITION, stamp_read, with_etag
from pomona.web.api.problems import RefusedRequest
from pomona.web.outline import differences
from pomona.web.request import PageRequest

YAML = "application/yaml"
Side = Literal["marketing", "sales"]

router = Router(tags=["agreements"])

TEXT: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {YAML: {"schema": {"type": "string", "description": "The agreement, YAML or JSON, UTF-8."}}},
    }
}
"""What OpenAPI says of a request whose body is an agreement."""
_SAVED = {200: shapes.Version, 201: shapes.Version}
_DOCUMENT: dict[str, Any] = {
    "responses": {200: {"description": "The text as written.", "content": {YAML: {"schema": {"type": "string"}}}}}
}


@router.get("/agreements", response=shapes.Agreements)
def list_agreements(request: HttpRequest, after: str = "", limit: Limit = MOST_A_PAGE) -> Any:
    """All agreements by name, with their versions."""
    page = cast(PageRequest, request)
    lines = sorted((line for line in agreements(page.user) if line.name > after), key=lambda line: line.name)
    trials = proposed_trials(page.user)
    items = [shapes.agreement_shape(line, trials, now=page.now) for line in lines[:limit]]
    return shapes.Agreements(items=items, next=items[-1].name if len(lines) > limit else None)


@router.get("/agreements/schema", response=dict[str, Any])
def schema(request: HttpRequest) -> Any:
    """The JSON Schema of the document."""
    demand(cast(PageRequest, request).user, Power.SEE_AGREEMENTS)
    return JsonResponse(agreement_schema(), content_type="application/schema+json")


@router.post("/agreements/check", response=shapes.Checked, openapi_extra=TEXT)
def check(request: HttpRequest) -> Any:
    """What stands against signing a text, and what to look at; nothing is saved."""
    page = cast(PageRequest, request)
    demand(page.user, Power.WRITE_AGREEMENTS)
    text = text_of(request)
    read = actions.read_draft(connection(), text, now=page.now)
    document, locate = read_yaml(text)
    found = lint(read, now=page.now, **vocabulary(connection())._asdict())
    best, form_lead, caller = (reach(read, kind).best / 1000 for kind in (ANYONE, FORM_LEAD, CALLER))
    return shapes.Checked(
        findings=[_finding(each, locate(path_in_document(each, document)), page.language) for each in found],
        best=best,
        best_of_form_lead=form_lead,
        best_of_caller=caller,
        pass_mark=read.ready.pass_mark.start / 1000,
    )


@router.get("/agreements/{path:name}/versions/{int:number}/document", openapi_extra=_DOCUMENT)
def version_document(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """The text of one version."""
    return _told(found_version(request, name, number))


@router.get("/agreements/{path:name}/versions/{int:number}/differences", response=list[shapes.Difference])
def compare(request: HttpRequest, name: str, number: int, against: int) -> Any:
    """What differs from the version `against`, in sentences."""
    page = cast(PageRequest, request)
    after, before = (_read(found_version(request, name, each)) for each in (number, against))
    return [shapes.difference_shape(each) for each in differences(before, after, page.language)]


@router.post(
    "/agreements/{path:name}/versions/{int:number}/propose",
    response=shapes.Version,
    openapi_extra={"parameters": [*PRECONDITION["parameters"], *REPEATABLE["parameters"]]},
)
def propose(request: HttpRequest, name: str, number: int, body: shapes.Proposal | None = None) -> HttpResponse:
    """Offer a draft for signing, exactly as it was read: If-Match with its ETag."""
    page = cast(PageRequest, request)
    demand(page.user, Power.WRITE_AGREEMENTS)
    row, changes = found_version(request, name, number).id, stamp_read(request)
    trial = shapes.terms_of(body.trial) if body else None
    return once(
        request,
        lambda conn: actions.propose(conn, row, user=page.user.pk, now=page.now, changes=changes, trial=trial),
        lambda _: _version(request, name, number),
    )


@router.post(
    "/agreements/{path:name}/versions/{int:number}/signatures/{side}",
    response=shapes.Version,
    openapi_extra=REPEATABLE,
)
def sign(request: HttpRequest, name: str, number: int, side: Side, body: shapes.Comment) -> HttpResponse:
    """Sign a proposed version for one side; the second signature puts it in force."""
    page = cast(PageRequest, request)
    demand(page.user, SIGNING[side])
    row, comment = found_version(request, name, number).id, body.comment.strip()[:500]

    def write(conn: Connection[Any]) -> None:
        actions.sign(conn, row, side, user=page.user.pk, now=page.now, comment=comment)

    return once(request, write, lambda _: _version(request, name, number))


@router.get("/agreements/{path:name}/versions/{int:number}", response=shapes.Version)
def version(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """One version: its state and signatures."""
    return _version(request, name, number)


@router.get("/agreements/{path:name}/document", openapi_extra=_DOCUMENT)
def document(request: HttpRequest, name: str) -> HttpResponse:
    """The text to work on: the newest version that this user may read, the draft if there is one."""
    return _told(found_agreement(request, name).versions[0])


@router.put("/agreements/{path:name}/document", response=_SAVED, openapi_extra=TEXT | PRECONDITION)
def push(request: HttpRequest, name: str) -> HttpResponse:
    """Save a text as the agreement's draft. If-Match: the ETag of the document read; If-None-Match: * for a new one.

    The draft is overwritten; where the newest version is no draft, the next one begins.
    """
    page = cast(PageRequest, request)
    demand(page.user, Power.WRITE_AGREEMENTS)
    text, changes = text_of(request), stamp_read(request)
    inside = read_yaml(text)[0].get("campaign")
    if inside != name:
        raise RefusedRequest("other_name", inside=str(inside)[:100], name=name)
    saved = actions.save_draft(connection(), text, user=page.user.pk, now=page.now, changes=changes)
    return _version(request, saved.name, saved.number, status=200 if changes else 201)


@router.get("/agreements/{path:name}", response=shapes.Agreement)
def one_agreement(request: HttpRequest, name: str) -> Any:
    """One agreement with its versions."""
    page = cast(PageRequest, request)
    return shapes.agreement_shape(found_agreement(request, name), proposed_trials(page.user), now=page.now)


def _read(version: Version) -> Agreement:
    return stored.agreement_by_id(connection(), version.id)


def _version(request: HttpRequest, name: str, number: int, status: int = 200) -> HttpResponse:
    trials = proposed_trials(cast(PageRequest, request).user)
    shape = shapes.version_shape(found_version(request, name, number), trials)
    response = told(shape, status=status)
    return with_etag(response, f"{shape.etag}.{sha256(response.content).hexdigest()[:12]}")


def _told(version: Version) -> HttpResponse:
    response = HttpResponse(version.document, content_type=f"{YAML}; charset=utf-8")
    return with_etag(response, shapes.stamp_of(version))


def _finding(found: Finding, place: tuple[int, int], language: Language) -> shapes.Finding:
    return shapes.Finding(
        severity=found.severity,
        code=found.code,
        path=found.place,
        line=place[0],
        column=place[1],
        detail=found.text(language),
    )
