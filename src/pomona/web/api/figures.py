"""Shapes that several parts of the API share: shares with their bounds, leads, moments."""

from datetime import datetime
from typing import Annotated

from ninja import Schema
from pydantic import Field

from pomona.domain import intervals
from pomona.domain.event import SECOND
from pomona.store.models import Lead
from pomona.web.api.shapes import moment

MOST_A_PAGE = 100

Limit = Annotated[int, Field(ge=1, le=MOST_A_PAGE, description="How many a page holds at most.")]
After = Annotated[str, Field(max_length=60, description="`next` of the page before; empty for the first page.")]


class Share(Schema):
    """`hits` of `total`, and the bounds within which the true share lies nine times out of ten (0 to 1).

    `value` null: of nothing.
    """

    hits: int
    total: int
    value: float | None
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


def share_shape(found: intervals.Share) -> Share:
    """A share as the API tells it."""
    return Share(hits=found.hits, total=found.total, value=found.value, low=found.low, high=found.high)


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
