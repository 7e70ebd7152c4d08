"""The living style page: every shared component, in both themes, with the words of the reader's language."""

from types import SimpleNamespace
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pomona.domain.event import DAY, HOUR, MINUTE, SECOND
from pomona.domain.intervals import share
from pomona.domain.promises import Judged, Verdict
from pomona.domain.stages import Stage
from pomona.web import words
from pomona.web.bars import day_bars
from pomona.web.histogram import histogram
from pomona.web.pages.backtests import interval
from pomona.web.pages.promises import Line
from pomona.web.request import PageRequest

SCORES = [number * number % 97 * 1_000 for number in range(120)]
SHARE = share(38, 56)
RIPENING = (0.0, 0.15, 0.4, 0.7, 0.95, 1.0)


@require_safe
def style(request: HttpRequest) -> HttpResponse:
    """Show the components."""
    now = cast(PageRequest, request).now
    return render(
        request,
        "style.html",
        {
            "fruits": [(grade, [(fill, grade) for fill in RIPENING]) for grade in "DCBA"],
            "shapes": [stage for stage in Stage if stage not in (Stage.MCL, Stage.MQL, Stage.SAL, Stage.SQL)],
            "stages": [(stage.value, owned) for stage, owned in _stages()],
            "clocks": _clocks(now),
            "reasons": [
                {"title": _("Decision maker"), "amount": 20_000, "note": ""},
                {"title": _("Pricing page"), "amount": 27_400, "note": "× 3"},
                {"title": _("Free mail box"), "amount": -10_000, "note": ""},
            ],
            "people": _people(),
            "left": 40 * SECOND,
            "drawn": histogram(SCORES, 55_000, before=[score - 7_000 for score in SCORES], old_mark=60_000),
            "bars": day_bars((3, 8, 7, 9, 6, 1, 0, 4, 9, 12, 11, 10, 2, 1)),
            "share": SHARE,
            "interval": interval(SHARE),
            "kept": _kept(),
            "truths": (True, False, None),
        },
    )


def _stages() -> list[tuple[Stage, bool]]:
    return [(Stage.MCL, True), (Stage.MQL, False), *((stage, True) for stage in list(Stage)[1:])]


def _clocks(now: int) -> list[Any]:
    """A lead's row in each state of its clock."""
    blank = {"due_at": None, "overdue": 0, "later_at": None, "contacted_at": None, "owner_id": 1, "stage": "mql"}
    states: list[dict[str, int]] = [
        {"due_at": now + 134 * SECOND},
        {"due_at": now + 2 * DAY},
        {"due_at": now - MINUTE},
        {"later_at": now + 3 * HOUR},
        {"later_at": now - MINUTE},
        {"contacted_at": now - 2 * HOUR},
    ]
    return [SimpleNamespace(**(blank | state)) for state in states]


def _kept() -> Line:
    """A promise that was broken, so clearly that it was not by chance."""
    return Line(
        title=_("Answered in time"),
        done=words.percent(SHARE.hits / SHARE.total),
        promised=words.percent(0.9),
        hits=(SHARE.hits, "#"),
        misses=(SHARE.total - SHARE.hits, "#"),
        judged=Judged(0.9, Verdict.BROKEN),
        share=SHARE,
        mark=90,
    )


def _people() -> list[Any]:
    return [
        SimpleNamespace(
            name=_("Anna Petrova"), job_title=_("chief engineer"), company=_("Volga Water"), email="", phone=""
        ),
        SimpleNamespace(name="", job_title="", company="", email="info@plant.example", phone=""),
    ]


urls = [path("style/", style, name="style")]
