"""What campaigns cost, for programs: read as it is known, told in bulk."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, cast

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from pomona.actions.spend import LONGEST_REASON, record_spend
from pomona.domain.spend import CALENDAR, LONGEST_NAME, CampaignDay, Days, RefusedSpend
from pomona.store.database import connection
from pomona.store.reads.spend import KnownAmount, known_amounts
from pomona.web.api.figures import MOST_A_PAGE, After, Limit, begins_after
from pomona.web.api.shapes import Words, moment
from pomona.web.money import currency
from pomona.web.request import PageRequest

MOST_AT_ONCE = 10_000

Day = Annotated[date, Field(ge=CALENDAR.first, le=CALENDAR.last)]
Campaign = Annotated[Words, Field(min_length=1, max_length=LONGEST_NAME, description="As in `utm_campaign`.")]
Money = Annotated[Decimal, Field(ge=0, le=10**12, decimal_places=2, description="In the company's currency.")]

router = Router(tags=["spend"])


class Amount(Schema):
    """What a campaign cost on a day of the company; 0: it cost nothing. Days without an amount are not known."""

    campaign: Campaign
    day: Day
    amount: Money


class ToldAmount(Schema):
    """An amount as it is known now: who told it last ("": somebody who is gone), when, and why."""

    campaign: str
    day: date
    amount: float
    told_by: str
    told_at: datetime
    reason: str


class ToldAmounts(Schema):
    """A page of amounts, those told longest ago first; ask for the next one with `after` = `next`, null on the last
    page. `currency` is an ISO 4217 code."""

    currency: str
    items: list[ToldAmount]
    next: str | None


class Telling(Schema):
    """Amounts to be told, one of a campaign and day; `reason` is kept with them."""

    items: Annotated[list[Amount], Field(max_length=MOST_AT_ONCE)]
    reason: Annotated[Words, Field(max_length=LONGEST_REASON)] = ""


class Saved(Schema):
    """How many amounts were told for the first time, took the place of another one, and were known so already."""

    told: int
    corrected: int
    same: int


@router.get("/spend", response=ToldAmounts)
def read_spend(
    request: HttpRequest,
    *,
    first: Day = CALENDAR.first,
    last: Day = CALENDAR.last,
    campaign: str = "",
    after: After = "",
    limit: Limit = MOST_A_PAGE,
) -> ToldAmounts:
    """The amounts known of the days from `first` to `last`, of one campaign or all."""
    page, begins = cast(PageRequest, request), begins_after(after, 1)
    found = known_amounts(
        page.user, Days(first, last), campaign=campaign, after=begins[0] if begins else 0, limit=limit + 1
    )
    shown = found[:limit]
    return ToldAmounts(
        currency=currency(page),
        items=[_amount(each) for each in shown],
        next=str(shown[-1].id) if len(found) > limit else None,
    )


@router.put("/spend", response=Saved)
def tell_spend(request: HttpRequest, body: Telling) -> Saved:
    """Tell amounts, all of them or none; those known before take their place in the history.

    Sent again, it changes nothing.
    """
    page, amounts = cast(PageRequest, request), dict[CampaignDay, int]()
    for each in body.items:
        place = CampaignDay(" ".join(each.campaign.split()), each.day)
        if place in amounts:
            raise RefusedSpend("spend_twice", campaign=place.campaign, day=place.day.isoformat())
        amounts[place] = int(each.amount * 100)
    change = record_spend(connection(), amounts, user=page.user.pk, now=page.now, reason=body.reason)
    return Saved(told=len(change.told), corrected=len(change.corrected), same=change.same)


def _amount(known: KnownAmount) -> ToldAmount:
    told = known.told
    return ToldAmount(
        campaign=known.campaign,
        day=known.day,
        amount=told.amount / 100,
        told_by=told.by,
        told_at=moment(told.at),
        reason=told.reason,
    )
