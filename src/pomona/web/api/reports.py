"""How agreements do, for programs: promises kept, the control group, trials, campaigns without an agreement."""

from datetime import date
from typing import Annotated, Any, Literal, cast

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Router, Schema
from psycopg import Connection
from pydantic import Field

from pomona.actions.holding_out import count_reached_later
from pomona.actions.trials import Keep, end_trial
from pomona.domain.stages import Decision
from pomona.store.access import visible_leads
from pomona.store.database import connection
from pomona.store.reads import holdout, promises, trials, unagreed
from pomona.web.api import report_shapes as shapes
from pomona.web.api.answers import told
from pomona.web.api.figures import MOST_A_PAGE, After, LeadPage, Limit, lead_page, page_of
from pomona.web.api.found import found_agreement
from pomona.web.api.once import REPEATABLE, once
from pomona.web.request import PageRequest

MOST_WEEKS = 53

Weeks = Annotated[int, Field(ge=1, le=MOST_WEEKS, description="How many weeks, the running one included.")]
Day = Annotated[date, Field(ge=date(1971, 1, 1), le=date(8999, 12, 31))]
Group = Literal["holdout", "ripe"]
SideOfTrial = Literal["incumbent", "challenger"]
StepOfTrial = Literal["passed_on", "handed_over", "accepted", "qualified", "won"]

router = Router(tags=["reports"])


class Unagreed(Schema):
    """A campaign that brought leads in the last 90 days which no agreement of its own scores."""

    campaign: str
    leads: int


class End(Schema):
    """Which version of a trial stays in force, for all leads."""

    keep: Keep


@router.get("/agreements/{path:name}/promises", response=list[shapes.PromiseWeek])
def read_promises(request: HttpRequest, name: str, weeks: Weeks = 13) -> list[shapes.PromiseWeek]:
    """What both sides promised and kept, week by week, the newest first; none before it came into force."""
    page = cast(PageRequest, request)
    found = promises.board(page.user, found_agreement(request, name), count=weeks, now=page.now)
    return [shapes.week_shape(week, page.language) for week in found]


@router.get("/agreements/{path:name}/promises/{week}/leads/{number}", response=shapes.PassageLeads)
def promise_leads(
    request: HttpRequest,
    name: str,
    week: Day,
    number: promises.Number,
    *,
    after: After = "",
    limit: Limit = MOST_A_PAGE,
) -> shapes.PassageLeads:
    """The leads behind one number of the week that this day lies in."""
    page = cast(PageRequest, request)
    found = promises.leads_behind(page.user, found_agreement(request, name), week, number, now=page.now)
    passages = {each.lead: each for each in found}
    shown, following = page_of(sorted(passages, reverse=True), after, limit)
    leads = visible_leads(page.user).in_bulk(shown)
    return shapes.PassageLeads(items=shapes.passage_leads([passages[each] for each in shown], leads), next=following)


@router.get("/agreements/{path:name}/holdout", response=shapes.Holdout)
def read_holdout(request: HttpRequest, name: str) -> shapes.Holdout:
    """What the pass mark loses: leads handed over below it by lot, beside those that ripened."""
    report = _holdout(request, name)
    asked, reached = count_reached_later(connection(), name, report.held_out)
    return shapes.holdout_shape(report, asked=asked, reached=reached)


@router.get("/agreements/{path:name}/holdout/leads", response=LeadPage)
def holdout_leads(
    request: HttpRequest,
    name: str,
    group: Group,
    outcome: shapes.HoldoutReached,
    *,
    after: After = "",
    limit: Limit = MOST_A_PAGE,
) -> LeadPage:
    """The leads of a group that came to an outcome."""
    page = cast(PageRequest, request)
    report, line = _holdout(request, name), found_agreement(request, name)
    return lead_page(page.user, holdout.leads_in(page.user, report, line, Decision(group), outcome), after, limit)


@router.get("/agreements/{path:name}/trials", response=list[shapes.TrialLine])
def list_trials(request: HttpRequest, name: str) -> list[shapes.TrialLine]:
    """The trials of an agreement that have begun, the newest first."""
    user = cast(PageRequest, request).user
    return [shapes.trial_line(each) for each in trials.trials_of(user, found_agreement(request, name).name)]


@router.get("/trials/{int:number}", response=shapes.TrialTold)
def read_trial(request: HttpRequest, number: int) -> shapes.TrialTold:
    """How a trial stands."""
    return shapes.trial_shape(_trial(request, number))


@router.get("/trials/{int:number}/leads", response=LeadPage)
def trial_leads(
    request: HttpRequest,
    number: int,
    side: SideOfTrial,
    step: StepOfTrial | None = None,
    *,
    after: After = "",
    limit: Limit = MOST_A_PAGE,
) -> LeadPage:
    """The leads of one version in a trial; with `step` those that came to it."""
    page, report = cast(PageRequest, request), _trial(request, number)
    version = (report.challenger if side == "challenger" else report.incumbent).version
    return lead_page(page.user, trials.leads_tried(page.user, report, version, step), after, limit)


@router.post("/trials/{int:number}/end", response=shapes.TrialTold, openapi_extra=REPEATABLE)
def close_trial(request: HttpRequest, number: int, body: End) -> HttpResponse:
    """End a trial: one version stays in force, for all leads."""
    page = cast(PageRequest, request)

    def write(conn: Connection[Any]) -> None:
        end_trial(conn, number, body.keep, user=page.user.pk, now=page.now)

    return once(request, write, lambda _: told(read_trial(request, number)))


@router.get("/campaigns/unagreed", response=list[Unagreed])
def list_unagreed(request: HttpRequest) -> list[Unagreed]:
    """Campaigns that bring leads without an agreement of their own in force, the largest first."""
    page = cast(PageRequest, request)
    found = unagreed.unagreed_campaigns(page.user, now=page.now)
    return [Unagreed(campaign=each.campaign, leads=each.leads) for each in found]


@router.get("/campaigns/unagreed/leads", response=LeadPage)
def unagreed_leads(request: HttpRequest, campaign: str, after: After = "", limit: Limit = MOST_A_PAGE) -> LeadPage:
    """The leads that such a campaign brought."""
    page = cast(PageRequest, request)
    return lead_page(page.user, unagreed.leads_unagreed(page.user, campaign, now=page.now), after, limit)


def _holdout(request: HttpRequest, name: str) -> holdout.HoldoutReport:
    page = cast(PageRequest, request)
    report = holdout.holdout_report(page.user, found_agreement(request, name), now=page.now)
    if report is None:
        raise Http404
    return report


def _trial(request: HttpRequest, number: int) -> trials.TrialReport:
    page = cast(PageRequest, request)
    report = trials.trial_report(page.user, number, now=page.now)
    if report is None:
        raise Http404
    return report
