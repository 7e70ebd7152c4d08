"""The API and where it stands: `/api/v1/`, described at `/api/v1/openapi.json`."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.urls import path
from django.views.decorators.http import conditional_page
from ninja import NinjaAPI

from pomona.web.api import agreements, backtests, fittings, lists, pass_mark, reports, spend, trying, vocabulary
from pomona.web.api.keys import ByKey
from pomona.web.api.problems import describe_problems, tell_problems


class PublicApi(NinjaAPI):
    """Describes itself wholly: how it refuses, and operations by names that are ours."""

    def get_openapi_schema(self, **asked: Any) -> Any:
        """The OpenAPI document."""
        return describe_problems(super().get_openapi_schema(**asked))

    def get_openapi_operation_id(self, operation: Any) -> str:
        """What client libraries call the operation."""
        return str(operation.view_func.__name__)


api = PublicApi(
    title="Pomona",
    version="1",
    description="Keys are made on the settings page; a program may do what its key's user may. "
    "Whatever is read carries an ETag, refusals are problem+json (RFC 9457), times are ISO 8601 in UTC.",
    auth=ByKey(),
    docs_url=None,
    urls_namespace="api",
)
tell_problems(api)
for _part in (backtests, fittings, reports, trying, pass_mark, agreements, lists, vocabulary, spend):
    api.add_router("", _part.router)

_patterns, _application, _namespace = api.urls
for _pattern in _patterns:
    assert _pattern.callback is not None
    _pattern.callback = login_not_required(conditional_page(_pattern.callback))

urls = [path("api/v1/", (_patterns, _application, _namespace))]
