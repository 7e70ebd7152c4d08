"""The list of leads: who is there?"""

from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from pomona.actions.switching import bring_up
from pomona.domain.stages import Stage
from pomona.domain.terms import VersionKey
from pomona.store.database import connection
from pomona.store.models import Lead
from pomona.store.reads import leads as reads
from pomona.store.reads.scores import Scored, scores_now
from pomona.web import fruit
from pomona.web.request import PageRequest
from pomona.web.templatetags.pomona import stage_word
from pomona.web.whole import whole


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Search and filters over all leads the user may see."""
    page = cast(PageRequest, request)
    question = _question(page)
    found = reads.leads(page.user, question, _place(page.GET.get("after", "")))
    bring_up(connection(), [lead.pk for lead in found.leads], now=page.now)
    scores = scores_now(found.leads, page.now)
    return render(
        page,
        "leads.html",
        {
            "question": question,
            "ripe": page.GET.get("ripe", "") if question.ripe else "",
            "rows": [_row(lead, next(iter(scores[lead.pk]), None)) for lead in found.leads],
            "stages": _stages(),
            "campaigns": reads.campaigns(page.user),
            "owners": reads.owners(page.user),
            "first": _address(page, None) if "after" in page.GET else "",
            "next": _address(page, found.next) if found.next else "",
            "nobody": not found.leads and not reads.any_lead(page.user),
        },
    )


def _question(page: PageRequest) -> reads.Question:
    return reads.Question(
        text=page.GET.get("q", "").strip(),
        stage=page.GET.get("stage", ""),
        grade=page.GET.get("grade", ""),
        campaign=page.GET.get("campaign", ""),
        owner=whole(page.GET.get("owner", "")),
        ripe=_ripe(page.GET.get("ripe", "")),
    )


def _ripe(text: str) -> tuple[VersionKey, int] | None:
    """A version and a pass mark as they stand in the address: agreement:number:thousandths."""
    name, *numbers = text.rsplit(":", 2)
    if len(numbers) != 2 or not all(each.isdecimal() and len(each) < 10 for each in numbers):
        return None
    return VersionKey(name, int(numbers[0])), int(numbers[1])


def _place(text: str) -> reads.Place | None:
    """A cursor as it stands in the address: score_lead."""
    said, _separator, number = text.partition("_")
    score, lead = whole(said.removeprefix("-")), whole(number)
    if score is None or lead is None:
        return None
    return reads.Place(-score if said.startswith("-") else score, lead)


def _address(page: PageRequest, place: reads.Place | None) -> str:
    asked = page.GET.copy()
    asked.pop("after", None)
    if place is not None:
        asked["after"] = f"{place.score}_{place.lead}"
    return f"?{asked.urlencode()}"


def _row(lead: Lead, scored: Scored | None) -> dict[str, Any]:
    """What the template shows of one lead: the score as of now, not the stored one."""
    return {
        "lead": lead,
        "score": scored.score.total if scored else None,
        "grade": scored.score.grade if scored else None,
        "fill": fruit.level(scored.score.total, scored.pass_mark) if scored else 0.0,
    }


def _stages() -> list[tuple[str, str]]:
    """The choices of the stage filter; MQL in its two kinds."""
    choices: list[tuple[str, str]] = []
    for stage in Stage:
        if stage == Stage.MQL:
            choices += [(reads.WAITING, stage_word(stage, False)), (reads.HANDED_OVER, stage_word(stage))]
        else:
            choices.append((stage.value, stage_word(stage)))
    return choices


urls = [path("leads/", show, name="leads")]
