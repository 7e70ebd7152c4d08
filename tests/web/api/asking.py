"""What programs send to the public API, and what they are refused with."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.test import Client

Program = Callable[..., Client]
"""Gives a program with a fresh key of that user."""

TEXT = "# spring\ncampaign: spring\nextends: default\nready: {pass_mark: {start: 50, min: 45, max: 75}}\n"
SPRING = "/api/v1/agreements/spring"
YAML = "application/yaml"


def put(client: Client, text: str = TEXT, path: str = SPRING, **headers: str) -> HttpResponse:
    """Push a text."""
    return client.put(f"{path}/document", text.encode(), content_type=YAML, headers=headers)


def new(client: Client) -> Any:
    """Push an agreement that is not there yet; the version made."""
    answer = put(client, **{"If-None-Match": "*"})
    assert answer.status_code == 201
    return answer.json()


def proposal(client: Client, etag: str) -> HttpResponse:
    """Propose the first version, as it was read."""
    return client.generic("POST", f"{SPRING}/versions/1/propose", headers={"If-Match": etag})


def code(answer: HttpResponse, status: int) -> str:
    """The code of a problem, which must have this status."""
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    problem = answer.json()
    assert problem["status"] == status
    assert problem["type"] == f"urn:pomona:problem:{problem['code']}"
    return str(problem["code"])
