"""An agreement as people read it: four steps, each of groups of lines, each line a sentence; and what differs."""

from collections.abc import Callable, Iterable

import msgspec
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from pomona.domain.agreement import Agreement, RouteRule
from pomona.domain.agreement.questionnaire import Question
from pomona.domain.agreement.read_questions import question_rules
from pomona.domain.agreement.values import BandRule, Grade, Rule
from pomona.domain.errors import Language
from pomona.domain.sentences import say_clock, say_condition, say_question, say_route_line, say_rule, say_span
from pomona.domain.words import TRAITS, length, word
from pomona.web import words

STEPS: dict[str, Promise] = {
    "ready": gettext_lazy("Whom do we pass on?"),
    "route": gettext_lazy("To whom?"),
    "respond": gettext_lazy("How fast?"),
    "automate": gettext_lazy("What goes by itself?"),
    "promise": gettext_lazy("What do both sides promise?"),
}
STEP_OF = {"form": "ready", "inflow": "promise", "runs": "promise", "covers": "promise"}
"""Parts of the document that are shown in a step of another name."""


class Line(msgspec.Struct, frozen=True):
    """One rule or fact. `name` is its own name, if it has one; `amount` its points in thousandths, if one number."""

    text: str
    name: str = ""
    amount: int | None = None


class Group(msgspec.Struct, frozen=True):
    """Lines under one heading."""

    title: str
    lines: tuple[Line, ...]


class Step(msgspec.Struct, frozen=True):
    """One step of the agreement; `not_yet` is what it asks for and this release does not carry out."""

    key: str
    title: str
    groups: tuple[Group, ...]
    not_yet: tuple[str, ...]


class Difference(msgspec.Struct, frozen=True):
    """What became of one line: `before` None: it is new; `after` None: it is gone."""

    place: str
    before: Line | None
    after: Line | None


def outline(agreement: Agreement, language: Language) -> list[Step]:
    """The agreement in its steps; groups without lines are left out."""
    groups = {
        "ready": _ready(agreement, language),
        "route": [Group("", tuple(_route(line, language) for line in agreement.route))],
        "respond": _respond(agreement, language),
        "automate": [Group("", tuple(_automate(agreement, language)))],
        "promise": [Group("", tuple(_promise(agreement, language)))],
    }
    return [
        Step(key, str(title), tuple(group for group in groups[key] if group.lines), _not_yet(agreement, key, language))
        for key, title in STEPS.items()
    ]


def differences(before: Agreement, after: Agreement, language: Language) -> list[Difference]:
    """The lines that differ, in the order of the newer one; a line is the same if its place and name are."""
    old, new = _placed(outline(before, language)), _placed(outline(after, language))
    changed = [Difference(place[0], old.get(place), line) for place, line in new.items() if old.get(place) != line]
    return changed + [Difference(place[0], line, None) for place, line in old.items() if place not in new]


def _placed(steps: Iterable[Step]) -> dict[tuple[str, str], Line]:
    """Each line by its place and name; a nameless one by its position."""
    return {
        (group.title or step.title, line.name or str(number)): line
        for step in steps
        for group in step.groups
        for number, line in enumerate(group.lines)
    }


def _ready(agreement: Agreement, language: Language) -> list[Group]:
    ready = agreement.ready
    says: Callable[..., str] = lambda condition: _sentence(say_condition(condition, language))  # noqa: E731
    stages = [
        Line(says(ready.captured), _("Becomes a lead (MCL)")),
        Line(says(ready.mql), _("Ripe (MQL)")),
        *([Line(says(ready.sql), _("Qualified (SQL)"))] if ready.sql else []),
        *([Line(says(ready.won), _("Won"))] if ready.won else []),
    ]
    worth = {rule.name for question in agreement.questions for rule in question_rules(question)}
    if ready.holdout:
        share = {"share": words.percent(ready.holdout)}
        stages.append(
            Line(_("%(share)s of those below the pass mark, handed over unmarked") % share, _("Control group"))
        )
    rules = {
        pgettext("points for", "Fit: who they are"): ready.fit,
        pgettext("points for", "Interest: what they do"): ready.interest,
        pgettext("points for", "Answers: what they tell"): [rule for rule in ready.answers if rule.name not in worth],
    }
    return [
        Group("", (_pass_mark(agreement), _grades(ready.grades))),
        *(Group(title, tuple(_rule(rule, language) for rule in of_section)) for title, of_section in rules.items()),
        Group(_("Questions we ask"), tuple(_question(each, language) for each in agreement.questions)),
        Group(_("The hosted form"), tuple(_form(agreement, language))),
        Group(_("Never passed on"), tuple(Line(says(each.when), each.name) for each in ready.never)),
        Group(_("When is a lead what?"), tuple(stages)),
        Group(_("Returned leads"), tuple(_returned(agreement, language))),
    ]


def _rule(rule: Rule, language: Language) -> Line:
    amount = None if isinstance(rule, BandRule) else rule.points
    return Line(_sentence(say_rule(rule, language)), rule.name, amount)


def _question(question: Question, language: Language) -> Line:
    return Line(_sentence(say_question(question, language)), question.code)


def _form(agreement: Agreement, language: Language) -> Iterable[Line]:
    form = agreement.form
    if form is None:
        return
    yield Line(form.title.in_(language) or agreement.campaign, _("Title"))
    if form.fields:
        yield Line(", ".join(word(TRAITS, trait, language) for trait in form.fields), _("Asks also for"))
    if consent := form.consent.in_(language):
        yield Line(f"{consent} {form.consent_link or ''}".strip(), _("Consent to"))
    if form.embed_on:
        yield Line(", ".join(form.embed_on), _("May be shown within"))


def _pass_mark(agreement: Agreement) -> Line:
    mark = agreement.ready.pass_mark
    if mark.min == mark.max:
        return Line(_("%(mark)s points") % {"mark": words.points(mark.start)}, _("Pass mark"))
    values = {"mark": words.points(mark.start), "low": words.points(mark.min), "high": words.points(mark.max)}
    return Line(_("%(mark)s points; may be moved between %(low)s and %(high)s") % values, _("Pass mark"))


def _grades(grades: tuple[Grade, ...]) -> Line:
    said = [
        _("%(letter)s from %(points)s") % {"letter": grade.letter, "points": words.points(grade.at_least)}
        if grade.at_least is not None
        else _("%(letter)s from the pass mark") % {"letter": grade.letter}
        for grade in grades
    ]
    return Line(", ".join(said), _("Grades"))


def _returned(agreement: Agreement, language: Language) -> list[Line]:
    returned = agreement.ready.returned
    lines = [Line(", ".join(returned.reasons), _("Reasons"))] if returned.reasons else []
    if returned.again_after is not None:
        after = _("after %(time)s") % {"time": length(returned.again_after, language)}
        unless = say_condition(returned.unless, language) if returned.unless else ""
        text = _("%(after)s, or at once: %(condition)s") % {"after": after, "condition": unless} if unless else after
        lines.append(Line(_sentence(text), _("Comes again")))
    return lines


def _route(line: RouteRule, language: Language) -> Line:
    ways = {
        "round_robin": _("by turns"),
        "weighted": _("by shares"),
        "least_loaded": _("to the least loaded"),
        "all_ring": _("ringing all"),
        "pull_queue": _("from a common queue"),
    }
    return Line(f"{_sentence(say_route_line(line, language))}, {ways[line.by]}", line.name if line.when else "")


def _respond(agreement: Agreement, language: Language) -> list[Group]:
    respond = agreement.respond
    hours = [Line(respond.calendar, _("Working hours"))] if respond.calendar else []
    clocks = tuple(Line(_sentence(say_clock(clock, language))) for clock in respond.first_contact)
    groups = [Group("", tuple(hours)), Group(_("First contact"), clocks)]
    if respond.next_attempts:
        tries = ", ".join(say_span(span, language) for span in respond.next_attempts.after)
        groups.append(Group(_("Next attempts"), (Line(_("after %(time)s") % {"time": tries}),)))
    return groups


def _automate(agreement: Agreement, language: Language) -> Iterable[Line]:
    automate = agreement.automate
    if automate.nurture:
        yield Line(automate.nurture.sequence, _("Nurture"))
    ways = {"mail": _("by mail"), "browser": _("in the browser"), "telegram": _("by Telegram")}
    notified = {"seller": _("Notify the seller"), "team": _("Notify the team")}
    for whom, channels in automate.notify.items():
        yield Line(", ".join(ways.get(channel, channel) for channel in channels), notified.get(whom, whom))
    if automate.attendant and automate.attendant.questions:
        yield Line(", ".join(automate.attendant.questions), _("The attendant asks"))


def _promise(agreement: Agreement, language: Language) -> Iterable[Line]:
    promise = agreement.promise
    if promise.mql_per_week is not None:
        yield Line(words.number(promise.mql_per_week), _("Marketing: ripe leads a week"))
    if promise.accepted_share is not None:
        yield Line(words.percent(promise.accepted_share), _("Marketing: taken into work of those handed over"))
    if promise.hand_over_within is not None:
        share = {
            "time": say_span(promise.hand_over_within, language),
            "share": words.percent(promise.handed_over_in_time),
        }
        text = "%(time)s" if promise.handed_over_in_time == 1 else _("%(time)s, %(share)s of them")
        yield Line(text % share, _("Marketing: handed over within"))
    if promise.deadlines_kept is not None:
        yield Line(words.percent(promise.deadlines_kept), _("Sales: contacted in time"))
    covers = [f"{_COVERED_BY[cover.by]()} {cover.pattern}" for cover in agreement.covers]
    if covers:
        yield Line(", ".join(covers), _("Holds for"))
    if agreement.runs.start is not None or agreement.runs.end is not None:
        yield Line(_runs(agreement), _("Runs"))


_COVERED_BY: dict[str, Callable[[], str]] = {
    "campaign": lambda: _("campaign"),
    "form": lambda: _("form"),
    "number": lambda: _("number dialled"),
}


def _runs(agreement: Agreement) -> str:
    runs = agreement.runs
    start, end = (None if moment is None else words.day(moment) for moment in (runs.start, runs.end))
    if start and end:
        return _("%(start)s to %(end)s") % {"start": start, "end": end}
    return _("from %(day)s") % {"day": start} if start else _("until %(day)s") % {"day": end}


def _not_yet(agreement: Agreement, step: str, language: Language) -> tuple[str, ...]:
    texts = (
        (each.text_ru if language == "ru" else each.text_en)
        for each in agreement.not_yet
        if each.path and STEP_OF.get(str(each.path[0]), str(each.path[0])) == step
    )
    return tuple(dict.fromkeys(texts))


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
