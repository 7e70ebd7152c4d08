"""The lead's page: what to say, and why now?"""

from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pomona.actions.switching import bring_up
from pomona.domain.agreement.questionnaire import Asked
from pomona.domain.bant import NOTED
from pomona.domain.points import Points
from pomona.domain.sentences import say_rule
from pomona.domain.stages import PASSED_ON, Decision
from pomona.formats.phone_number import written
from pomona.store.access import Power, may
from pomona.store.database import connection
from pomona.store.models import JournalRow
from pomona.store.reads.lead import Place, Sight, names, sight
from pomona.store.reads.scores import Scored
from pomona.web import fruit, history, phrases
from pomona.web.answer_words import asked_by, option_word, question_word, rule_word
from pomona.web.qualification import noted_title, qualification
from pomona.web.request import PageRequest
from pomona.web.steps import steps
from pomona.web.whole import whole

SECTIONS = ("fit", "interest", "answers")


@require_safe
def show(request: HttpRequest, lead: int) -> HttpResponse:
    """One lead the user may see."""
    page = cast(PageRequest, request)
    seen = sight(page.user, lead, now=page.now)
    bring_up(connection(), [lead], now=page.now)
    scored = next(iter(seen.scores), None)
    unmarked = not may(page.user, Power.SEE_FUNNEL)
    passed = seen.newest(*PASSED_ON)
    routed = seen.newest(Decision.WAITING if seen.lead.queued_at else Decision.HANDED_OVER)
    timeline = _timeline(page, seen)
    known = _names([*timeline["rows"], *filter(None, (passed, routed))])
    return render(
        page,
        "lead.html",
        {
            "row": _row(page, seen, scored),
            "seen": seen,
            "score": _score(page, seen, scored) if scored else None,
            "under": _under(seen),
            "also_ripe": [] if unmarked or passed is None else passed.body.get("also_ripe", []),
            "passed": passed and {"at": passed.t, "word": _passed_word(passed, unmarked), "row": passed},
            "route": _route(routed, known, _asked(seen), unmarked) if routed else None,
            "known": _known(scored),
            "qualification": qualification(page, seen),
            "timeline": timeline | {"lines": _lines(timeline["rows"], known, _asked(seen), unmarked)},
            "may_join": may(page.user, Power.JOIN_PEOPLE),
            "may_steer": may(page.user, Power.STEER_SALES),
            "may_erase": may(page.user, Power.ADMINISTER),
        },
    )


def _row(page: PageRequest, seen: Sight, scored: Scored | None) -> dict[str, Any]:
    """The head of the page, as in the inbox."""
    lead = seen.lead
    return {
        "lead": lead,
        "name": lead.name or lead.email or lead.phone,
        "grade": lead.grade or (scored.score.grade if scored else None),
        "fill": fruit.level(scored.score.total, scored.pass_mark) if scored else 0.0,
        "opening": phrases.opening(seen.acts, page.now, lead.contacted_at, _asked(seen)),
        "question": phrases.question(scored),
        "phone": written(lead.phone) if lead.phone else "",
        "steps": steps(page.user, lead),
    }


def _score(page: PageRequest, seen: Sight, scored: Scored) -> dict[str, Any]:
    """The score with its reasons; each reason with its events and the rule as a sentence."""
    events = seen.events((each.t, each.key) for points in scored.score.points for each in _sources(points))
    sentences = {
        rule.name: say_rule(rule, page.language, scored.agreement.asked) for _section, rule in scored.agreement.rules
    }
    largest = max((abs(points.amount) for points in scored.score.points), default=0)
    strongest = sorted(scored.score.points, key=lambda points: -abs(points.amount))
    return {
        "scored": scored,
        "largest": largest,
        "ripe_now": scored.score.total >= scored.pass_mark,
        "missing": max(0, scored.pass_mark - scored.score.total),
        "reasons": [_reason(points, sentences.get(points.rule, ""), events, _asked(seen)) for points in strongest],
    }


def _sources(points: Points) -> list[Any]:
    return [*points.hits, *points.evidence]


def _reason(points: Points, sentence: str, events: dict[bytes, JournalRow], asked: Asked) -> dict[str, Any]:
    newest_first = sorted(points.hits, key=lambda hit: -hit.t)
    return {
        "points": points,
        "title": rule_word(points.rule, asked),
        "note": f"× {len(points.hits)}" if len(points.hits) > 1 else "",
        "sentence": sentence,
        "hits": [{"hit": hit, "title": _event_title(events.get(hit.key), asked)} for hit in newest_first],
        "evidence": [{"t": each.t, "title": _evidence_title(events.get(each.key), asked)} for each in points.evidence],
    }


def _event_title(row: JournalRow | None, asked: Asked) -> str:
    return phrases.act_title(row, asked) if row is not None else ""


def _asked(seen: Sight) -> Asked:
    """The questions of the agreements that the lead is scored under."""
    return asked_by(scored.agreement for scored in seen.scores)


def _passed_word(passed: JournalRow, unmarked: bool) -> str:
    """How the lead came to sales, in a word; `unmarked`: the same for all."""
    if unmarked:
        return _("passed on")
    return _("in the control group since") if passed.name == Decision.HOLDOUT else _("ripened")


def _evidence_title(row: JournalRow | None, asked: Asked) -> str:
    """What is no fact of this lead is one of its account."""
    return _event_title(row, asked) or _("a colleague at the same company")


def _under(seen: Sight) -> list[dict[str, Any]]:
    """The score under each agreement that concerns the lead, where there are several."""
    if len(seen.scores) < 2:
        return []
    return [
        {
            "scored": each,
            "fill": fruit.level(each.score.total, each.pass_mark),
            "passed_on": each.agreement.campaign == seen.lead.agreement,
        }
        for each in seen.scores
    ]


def _known(scored: Scored | None) -> list[tuple[str, str]]:
    """What the lead has answered, and what is still to ask."""
    if scored is None:
        return []
    told = scored.profile.answers
    asked, codes = asked_by([scored.agreement]), dict.fromkeys((*phrases.asked_questions(scored.agreement), *told))
    return [
        (question_word(each, asked), ", ".join(option_word(each, code, asked) for code in told.get(each, ())))
        for each in codes
    ]


def _route(row: JournalRow, known: dict[int, str], asked: Asked, unmarked: bool) -> dict[str, Any]:
    """Why this seller, or why nobody yet."""
    return {
        "row": row,
        "title": history.decision_title(row, known, asked, unmarked=unmarked),
        "steps": history.route_steps(row, known),
        "who": history.who(row, known),
    }


def _names(rows: list[JournalRow]) -> dict[int, str]:
    """The names of everybody these decisions speak of."""
    considered = [
        each["seller"] for row in rows for step in row.body.get("trace", []) for each in step.get("sellers", [])
    ]
    return names([*(row.seller for row in rows), *(row.actor for row in rows), *considered])


def _timeline(page: PageRequest, seen: Sight) -> dict[str, Any]:
    kind = page.GET.get("show", "")
    found = seen.timeline(kind, _place(page.GET.get("after", "")))
    following = f"?show={kind}&after={found.next.t}_{found.next.seq}" if found.next else ""
    return {
        "kind": kind,
        "rows": found.rows,
        "next": following,
        "first": f"?show={kind}" if "after" in page.GET else "",
    }


def _place(text: str) -> Place | None:
    """A cursor as it stands in the address: time_seq."""
    said, _separator, number = text.partition("_")
    t, seq = whole(said), whole(number)
    return None if t is None or seq is None else Place(t, seq)


def _lines(rows: list[JournalRow], known: dict[int, str], asked: Asked, unmarked: bool) -> list[dict[str, Any]]:
    """The timeline's lines: decisions with who and why; equal acts of a day together, with their count."""
    decided = (row for row in rows if row.kind == "decision")
    titles = {row.seq: history.decision_title(row, known, asked, unmarked=unmarked) for row in decided}
    titles |= {row.seq: noted_title(row) for row in rows if row.name == NOTED}
    return [
        {
            "row": row,
            "count": count,
            "decided": row.kind == "decision",
            "title": titles.get(row.seq) or phrases.act_title(row, asked),
            "who": history.who(row, known) if row.kind == "decision" or row.actor else "",
        }
        for row, count in phrases.counted(rows)
    ]


urls = [path("leads/<int:lead>/", show, name="lead")]
