"""Shapes that several parts of the API share: shares with their bounds, leads, moments."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from ninja import Schema
from pydantic import Field, WithJsonSchema

from pomona.domain import intervals
from pomona.domain.event import SECOND
from pomona.store.access import visible_leads
from pomona.store.models import Lead, User
from pomona.web.api.problems import RefusedRequest
from pomona.web.api.shapes import moment

MOST_A_PAGE = 100

Limit = Annotated[int, Field(ge=1, le=MOST_A_PAGE, description="How many a page holds at most.")]
After = Annotated[str, Field(max_length=60, description="`next` of the page before; empty for the first page.")]


def inline(kind: type[StrEnum]) -> WithJsonSchema:
    """Names the values of an enumeration where it is used: OpenAPI would take two of one name for the same."""
    return WithJsonSchema({"type": "string", "enum": [each.value for each in kind]})


class Share(Schema):
    """`hits` of `total`, and the bounds within which the true share lies nine times out of ten (0 to 1).

    `value` null: of nothing.
    """

    hits: int
    total: int
    value: float | None
    low: float
    high: float


class ShareDifference(Schema):
    """One share minus another, with its bounds (-1 to 1)."""

    value: float
    low: float
    high: float


class LeadLine(Schema):
    """A lead as lists show it: its points as last counted; `stage` as in the funnel (`mcl`, `mql`, `sal` …)."""

    id: int
    name: str
    company: str
    stage: str
    score: float
    grade: str | None


class LeadPage(Schema):
    """A page of leads, the newest first; ask for the next one with `after` = `next`, null on the last page."""

    items: list[LeadLine]
    next: str | None


def share_shape(found: intervals.Share) -> Share:
    """A share as the API tells it."""
    return Share(hits=found.hits, total=found.total, value=found.value, low=found.low, high=found.high)


def difference_shape(found: intervals.Difference | None) -> ShareDifference | None:
    """A difference of shares as the API tells it."""
    return None if found is None else ShareDifference(value=found.value, low=found.low, high=found.high)


def lead_line(lead: Lead) -> LeadLine:
    """A lead as the API tells it."""
    return LeadLine(
        id=lead.pk,
        name=lead.name,
        company=lead.company,
        stage=lead.stage,
        score=lead.score / 1000,
        grade=lead.score_grade,
    )


def maybe_moment(time: int | None) -> datetime | None:
    """A time in microseconds as a date, if there is one."""
    return None if time is None else moment(time)


def seconds(length: int | None) -> float | None:
    """A length of time in microseconds as seconds, if there is one."""
    return None if length is None else length / SECOND


def begins_after(after: str, count: int) -> list[int]:
    """The numbers (so many) of the last item of the page before; none on the first page. Raises RefusedRequest."""
    parts = after.split(".") if after else []
    if parts and (len(parts) != count or not all(part.isdecimal() and len(part) < 19 for part in parts)):
        raise RefusedRequest("no_such_page")
    return [int(part) for part in parts]


def page_of(leads: Sequence[int], after: str, limit: int) -> tuple[list[int], str | None]:
    """The next so many of these leads, which are the newest first, and `after` of the page behind them."""
    last = begins_after(after, 1)
    rest = [each for each in leads if each < last[0]] if last else leads
    shown = list(rest[:limit])
    return shown, str(shown[-1]) if len(rest) > limit else None


def lead_page(user: User, leads: Sequence[int], after: str, limit: int) -> LeadPage:
    """The next page of these leads, which are the newest first: those that the user may see."""
    shown, following = page_of(leads, after, limit)
    known = visible_leads(user).in_bulk(shown)
    return LeadPage(items=[lead_line(known[each]) for each in shown if each in known], next=following)
