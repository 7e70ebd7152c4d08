"""What would it have changed? A version tried on the past: asked for, going on, read, its leads."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, cast

import msgspec
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_POST, require_safe

from pomona.actions.backtests import ask, job_key
from pomona.domain.intervals import Share, share
from pomona.history.backtest import GroupCount, Side, Summary
from pomona.store.access import Power, may, visible_leads
from pomona.store.database import connection
from pomona.store.jobs import BACKTEST
from pomona.store.models import Job
from pomona.store.reads.backtests import (
    Kept,
    comparable,
    kept,
    newest,
    seller_names,
    tried_leads,
    version_to_try,
)
from pomona.store.reads.jobs import newest as newest_job
from pomona.web import words
from pomona.web.answers import done
from pomona.web.bars import Bar, both_bars
from pomona.web.history import rule_title, waiting_words
from pomona.web.money import money
from pomona.web.pages.jobs import job_for_page
from pomona.web.paging import paged
from pomona.web.request import PageRequest
from pomona.web.whole import whole

DAYS = (30, 90, 180, 365)
DEFAULT_DAYS = 90


class GroupWords(msgspec.Struct, frozen=True):
    """How a group of leads is called, and whom it holds."""

    title: Promise
    meaning: Promise


GROUPS: dict[str, GroupWords] = {
    "gained": GroupWords(
        pgettext_lazy("leads of a backtest", "gained"),
        gettext_lazy("Ripe under this version only"),
    ),
    "lost": GroupWords(
        pgettext_lazy("leads of a backtest", "lost"),
        gettext_lazy("Ripe under the other version only"),
    ),
    "common": GroupWords(
        pgettext_lazy("leads of a backtest", "the same"),
        gettext_lazy("Ripe under both, perhaps not at the same time"),
    ),
    "ripe": GroupWords(
        pgettext_lazy("leads of a backtest", "ripe"),
        gettext_lazy("Ripe under this version"),
    ),
}
"""In the order in which they are shown."""


@require_safe
def backtest_page(request: HttpRequest, version_id: int) -> HttpResponse:
    """The newest trial of a version, the one that goes on, and the way to ask for another one."""
    page = cast(PageRequest, request)
    version = version_to_try(page.user, version_id)
    if version is None:
        raise Http404
    found = newest(page.user, version_id)
    key = job_key(version_id)
    ended = newest_job(page.user, BACKTEST, key=key, states=(Job.State.FAILED, Job.State.CANCELLED, Job.State.DONE))
    known = {
        "version": version,
        "choices": comparable(page.user, version),
        "days": DAYS,
        "chosen_days": found.days if found else DEFAULT_DAYS,
        "job": job_for_page(newest_job(page.user, BACKTEST, key=key), page.now),
        "ended": job_for_page(ended, page.now) if ended and ended.state != Job.State.DONE else None,
        "kept": found,
    }
    return render(page, "backtest.html", known | (_shown(page, found) if found else {}))


@require_POST
def ask_backtest(request: HttpRequest, version_id: int) -> HttpResponse:
    """Ask for a version to be tried on the past."""
    page = cast(PageRequest, request)
    days = whole(page.POST.get("days", ""))
    ask(
        connection(),
        version_id,
        against=whole(page.POST.get("against", "")),
        days=DEFAULT_DAYS if days is None else days,
        user=page.user.pk,
        now=page.now,
    )
    return done(page, _("It is being tried on the past."), to=reverse("backtest", args=[version_id]))


@require_safe
def backtest_leads(request: HttpRequest, backtest_id: int, group: str) -> HttpResponse:
    """The leads of one group, and when each would have been ripe."""
    page = cast(PageRequest, request)
    found = kept(page.user, backtest_id)
    if found is None or group not in GROUPS:
        raise Http404
    tried = tried_leads(page.user, backtest_id, group)
    shown = paged(page, tried)
    leads = visible_leads(page.user).select_related("owner").in_bulk([each.lead for each in shown.items])
    counted = _summary(found).groups.get(group)
    known = {
        "kept": found,
        "group": GROUPS[group],
        "rows": [{"lead": leads[each.lead], "tried": each} for each in shown.items if each.lead in leads],
        "count": len(tried),
        "gone": (counted.leads if counted else 0) - len(tried),
        "first": shown.first,
        "next": shown.next,
    }
    return render(page, "backtest_leads.html", known)


def backtest_block(page: PageRequest, version: int) -> dict[str, Any] | None:
    """What `agreement_backtest.html` shows beside an agreement's version; None for who may not see it."""
    if not may(page.user, Power.WRITE_AGREEMENTS):
        return None
    found = newest(page.user, version)
    return {"version": version, "kept": found, "verdict": _verdict(page, _summary(found)) if found else ""}


def _summary(found: Kept) -> Summary:
    return msgspec.convert(found.summary, Summary)


def _verdict(page: PageRequest, summary: Summary) -> str:
    """What would change, in a sentence or two."""
    return " ".join(filter(None, (_ripening(summary), _pricing(page, summary))))


def _ripening(summary: Summary) -> str:
    after = {"after": words.number(_weekly(summary, summary.after))}
    if summary.before is None:
        return _("%(after)s ripe a week.") % after
    counts = {group: summary.groups[group].leads if group in summary.groups else 0 for group in GROUPS}
    before = {"before": words.number(_weekly(summary, summary.before))}
    return _("%(after)s ripe a week instead of %(before)s: %(gained)s gained, %(lost)s lost.") % (
        after | before | counts
    )


def _pricing(page: PageRequest, summary: Summary) -> str:
    """What a ripe lead costs; nothing where it cannot be said of this version."""
    after, before = summary.price(summary.after), summary.before and summary.price(summary.before)
    whole = summary.spend.spent.is_whole
    if after is None:
        return ""
    if before is None:
        text = _("A ripe lead costs %(after)s.") if whole else _("A ripe lead costs at least %(after)s.")
    elif whole:
        text = _("A ripe lead costs %(after)s instead of %(before)s.")
    else:
        text = _("A ripe lead costs at least %(after)s instead of at least %(before)s.")
    return text % {"after": money(page, after), "before": money(page, before or 0)}


def _weekly(summary: Summary, side: Side) -> float:
    """Ripe leads a week: whole from ten on, with one decimal below."""
    each = summary.per_week(side)
    return round(each) if each >= 10 else round(each, 1)


def _shown(page: PageRequest, found: Kept) -> dict[str, Any]:
    """Everything of a trial in the page's words."""
    summary = _summary(found)
    names = seller_names(page.user, {each.seller for each in summary.after.routing.sellers})
    return {
        "verdict": _verdict(page, summary),
        "spend": summary.spend,
        "chart": _chart(summary),
        "groups": [_group(found, name, summary.groups[name]) for name in GROUPS if name in summary.groups],
        "sellers": _sellers(summary, names),
        "rules": _rules(summary),
        "sides": [_dealt(each) for each in (summary.after, summary.before) if each is not None],
        "busy": summary.after.routing.busy,
    }


def _chart(summary: Summary) -> dict[str, Any]:
    """Ripe leads of each day: this version's bars stand, the other's hang."""
    after = summary.after.per_day
    before = summary.before.per_day if summary.before else (0,) * len(after)
    days = [words.date_words(day) for day in summary.span.days]
    bars = both_bars(after, before)
    return {
        "after": _bars(bars.standing, days, after),
        "before": _bars(bars.hanging, days, before),
        "axis": bars.axis,
        "first": days[0],
        "last": days[-1],
        "most": max(*after, *before),
        "after_sum": sum(after),
        "before_sum": sum(before),
        "weeks": _weeks(summary),
    }


def _bars(bars: Sequence[Bar], days: Sequence[str], counts: Sequence[int]) -> list[dict[str, Any]]:
    return [{"bar": bar, "title": f"{day}: {n}"} for bar, day, n in zip(bars, days, counts, strict=True) if n]


def _weeks(summary: Summary) -> list[dict[str, Any]]:
    """The table behind the chart: a row a week."""
    days, before = summary.span.days, summary.before.per_day if summary.before else ()
    return [
        {
            "from": words.date_words(days[first]),
            "to": words.date_words(days[min(first + 6, len(days) - 1)]),
            "after": sum(summary.after.per_day[first : first + 7]),
            "before": sum(before[first : first + 7]),
        }
        for first in range(0, len(days), 7)
    ]


def _group(found: Kept, name: str, count: GroupCount) -> dict[str, Any]:
    return {
        "words": GROUPS[name],
        "count": count.leads,
        "url": reverse("backtest_leads", args=[found.id, name]),
        "accepted": interval(share(count.accepted, count.handed_over)),
        "won": interval(share(count.won, count.leads)),
    }


def interval(found: Share) -> dict[str, Any]:
    """A share with its bounds, as parts of a hundred of a small drawing."""
    return {
        "share": found,
        "value": found.value,
        "at": None if found.value is None else round(100 * found.value, 1),
        "from": round(100 * found.low, 1),
        "width": round(100 * (found.high - found.low), 1),
    }


def _sellers(summary: Summary, names: Mapping[int, str]) -> list[dict[str, Any]]:
    """What each seller would have got, under both versions."""
    before = {each.seller: each for each in summary.before.routing.sellers} if summary.before else {}
    return [
        {
            "name": names.get(each.seller, "—"),
            "after": each,
            "before": before.get(each.seller),
            "full": [words.date_words(date.fromisoformat(day)) for day in each.full_days],
        }
        for each in summary.after.routing.sellers
        if each.leads or each.full_days or (each.seller in before and before[each.seller].leads)
    ]


def _rules(summary: Summary) -> list[dict[str, Any]]:
    """How often each line of the route fires."""
    before = {each.rule: each.leads for each in summary.before.routing.rules} if summary.before else {}
    return [
        {"rule": each, "title": rule_title(each.rule), "before": before.get(each.rule)}
        for each in summary.after.routing.rules
    ]


def _dealt(side: Side) -> dict[str, Any]:
    """How long leads would have waited, and who would still."""
    left = [{"count": count, "why": waiting_words({"code": code})} for code, count in side.routing.left.items()]
    return {"routing": side.routing, "left": left}


urls = [
    path("agreements/versions/<int:version_id>/backtest/", backtest_page, name="backtest"),
    path("agreements/versions/<int:version_id>/backtest/ask/", ask_backtest, name="ask_backtest"),
    path("agreements/backtests/<int:backtest_id>/<str:group>/", backtest_leads, name="backtest_leads"),
]
