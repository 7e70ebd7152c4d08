"""Whom do we lose by the pass mark? Leads handed over below it by lot, beside those that ripened."""

from typing import Any, cast
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
from django.views.decorators.http import require_safe

from pomona.actions.holding_out import count_reached_later
from pomona.domain.stages import Decision
from pomona.domain.words import length
from pomona.store.access import visible_leads
from pomona.store.database import connection
from pomona.store.reads.agreements import AgreementLine, agreement
from pomona.store.reads.holdout import Compared, HoldoutReport, Outcome, holdout_report, leads_in
from pomona.web.paging import paged
from pomona.web.request import PageRequest

OUTCOMES: dict[Outcome, Promise] = {
    Outcome.ACCEPTED: gettext_lazy("Taken into work"),
    Outcome.QUALIFIED: pgettext_lazy("leads", "Qualified (SQL)"),
    Outcome.WON: pgettext_lazy("leads", "Won"),
}


@require_safe
def holdout(request: HttpRequest, name: str) -> HttpResponse:
    """One agreement's control group, judged when its leads had their time."""
    page = cast(PageRequest, request)
    line, report = _asked(page, name)
    asked, reached = count_reached_later(connection(), line.name, report.held_out)
    known = {
        "line": line,
        "report": report,
        "within": length(report.within, page.language),
        "lines": [_line(line, each) for each in report.compared],
        "verdict": _verdict(report),
        "asked": asked,
        "reached": reached,
    }
    return render(request, "holdout.html", known)


@require_safe
def holdout_leads(request: HttpRequest, name: str) -> HttpResponse:
    """The leads behind one number."""
    page = cast(PageRequest, request)
    line, report = _asked(page, name)
    outcome = page.GET.get("outcome", "")
    reached = Outcome(outcome) if outcome in list(Outcome) else Outcome.ACCEPTED
    group = Decision.RIPE if page.GET.get("group") == Decision.RIPE else Decision.HOLDOUT
    found = leads_in(page.user, report, line, group, reached)
    part = paged(page, found)
    shown = visible_leads(page.user).filter(pk__in=part.items).select_related("owner")
    groups = {Decision.RIPE: _("ripened"), Decision.HOLDOUT: _("handed over below the pass mark")}
    known = {
        "heading": f"{OUTCOMES[reached]}: {groups[group]}",
        "where": line.title,
        "count": len(found),
        "leads": shown.order_by("-pk"),
        "first": part.first,
        "next": part.next,
        "back": (reverse("holdout", args=[line.name]), _("back to the control group")),
    }
    return render(request, "leads_behind.html", known)


def _asked(page: PageRequest, name: str) -> tuple[AgreementLine, HoldoutReport]:
    line = agreement(page.user, name)
    report = holdout_report(page.user, line, now=page.now) if line else None
    if line is None or report is None:
        raise Http404
    return line, report


def _line(line: AgreementLine, each: Compared) -> dict[str, Any]:
    address = reverse("holdout_leads", args=[line.name])
    return {
        "title": OUTCOMES[each.outcome],
        "compared": each,
        "held_out_url": f"{address}?{urlencode({'group': Decision.HOLDOUT.value, 'outcome': each.outcome.value})}",
        "ripe_url": f"{address}?{urlencode({'group': Decision.RIPE.value, 'outcome': each.outcome.value})}",
        "said": _said(each),
    }


def _said(each: Compared) -> str:
    """What the numbers allow to say, in words."""
    if each.missing:
        text = ngettext(
            "Not enough data: about %(n)d more lead is needed.",
            "Not enough data: about %(n)d more leads are needed.",
            each.missing,
        )
        return text % {"n": each.missing}
    if each.difference is None or each.difference.low <= 0 <= each.difference.high:
        return _("No difference can be told.")
    return _("Ripe leads do better.") if each.difference.low > 0 else _("Leads below the mark do better.")


def _verdict(report: HoldoutReport) -> str:
    """The page's answer in one sentence: what is known of deals, if anything is."""
    won = next(each for each in report.compared if each.outcome == Outcome.WON)
    if not won.held_out.total:
        return _("Not enough data: none of the leads handed over below the mark had their time yet.")
    text = ngettext(
        "Of %(all)d lead handed over below the pass mark, %(won)d was won.",
        "Of %(all)d leads handed over below the pass mark, %(won)d were won.",
        won.held_out.total,
    )
    return text % {"all": won.held_out.total, "won": won.held_out.hits}


urls = [
    path("agreements/holdout/leads/<path:name>/", holdout_leads, name="holdout_leads"),
    path("agreements/holdout/of/<path:name>/", holdout, name="holdout"),
]
