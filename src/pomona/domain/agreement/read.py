"""Reading a whole agreement: plain document in, one value or every fault out."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from pomona.domain.agreement.errors import AgreementErrors
from pomona.domain.agreement.house import over_house
from pomona.domain.agreement.nodes import MOST_LISTED, Faulty, Node, Notes, attempt, attempt_each
from pomona.domain.agreement.questionnaire import Form
from pomona.domain.agreement.read_questions import question_rules, read_form, read_questions
from pomona.domain.agreement.read_ready import check_grades, check_names, complete, read_ready
from pomona.domain.agreement.read_steps import read_automate, read_respond, read_route
from pomona.domain.agreement.values import (
    Agreement,
    Automate,
    BandRule,
    Cover,
    Inflow,
    Promise,
    Respond,
    Runs,
    StateRule,
)
from pomona.domain.event import SECOND

KEYWORDS = (
    "campaign",
    "extends",
    "covers",
    "runs",
    "promise",
    "ready",
    "route",
    "respond",
    "automate",
    "inflow",
    "questions",
    "form",
    "lists",
)
MARKETING_PROMISES = ("mql_per_week", "accepted_share", "hand_over_within", "handed_over_in_time")
FIRST_DAY, LAST_DAY = date(1970, 1, 1), date(2999, 12, 31)
"""Days on which a campaign may begin or end."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def read_agreement(
    document: Mapping[str, Any],
    *,
    house: Agreement | None = None,
    lists: Mapping[str, frozenset[str]] | None = None,
) -> Agreement:
    """The agreement that a plain document states; `house` is what it may extend.

    It may name the `lists` given (items in normal form) and those it holds itself; of the same name its own one
    counts.
    Raises AgreementErrors with every fault found, each with its path.
    """
    notes = Notes(lists=lists or {})
    node = Node(document, (), notes)
    agreement = attempt(node, lambda top: _agreement(top, house))
    if agreement is None or notes.errors:
        raise AgreementErrors(notes.errors)
    return agreement


def lists_named(document: Any) -> frozenset[str]:
    """The names of all lists that conditions anywhere in a plain document ask for."""
    if isinstance(document, list | tuple):
        return frozenset[str]().union(*map(lists_named, document))
    if not isinstance(document, Mapping):
        return frozenset()
    name = document.get("in_list")
    own = {name} if isinstance(name, str) else ()
    return frozenset[str](own).union(*map(lists_named, document.values()))


def _agreement(node: Node, house: Agreement | None) -> Agreement:
    fields = node.fields(KEYWORDS, required=("campaign",))
    campaign = attempt(fields["campaign"], _campaign) or ""
    extends = attempt(fields.get("extends"), Node.text)
    if extends is not None and (house is None or house.campaign != extends):
        fields["extends"].note("no_house", name=extends)
    extended = house if extends is not None else None
    if extended is not None:
        node.notes.time_zone = extended.runs.time_zone
    inherited = extended.lists if extended is not None else {}
    node.notes.lists = {**inherited, **node.notes.lists, **(attempt(fields.get("lists"), _lists) or {})}
    parts = _parts(fields)
    if extended is not None:
        parts = over_house(parts, extended)
    _refuse_missing(node, fields, parts)
    questions = parts.get("questions", ())
    ready = complete(parts["ready"])
    worth = tuple(rule for question in questions for rule in question_rules(question))
    _refuse_taken(node, ready.answers, worth)
    ready = msgspec.structs.replace(ready, answers=(*ready.answers, *worth))
    check_names(node.below("ready", None), ready)
    check_grades(node.below("ready", None), ready)
    return Agreement(
        campaign=campaign,
        extends=extends,
        ready=ready,
        route=parts["route"],
        respond=Respond(**parts["respond"]),
        automate=Automate(**parts.get("automate", {})),
        questions=questions,
        form=Form(**parts["form"]) if "form" in parts else None,
        lists=node.notes.lists,
        not_yet=tuple(dict.fromkeys((*parts.get("not_yet", ()), *node.notes.not_yet))),
        covers=_covered(campaign, parts),
        **{keyword: parts[keyword] for keyword in ("runs", "promise", "inflow") if keyword in parts},
    )


def _campaign(node: Node) -> str:
    """The agreement's name, which stands in addresses of pages: of one line, and not of signs alone."""
    if not (name := node.text()).isprintable():
        node.refuse("wrong_type", expected=("текст в одну строку", "a text of one line"))
    node.normal()
    return name


def _covered(campaign: str, parts: dict[str, Any]) -> tuple[Cover, ...]:
    """The document's covers; whoever sends the agreement's own hosted form is always its own, too."""
    covers: tuple[Cover, ...] = parts.get("covers", ())
    if "form" not in parts:
        return covers
    own = Cover(by="form", pattern=campaign)
    return tuple(dict.fromkeys((*(covers or (Cover(by="campaign", pattern=campaign),)), own)))


def _refuse_taken(node: Node, own: Iterable[StateRule | BandRule], worth: Iterable[StateRule]) -> None:
    """Note a rule that bears the name by which the points of a question are known."""
    taken = {rule.name for rule in own}
    for name in (rule.name for rule in worth if rule.name in taken):
        node.below("questions", None).note("same_name", name=name)


def _parts(fields: dict[str, Node]) -> dict[str, Any]:
    """What the document itself says, section by section."""
    made = {keyword: attempt(fields.get(keyword), read) for keyword, read in _READERS.items()}
    return {keyword: value for keyword, value in made.items() if value is not None}


def _refuse_missing(node: Node, fields: dict[str, Node], parts: dict[str, Any]) -> None:
    """Note what neither the document nor its house rules say; what stands there but is faulty is noted already."""
    for section, keyword in (("ready", "pass_mark"), ("route", None), ("respond", "first_contact")):
        if section not in parts:
            if section not in fields:
                node.note("missing", keyword=section)
        elif keyword and keyword not in parts[section] and keyword not in (fields[section].value or ()):
            fields[section].note("missing", keyword=keyword)
    if node.notes.errors:
        raise Faulty


def _lists(node: Node) -> dict[str, frozenset[str]]:
    return {name: frozenset(each.normal() for each in part.items(MOST_LISTED)) for name, part in node.entries()}


def _covers(node: Node) -> tuple[Cover, ...]:
    return attempt_each(node.items(), _cover)


def _cover(node: Node) -> Cover:
    by = {"utm_campaign": "campaign", "form": "form", "number": "number"}
    fields = node.fields(tuple(by))
    if len(fields) != 1:
        node.refuse("one_of_them", known=", ".join(by))
    keyword, pattern = fields.popitem()
    return Cover(by=by[keyword], pattern=pattern.text())  # type: ignore[arg-type]


def _runs(node: Node) -> Runs:
    fields = node.fields(("from", "until", "time_zone"))
    zone = attempt(fields.get("time_zone"), _zone) or ZoneInfo(node.notes.time_zone)
    start = attempt(fields.get("from"), _day)
    last = attempt(fields.get("until"), _day)
    if start and last and last < start:
        node.note("ends_before_start")
    begins = datetime.combine(start or date(2020, 1, 1), time(), tzinfo=zone)
    return Runs(
        time_zone=zone.key,
        start=_microseconds(begins) if start else None,
        end=_microseconds(datetime.combine(last + timedelta(days=1), time(), tzinfo=zone)) if last else None,
        offset=round((begins.utcoffset() or timedelta()).total_seconds()) * SECOND,
    )


def _zone(node: Node) -> ZoneInfo:
    try:
        return ZoneInfo(node.text())
    except (ZoneInfoNotFoundError, ValueError, OSError):
        node.refuse("unknown_time_zone", value=node.shown)


def _day(node: Node) -> date:
    try:
        day = date.fromisoformat(node.text())
    except ValueError:
        node.refuse("not_a_date", value=node.shown)
    if not FIRST_DAY <= day <= LAST_DAY:
        node.refuse("far_date", value=node.shown, first=FIRST_DAY, last=LAST_DAY)
    return day


def _microseconds(moment: datetime) -> int:
    return round((moment - _EPOCH) / timedelta(microseconds=1))


def _promise(node: Node) -> Promise:
    fields = node.fields(("marketing", "sales"))
    marketing, sales = fields.get("marketing"), fields.get("sales")
    given = marketing.fields(MARKETING_PROMISES) if marketing else {}
    taken = sales.fields(("deadlines_kept",)) if sales else {}
    in_time = attempt(given.get("handed_over_in_time"), lambda part: part.number(0, 1))
    return Promise(
        mql_per_week=attempt(given.get("mql_per_week"), lambda part: part.whole(1, 1_000_000)),
        accepted_share=attempt(given.get("accepted_share"), lambda part: part.number(0, 1)),
        hand_over_within=attempt(given.get("hand_over_within"), Node.span),
        handed_over_in_time=1.0 if in_time is None else in_time,
        deadlines_kept=attempt(taken.get("deadlines_kept"), lambda part: part.number(0, 1)),
    )


def _inflow(node: Node) -> Inflow:
    fields = node.fields(("hand_over_at_most", "backlog_alarm"))
    node.not_yet(("Ограничение притока", "Limiting the inflow"))
    most = fields["hand_over_at_most"].fields(("per_day", "per_week")) if "hand_over_at_most" in fields else {}
    return Inflow(
        per_day=attempt(most.get("per_day"), lambda part: part.whole(1, 1_000_000)),
        per_week=attempt(most.get("per_week"), lambda part: part.whole(1, 1_000_000)),
        backlog_alarm=attempt(fields.get("backlog_alarm"), Node.span),
    )


_READERS = {
    "covers": _covers,
    "runs": _runs,
    "promise": _promise,
    "ready": read_ready,
    "route": read_route,
    "respond": read_respond,
    "automate": read_automate,
    "inflow": _inflow,
    "questions": read_questions,
    "form": read_form,
}
