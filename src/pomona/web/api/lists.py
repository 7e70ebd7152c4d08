"""Lists for programs: read as lines, replaced as a whole, so that another system can keep them."""

from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Router

from pomona.actions.lists import change_list, create_list
from pomona.domain.lists import Kind
from pomona.store.database import connection
from pomona.store.reads.lists import ListLine, lists, written_items
from pomona.web.api import shapes
from pomona.web.api.answers import told
from pomona.web.api.body import text_of
from pomona.web.api.preconditions import PRECONDITION, stamp_read, with_etag
from pomona.web.request import PageRequest

LINES = "text/plain"

router = Router(tags=["lists"])

_LINES: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {LINES: {"schema": {"type": "string", "description": "One item a line, UTF-8."}}},
    }
}
_SAVED = {200: shapes.NamedList, 201: shapes.NamedList}


@router.get("/lists", response=list[shapes.NamedList])
def list_lists(request: HttpRequest) -> Any:
    """All lists by name, without their items."""
    return [shapes.list_shape(line) for line in lists(cast(PageRequest, request).user)]


@router.get("/lists/{path:name}/items", openapi_extra={"responses": {200: {"content": {LINES: {}}}}})
def read_items(request: HttpRequest, name: str) -> HttpResponse:
    """Every item as written, one a line."""
    line = _found(request, name)
    lines = "".join(f"{item}\n" for item in written_items(cast(PageRequest, request).user, line.id))
    return with_etag(HttpResponse(lines, content_type=f"{LINES}; charset=utf-8"), shapes.stamp_of_list(line))


@router.put("/lists/{path:name}/items", response=_SAVED, openapi_extra=_LINES | PRECONDITION)
def replace_items(request: HttpRequest, name: str, kind: Kind = "domain") -> HttpResponse:
    """Put these items in the place of all others: the list's next version. If-Match: the ETag of the items read.

    With If-None-Match: * the list is made, of that `kind`. If one item cannot be read, nothing is changed.
    """
    page = cast(PageRequest, request)
    texts, changes = text_of(request).splitlines(), stamp_read(request)
    with connection().transaction():
        if changes == "":
            number, row = 0, create_list(connection(), name, kind, user=page.user.pk, now=page.now)
        else:
            line = _found(request, name)
            number, row = shapes.number_of_list(line, changes), line.id
        change_list(connection(), row, texts, user=page.user.pk, now=page.now, replace=True, number=number)
    shape = shapes.list_shape(_found(request, name))
    return with_etag(told(shape, status=200 if changes else 201), shape.etag)


def _found(request: HttpRequest, name: str) -> ListLine:
    line = next((each for each in lists(cast(PageRequest, request).user) if each.name == name), None)
    if line is None:
        raise Http404
    return line
