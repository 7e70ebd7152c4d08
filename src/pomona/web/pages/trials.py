"""Which version is better? Two versions in force side by side, judged once, when enough leads had their time."""

from typing import Any, cast
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
from django.views.decorators.http import require_POST, require_safe

from pomona.actions.trials import Keep, end_trial
from pomona.domain.trials import Outcome, State, TrialTerms, Verdict
from pomona.domain.words import length
from pomona.store.access import demand, may, visible_leads
from pomona.store.database import connection
from pomona.store.powers import SIGNING
from pomona.store.reads.trials import STEPS, Side, TrialReport, leads_tried, trial_report
from pomona.web import words
from pomona.web.answers import done
from pomona.web.paging import paged
from pomona.web.request import PageRequest

STEP_WORDS: dict[str, Promise] = {
    "passed_on": gettext_lazy("Passed on to sales"),
    "handed_over": pgettext_lazy("leads", "Handed over"),
    "accepted": gettext_lazy("Taken into work"),
    "qualified": pgettext_lazy("leads", "Qualified (SQL)"),
    "won": pgettext_lazy("leads", "Won"),
}
OUTCOME_WORDS: dict[Outcome, Promise] = {
    Outcome.ACCEPTED: pgettext_lazy("outcome of a trial", "taken into work"),
    Outcome.WON: pgettext_lazy("outcome of a trial", "won"),
}


@require_safe
def trial(request: HttpRequest, trial_id: int) -> HttpResponse:
    """One trial: what is known, what is still to come, and how it is ended."""
    page = cast(PageRequest, request)
    report = _report(page, trial_id)
    sides = (report.incumbent, report.challenger)
    known = {
        "report": report,
        "outcome": OUTCOME_WORDS[report.outcome],
        "within": length(report.within, page.language),
        "verdict": verdict_words(report),
        "is_open": report.state != State.ENDED,
        "rows": [_row(report, None), *(_row(report, step) for step in STEPS)],
        "sides": sides,
        "may_end": report.ended_at is None and any(may(page.user, power) for power in SIGNING.values()),
    }
    return render(request, "trial.html", known)


@require_safe
def trial_leads(request: HttpRequest, trial_id: int) -> HttpResponse:
    """The leads behind one number of a trial."""
    page = cast(PageRequest, request)
    report = _report(page, trial_id)
    challenger = page.GET.get("side") == "challenger"
    side, step = report.challenger if challenger else report.incumbent, page.GET.get("step")
    found = leads_tried(page.user, report, side.version, step)
    part = paged(page, found)
    shown = visible_leads(page.user).filter(pk__in=part.items).select_related("owner")
    version = _("version %(number)s") % {"number": side.version}
    known = {
        "heading": f"{_step_word(step)}: {version}",
        "where": words.agreement_title(report.agreement),
        "count": len(found),
        "leads": shown.order_by("-pk"),
        "first": part.first,
        "next": part.next,
        "back": (reverse("trial", args=[report.trial]), _("back to the two versions")),
    }
    return render(request, "leads_behind.html", known)


@require_POST
def end(request: HttpRequest, trial_id: int, keep: Keep) -> HttpResponse:
    """Make one of the versions the only one in force."""
    page = cast(PageRequest, request)
    if keep not in ("incumbent", "challenger"):
        raise Http404
    if not any(may(page.user, power) for power in SIGNING.values()):
        demand(page.user, SIGNING["sales"])
    end_trial(connection(), trial_id, keep, user=page.user.pk, now=page.now)
    return done(page, _("The trial has ended: one version scores all leads from now on."))


def asked_terms(page: PageRequest) -> TrialTerms | None:
    """The terms of a trial as the form gives them; None: no trial is asked for, or the numbers cannot be read."""
    try:
        return TrialTerms(
            share=float(page.POST["share"]) / 100,
            outcome=Outcome(page.POST.get("outcome", "")),
            smallest=float(page.POST["smallest"]) / 100,
            most_days=int(page.POST["most_days"]),
        )
    except (KeyError, ValueError):
        return None


def verdict_words(report: TrialReport) -> str:
    """How the trial stands, in one sentence."""
    if report.state == State.RUNNING:
        text = ngettext(
            "Still %(n)d lead to go, on the side that has fewer.",
            "Still %(n)d leads to go, on the side that has fewer.",
            report.to_go,
        )
        return text % {"n": report.to_go}
    if report.state == State.MATURING:
        return _("Enough leads have come; the last ones need their time.")
    return _ended_words(report)


def _ended_words(report: TrialReport) -> str:
    if report.verdict == Verdict.NO_ANSWER or report.difference is None:
        return _("Ended without an answer: too few leads had their time.")
    better = {Verdict.CHALLENGER: report.challenger, Verdict.INCUMBENT: report.incumbent}.get(report.verdict)
    if better is None:
        return _("Ended: no difference of interest.")
    low, high = sorted((abs(report.difference.low), abs(report.difference.high)))
    known = {
        "number": better.version,
        "apart": words.apart(report.difference.value),
        "low": words.apart(low),
        "high": words.apart(high),
    }
    return _("Ended: version %(number)s is better by %(apart)s (%(low)s … %(high)s).") % known


def _report(page: PageRequest, trial_id: int) -> TrialReport:
    report = trial_report(page.user, trial_id, now=page.now)
    if report is None:
        raise Http404
    return report


def _row(report: TrialReport, step: str | None) -> dict[str, Any]:
    sides = {"incumbent": report.incumbent, "challenger": report.challenger}
    return {"title": _step_word(step), "numbers": [_number(report, name, side, step) for name, side in sides.items()]}


def _number(report: TrialReport, name: str, side: Side, step: str | None) -> tuple[int, int, str]:
    query = {"side": name} | ({"step": step} if step else {})
    address = f"{reverse('trial_leads', args=[report.trial])}?{urlencode(query)}"
    return side.version, side.steps[step] if step else side.captured, address


def _step_word(step: str | None) -> str:
    return str(STEP_WORDS.get(step or "", _("Captured in the trial")))


urls = [
    path("agreements/trials/<int:trial_id>/", trial, name="trial"),
    path("agreements/trials/<int:trial_id>/leads/", trial_leads, name="trial_leads"),
    path("agreements/trials/<int:trial_id>/end/<str:keep>/", end, name="end_trial"),
]
