"""What did both sides promise, and what did they keep? By agreement and week; each number leads to its leads."""

from datetime import date, timedelta
from typing import Any, Literal, cast
from urllib.parse import urlencode

import msgspec
from babel.dates import format_interval
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.functional import Promise as Text
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy
from django.views.decorators.http import require_safe

from pomona.domain.errors import Language
from pomona.domain.intervals import Share
from pomona.domain.promises import Judged, Verdict
from pomona.domain.sentences import say_span
from pomona.store.access import Power, demand, visible_leads
from pomona.store.reads.agreements import AgreementLine, agreement, agreements
from pomona.store.reads.promises import BoardWeek, Number, Passage, board, leads_behind
from pomona.web import words
from pomona.web.paging import paged
from pomona.web.request import PageRequest

WEEKS = 13
"""How many weeks an agreement's page shows: a quarter."""

HEADINGS: dict[Number, Text] = {
    Number.RIPE: gettext_lazy("Leads that ripened"),
    Number.HANDED_OVER: gettext_lazy("Ripe leads that were handed over"),
    Number.WAITING: gettext_lazy("Ripe leads that no seller has yet"),
    Number.ACCEPTED: gettext_lazy("Ripe leads that sales took into work"),
    Number.GIVEN_BACK: gettext_lazy("Ripe leads that sales gave back without taking them"),
    Number.UNTAKEN: gettext_lazy("Ripe leads that sales have not taken yet"),
    Number.IN_TIME: gettext_lazy("Ripe leads handed over in time"),
    Number.LATE: gettext_lazy("Ripe leads handed over too late, or not yet"),
    Number.ANSWERED: gettext_lazy("Ripe leads answered in time"),
    Number.OVERDUE: gettext_lazy("Ripe leads whose response clock ran out"),
    Number.CONTACTED: gettext_lazy("Ripe leads that were contacted"),
    Number.UNCONTACTED: gettext_lazy("Ripe leads that nobody has contacted yet"),
}

VERDICTS: dict[Verdict, tuple[str, Text]] = {
    Verdict.KEPT: ("✓", pgettext_lazy("promise", "kept")),
    Verdict.BROKEN: ("✗", pgettext_lazy("promise", "broken")),
    Verdict.OPEN: ("○", pgettext_lazy("promise", "still open")),
}


class Line(msgspec.Struct, frozen=True):
    """One promise of one week as a cell: what was done, of what was promised, and how sure that is.

    `hits` and `misses` are numbers with the address of their leads; `share` is None for a plain count.
    """

    title: str
    done: str
    promised: str
    hits: tuple[int, str]
    judged: Judged | None
    misses: tuple[int, str] | None = None
    share: Share | None = None
    mark: float | None = None
    """Where the promise stands on a line of 100."""

    @property
    def verdict(self) -> str:
        """Kept, broken or open; nothing where nothing was promised."""
        return self.judged.verdict.value if self.judged else ""

    @property
    def sign(self) -> str:
        """The verdict as a shape."""
        return VERDICTS[self.judged.verdict][0] if self.judged else ""

    @property
    def word(self) -> str:
        """The verdict as a word, which says so where chance alone may explain it."""
        if self.judged is None:
            return ""
        word = str(VERDICTS[self.judged.verdict][1])
        return _("%(verdict)s, maybe by chance") % {"verdict": word} if self.judged.few else word

    @property
    def value(self) -> float:
        """Where the share seen stands on a line of 100."""
        return _on_line((self.share and self.share.value) or 0)

    @property
    def low(self) -> float:
        """Where its lower bound stands."""
        return _on_line(self.share.low if self.share else 0)

    @property
    def width(self) -> float:
        """How far its bounds lie apart."""
        return _on_line(self.share.high - self.share.low if self.share else 0)


@require_safe
def promises(request: HttpRequest) -> HttpResponse:
    """Each agreement's last whole week and the running one."""
    page = cast(PageRequest, request)
    demand(page.user, Power.SEE_FUNNEL)
    boards = [(line, board(page.user, line, count=2, now=page.now)) for line in agreements(page.user)]
    shown = [{"line": line, "week": _shown(page, line, _latest(weeks))} for line, weeks in boards if weeks]
    ended = [line for line, weeks in boards if not weeks and any(each.in_force_from for each in line.versions)]
    return render(request, "promises.html", {"lines": shown, "ended": ended})


@require_safe
def promises_of(request: HttpRequest, name: str) -> HttpResponse:
    """One agreement week by week, begun with the last whole one and the parts of its response time."""
    page = cast(PageRequest, request)
    demand(page.user, Power.SEE_FUNNEL)
    line = _agreement(page, name)
    weeks = board(page.user, line, count=WEEKS, now=page.now)
    latest = _shown(page, line, _latest(weeks)) if weeks else None
    shown = {"line": line, "latest": latest, "weeks": [_shown(page, line, week) for week in weeks]}
    return render(request, "promises_of.html", shown)


@require_safe
def promise_leads(request: HttpRequest, name: str) -> HttpResponse:
    """The leads behind one number, with how long each part of their response took."""
    page = cast(PageRequest, request)
    demand(page.user, Power.SEE_FUNNEL)
    line, monday, number = _agreement(page, name), _monday(page), _number(page)
    found = leads_behind(page.user, line, monday, number, now=page.now)
    part = paged(page, found)
    rows = visible_leads(page.user).select_related("owner").in_bulk([each.lead for each in part.items])
    known = {
        "line": line,
        "heading": HEADINGS[number],
        "week": _days(monday),
        "count": len(found),
        "rows": [_row(each, rows[each.lead]) for each in part.items if each.lead in rows],
        "first": part.first,
        "next": part.next,
    }
    return render(request, "promise_leads.html", known)


def _agreement(page: PageRequest, name: str) -> AgreementLine:
    line = agreement(page.user, name)
    if line is None:
        raise Http404
    return line


def _monday(page: PageRequest) -> date:
    """The first day of the week asked for; of the running one where that cannot be read."""
    today = words.local(page.now).date()
    try:
        asked = date.fromisoformat(page.GET.get("week", ""))
    except ValueError:
        asked = today
    day = asked if date(1971, 1, 1) < asked < date(9000, 1, 1) else today
    return day - timedelta(days=day.weekday())


def _number(page: PageRequest) -> Number:
    asked = page.GET.get("number", "")
    return Number(asked) if asked in list(Number) else Number.RIPE


def _latest(weeks: list[BoardWeek]) -> BoardWeek:
    """The last week that is over; while there is none, the running one."""
    return next((week for week in weeks if not week.is_running), weeks[0])


def _shown(page: PageRequest, line: AgreementLine, week: BoardWeek) -> dict[str, Any]:
    marketing, sales = _marketing(line, week, page.language), _sales(line, week)
    return {
        "title": _days(week.week.monday),
        "is_running": week.is_running,
        "is_whole": week.is_whole,
        "version": week.version,
        "marketing": marketing,
        "sales": sales,
        "verdict": _verdict(marketing, sales),
        "response": week.response,
        "parts": _parts(week),
        "counts": {number.value: (week.counts[number], _address(line, week, number)) for number in Number},
    }


def _marketing(line: AgreementLine, week: BoardWeek, language: Language) -> list[Line]:
    done, promise = week.done, week.promise
    within = "" if promise.hand_over_within is None else say_span(promise.hand_over_within, language)
    ripe = Line(
        title=_("Ripe leads"),
        done=words.number(done.ripe),
        promised="" if promise.mql_per_week is None else words.number(promise.mql_per_week),
        hits=(done.ripe, _address(line, week, Number.RIPE)),
        judged=week.kept.ripe,
    )
    handed_over = _("Handed over within %(time)s") % {"time": within} if within else _("Handed over in time")
    return [
        ripe,
        _share(line, week, _Promised(_("Taken into work"), "accepted", Number.ACCEPTED, Number.GIVEN_BACK)),
        _share(line, week, _Promised(handed_over, "in_time", Number.IN_TIME, Number.LATE)),
    ]


def _sales(line: AgreementLine, week: BoardWeek) -> list[Line]:
    return [_share(line, week, _Promised(_("Answered in time"), "answered", Number.ANSWERED, Number.OVERDUE))]


class _Promised(msgspec.Struct, frozen=True):
    """A promised share: its field in what was done and kept, and the leads for and against it."""

    title: str
    field: Literal["accepted", "in_time", "answered"]
    hits: Number
    misses: Number


def _share(line: AgreementLine, week: BoardWeek, promised: _Promised) -> Line:
    done: Share = getattr(week.done, promised.field)
    judged: Judged | None = getattr(week.kept, promised.field)
    return Line(
        title=promised.title,
        done="" if done.value is None else words.percent(done.value),
        promised="" if judged is None else words.percent(judged.promised),
        hits=(done.hits, _address(line, week, promised.hits)),
        misses=(done.total - done.hits, _address(line, week, promised.misses)),
        share=done,
        mark=None if judged is None else _on_line(judged.promised),
        judged=judged,
    )


def _on_line(share: float) -> float:
    return round(100 * share, 2)


def _verdict(marketing: list[Line], sales: list[Line]) -> str:
    """The week in one sentence: how many of its promises each side kept."""
    sides = [
        (pgettext("side of an agreement", "Marketing"), marketing),
        (pgettext("side of an agreement", "Sales"), sales),
    ]
    said = [_kept_of(side, lines) for side, lines in sides if any(line.verdict for line in lines)]
    if not said:
        return _("Nothing was promised for this week.")
    return f"{'; '.join(said)}."


def _kept_of(side: str, lines: list[Line]) -> str:
    kept = sum(line.verdict == Verdict.KEPT for line in lines)
    judged = sum(line.verdict in (Verdict.KEPT, Verdict.BROKEN) for line in lines)
    if not judged:
        return _("%(side)s: nothing to judge yet") % {"side": side}
    text = ngettext("%(side)s kept %(kept)d of %(all)d promise", "%(side)s kept %(kept)d of %(all)d promises", judged)
    return text % {"side": side, "kept": kept, "all": judged}


def _parts(week: BoardWeek) -> list[dict[str, Any]]:
    """The medians of the two parts, drawn one after the other; empty while nobody was contacted."""
    first, second = week.response.to_handover.median, week.response.to_contact.median
    if first is None or second is None:
        return []
    whole, queued = max(first + second, 1), min(week.response.queued.median or 0, first)
    starts = (("noticed", 0, first - queued), ("queued", first - queued, queued), ("contact", first, second))
    return [
        {"kind": kind, "x": round(100 * start / whole, 2), "width": round(100 * length / whole, 2)}
        for kind, start, length in starts
    ]


def _address(line: AgreementLine, week: BoardWeek, number: Number) -> str:
    query = urlencode({"week": week.week.monday.isoformat(), "number": number.value})
    return f"{reverse('promise_leads', args=[line.name])}?{query}"


def _days(monday: date) -> str:
    return str(format_interval(monday, monday + timedelta(days=6), "yMMMd", locale=words.locale()))


def _row(passage: Passage, lead: Any) -> dict[str, Any]:
    return {"lead": lead, "passage": passage}


urls = [
    path("agreements/promises/", promises, name="promises"),
    path("agreements/promises/leads/<path:name>/", promise_leads, name="promise_leads"),
    path("agreements/promises/of/<path:name>/", promises_of, name="promises_of"),
]
