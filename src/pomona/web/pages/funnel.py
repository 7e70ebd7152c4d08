"""Where do we lead leads on, and where do we lose them? One funnel, begun with its biggest loss."""

from collections.abc import Iterable, Mapping
from typing import Any, cast
from urllib.parse import urlencode

import msgspec
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_safe

from pomona.domain.spend import Spent
from pomona.store.access import visible_leads
from pomona.store.reads.funnel import CampaignFunnel, Choice, Funnel, Loss, Question, Step, leads_behind, report
from pomona.store.reads.spend import spent_by_campaign
from pomona.web import words
from pomona.web.paging import paged
from pomona.web.period import PRESETS, Period, asked_period
from pomona.web.request import PageRequest
from pomona.web.unagreed import unagreed

ALL = "*"
"""What the filter sends for all campaigns; an empty campaign asks for leads that none brought."""


class StepWords(msgspec.Struct, frozen=True):
    """How a step is called, its abbreviation, and what its number counts."""

    title: Promise
    short: str
    meaning: Promise


STEPS = {
    Step.CAPTURED: StepWords(
        pgettext_lazy("funnel step", "Captured"),
        "MCL",
        gettext_lazy("Became known by e-mail, phone or id: a visitor is a lead."),
    ),
    Step.RIPE: StepWords(
        pgettext_lazy("funnel step", "Ripe"),
        "MQL",
        gettext_lazy("Reached the pass mark of their agreement, or were drawn for its control group."),
    ),
    Step.HANDED_OVER: StepWords(
        pgettext_lazy("funnel step", "Handed over"),
        "MQL",
        gettext_lazy("Got a seller, by the route of the agreement or by hand."),
    ),
    Step.ACCEPTED: StepWords(
        pgettext_lazy("funnel step", "Accepted"), "SAL", gettext_lazy("The seller took the lead on.")
    ),
    Step.QUALIFIED: StepWords(
        pgettext_lazy("funnel step", "Qualified"),
        "SQL",
        gettext_lazy("The seller confirmed that there is something to sell."),
    ),
    Step.WON: StepWords(pgettext_lazy("funnel step", "Won"), "", gettext_lazy("The contract is signed.")),
}


class Filter(msgspec.Struct, frozen=True):
    """What the filter bar asks for."""

    period: Period
    campaign: str | None
    by_arrival: bool

    @property
    def question(self) -> Question:
        """The same for the store."""
        return Question(
            since=self.period.since, until=self.period.until, campaign=self.campaign, by_arrival=self.by_arrival
        )

    def people(self, **choice: Any) -> str:
        """The address of the leads behind a number."""
        return f"{reverse('funnel_leads')}?{urlencode(self._query() | choice)}"

    def alone(self, campaign: str) -> "Filter":
        """The same for one campaign."""
        return msgspec.structs.replace(self, campaign=campaign)

    def address(self) -> str:
        """The address of the funnel under this filter."""
        return f"{reverse('funnel')}?{urlencode(self._query())}"

    def _query(self) -> dict[str, str]:
        query = self.period.query() | {"by": "arrival" if self.by_arrival else "date"}
        return query if self.campaign is None else query | {"campaign": self.campaign}


@require_safe
def funnel(request: HttpRequest) -> HttpResponse:
    """The biggest loss in words, the steps and what they cost, why leads left, and each campaign."""
    page = cast(PageRequest, request)
    asked = _asked(page)
    everything = report(page.user, msgspec.structs.replace(asked.question, campaign=None))
    costs = spent_by_campaign(page.user, asked.period.days, now=page.now)
    lines = _with_the_fruitless(everything.campaigns, costs)
    chosen, spent = everything.total, sum(costs.values(), Spent())
    if asked.campaign is not None:
        chosen = next((line.funnel for line in lines if line.campaign == asked.campaign), _NOTHING)
        spent = costs.get(asked.campaign, Spent())
    return render(
        request,
        "funnel.html",
        {
            "asked": asked,
            "presets": PRESETS,
            "campaigns": [line.campaign for line in lines],
            "empty": not any(everything.total.reached),
            "unagreed": unagreed(page),
            "steps": [_step(asked, chosen, step, spent) for step in Step],
            "losses": [_loss(asked, loss) for loss in chosen.losses],
            "waiting": {"count": chosen.waiting, "url": asked.people(step=Step.RIPE.name.lower(), waiting="yes")},
            "lines": [_campaign_line(asked, line, costs.get(line.campaign, Spent())) for line in lines],
            "spent": spent,
            "several": asked.campaign is None and len(costs) > 1,
            "priced": any(each.is_known for each in costs.values()),
        },
    )


@require_safe
def funnel_leads(request: HttpRequest) -> HttpResponse:
    """The leads behind one number of the funnel."""
    page = cast(PageRequest, request)
    asked, choice = _asked(page), _choice(page)
    counted = leads_behind(page.user, asked.question, choice)
    part = paged(page, counted)
    shown = visible_leads(page.user).filter(pk__in=part.items).select_related("owner")
    return render(
        request,
        "leads_behind.html",
        {
            "where": _where(asked),
            "back": (asked.address(), _("back to the funnel")),
            "heading": _heading(choice),
            "count": len(counted),
            "leads": shown.order_by("-pk"),
            "first": part.first,
            "next": part.next,
        },
    )


_NOTHING = Funnel(tuple(0 for _step in Step), 0, ())


def _with_the_fruitless(campaigns: Iterable[CampaignFunnel], costs: Mapping[str, Spent]) -> tuple[CampaignFunnel, ...]:
    """Beside the campaigns that brought leads those that only cost something, the dearest first."""
    brought = tuple(campaigns)
    names = {line.campaign for line in brought}
    fruitless = [name for name, spent in costs.items() if spent.amount and name not in names]
    fruitless.sort(key=lambda name: (-costs[name].amount, name))
    return (*brought, *(CampaignFunnel(name, _NOTHING) for name in fruitless))


def _asked(page: PageRequest) -> Filter:
    campaign = page.GET.get("campaign", ALL)
    return Filter(asked_period(page.GET, page.now), None if campaign == ALL else campaign, page.GET.get("by") != "date")


def _choice(page: PageRequest) -> Choice:
    """Which number was followed; an unknown step means the first."""
    name = page.GET.get("step", "").upper()
    step = Step[name] if name in Step.__members__ else Step.CAPTURED
    return Choice(step=step, waiting="waiting" in page.GET, left="left" in page.GET, reason=page.GET.get("reason"))


def _where(asked: Filter) -> str:
    """The period, and the campaign if one was chosen."""
    campaign = [] if asked.campaign is None else [asked.campaign or _("no campaign")]
    return " · ".join([asked.period.title, *campaign])


def _heading(choice: Choice) -> str:
    title = STEPS[choice.step].title
    if choice.waiting:
        return _("Ripe leads that wait for a seller")
    if choice.left and choice.reason:
        return _("Lost after “%(step)s”: %(reason)s") % {"step": title, "reason": choice.reason}
    if choice.left:
        return _("Lost after “%(step)s”") % {"step": title}
    return _("Leads that reached “%(step)s”") % {"step": title}


def _step(asked: Filter, shown: Funnel, step: Step, spent: Spent) -> dict[str, Any]:
    most = max(shown.reached) or 1
    return {
        "key": step.name.lower(),
        "words": STEPS[step],
        "count": shown.reached[step],
        "share": shown.share(step),
        "price": spent.price(shown.reached[step]),
        "width": round(100 * shown.reached[step] / most, 2),
        "ghost": round(100 * shown.reached[step - 1] / most, 2) if step else 0,
        "url": asked.people(step=step.name.lower()),
    }


def _loss(asked: Filter, loss: Loss) -> dict[str, Any]:
    place = {"step": loss.step.name.lower(), "left": "yes"}
    most = loss.reasons[0][1]
    return {
        "from": STEPS[loss.step].title,
        "to": STEPS[Step(loss.step + 1)].title if loss.step < Step.WON else "",
        "count": loss.count,
        "leads": words.leads(loss.count),
        "url": asked.people(**place),
        "reasons": [
            {
                "text": reason,
                "count": count,
                "width": round(100 * count / most, 2),
                "url": asked.people(**place, reason=reason),
            }
            for reason, count in loss.reasons
        ],
    }


def _campaign_line(asked: Filter, line: CampaignFunnel, spent: Spent) -> dict[str, Any]:
    alone = asked.alone(line.campaign)
    loss = next(iter(line.funnel.losses), None)
    return {
        "campaign": line.campaign,
        "url": alone.address(),
        "steps": [_count(alone, line.funnel, step) for step in Step],
        "loss": loss and _loss(alone, loss),
        "spent": spent,
        "sale": spent.price(line.funnel.reached[Step.WON]),
    }


def _count(asked: Filter, shown: Funnel, step: Step) -> dict[str, Any]:
    return {
        "title": STEPS[step].title,
        "count": shown.reached[step],
        "url": asked.people(step=step.name.lower()),
    }


urls = [path("funnel/", funnel, name="funnel"), path("funnel/leads/", funnel_leads, name="funnel_leads")]
