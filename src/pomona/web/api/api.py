"""The API and where it stands: `/api/v1/`, described at `/api/v1/openapi.json`."""

from django.contrib.auth.decorators import login_not_required
from django.urls import path
from ninja import NinjaAPI

from pomona.web.api import agreements, backtests, fittings, lists, pass_mark, reports, trying
from pomona.web.api.keys import ByKey
from pomona.web.api.problems import tell_problems

api = NinjaAPI(
    title="Pomona",
    version="1",
    description="Keys are made on the settings page; a program may do what its key's user may. "
    "Documents carry ETags, refusals are problem+json (RFC 9457), times are ISO 8601 in UTC.",
    auth=ByKey(),
    docs_url=None,
    urls_namespace="api",
)
tell_problems(api)
for _part in (backtests, fittings, reports, trying, pass_mark, agreements, lists):
    api.add_router("", _part.router)

_patterns, _application, _namespace = api.urls
for _pattern in _patterns:
    assert _pattern.callback is not None
    login_not_required(_pattern.callback)

urls = [path("api/v1/", (_patterns, _application, _namespace))]
