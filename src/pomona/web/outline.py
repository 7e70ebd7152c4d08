"""An agreement as people read it: four steps, each of groups of lines, each line a sentence; and what differs."""

from collections.abc import Callable, Iterable

import msgspec
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from pomona.domain.agreement import Agreement, RouteRule
from pomona.domain.agreement.conditions import Condition
from pomona.domain.agreement.questionnaire import Question, question_words
from pomona.domain.agreement.read_questions import question_rules
from pomona.domain.agreement.values import BandRule, FirstContact, Grade, Rule
from pomona.domain.clauses import say_condition
from pomona.domain.errors import Language
from pomona.domain.ripeness import HOUSE, covers_of
from pomona.domain.sentences import say_clock, say_question, say_route_line, say_rule, say_span
from pomona.domain.words import TRAITS, length, word
from pomona.web import words
from pomona.web.channels import CHANNEL_WORDS

STEPS: dict[str, Promise] = {
    "ready": gettext_lazy("Whom do we pass on?"),
    "route": gettext_lazy("To whom?"),
    "respond": gettext_lazy("How fast?"),
    "automate": gettext_lazy("What goes by itself?"),
    "promise": gettext_lazy("What do both sides promise?"),
}
STEP_OF = {"inflow": "promise", "runs": "promise", "covers": "promise"}
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
        "route": [Group("", tuple(route_line(line, agreement, language) for line in agreement.route))],
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
    stages = [
        Line(clause(ready.captured, agreement, language), _("Becomes a lead (MCL)")),
        Line(clause(ready.mql, agreement, language), _("Ripe (MQL)")),
        *([Line(clause(ready.sql, agreement, language), _("Qualified (SQL)"))] if ready.sql else []),
        *([Line(clause(ready.won, agreement, language), _("Won"))] if ready.won else []),
    ]
    if ready.holdout:
        share = {"share": words.percent(ready.holdout)}
        stages.append(
            Line(_("%(share)s of those below the pass mark, handed over unmarked") % share, _("Control group"))
        )
    rules = {
        pgettext("points for", "Fit: who they are"): ready.fit,
        pgettext("points for", "Interest: what they do"): ready.interest,
        pgettext("points for", "Answers: what they tell"): written_answers(agreement),
    }
    return [
        Group("", (pass_mark_line(agreement), grades_line(ready.grades))),
        *(
            Group(title, tuple(rule_line(rule, agreement, language) for rule in of_section))
            for title, of_section in rules.items()
        ),
        Group(_("Questions we ask"), tuple(question_line(each, language) for each in agreement.questions)),
        Group(_("The hosted form"), tuple(form_lines(agreement, language))),
        Group(_("Never passed on"), tuple(never_lines(agreement, language))),
        Group(_("When does a lead move on?"), tuple(stages)),
        Group(_("Returned leads"), tuple(returned_lines(agreement, language))),
    ]


def written_answers(agreement: Agreement) -> list[Rule]:
    """The rules for answers that are written as such: not those that say what a question's answers are worth."""
    worth = {rule.name for question in agreement.questions for rule in question_rules(question)}
    return [rule for rule in agreement.ready.answers if rule.name not in worth]


def rule_line(rule: Rule, agreement: Agreement, language: Language) -> Line:
    """A rule with its name and points."""
    amount = None if isinstance(rule, BandRule) else rule.points
    return Line(as_sentence(say_rule(rule, language, agreement.asked)), rule.name, amount)


def question_line(question: Question, language: Language) -> Line:
    """A question with its code."""
    return Line(as_sentence(say_question(question, language)), question.code)


def form_lines(agreement: Agreement, language: Language) -> Iterable[Line]:
    """The hosted form."""
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


def pass_mark_line(agreement: Agreement) -> Line:
    """The pass mark and how far it may be moved."""
    mark = agreement.ready.pass_mark
    if mark.min == mark.max:
        return Line(_("%(mark)s points") % {"mark": words.points(mark.start)}, _("Pass mark"))
    values = {"mark": words.points(mark.start), "low": words.points(mark.min), "high": words.points(mark.max)}
    return Line(_("%(mark)s points; may be moved between %(low)s and %(high)s") % values, _("Pass mark"))


def grades_line(grades: tuple[Grade, ...]) -> Line:
    """The letters with the scores at which they begin."""
    said = [
        _("%(letter)s from %(points)s") % {"letter": grade.letter, "points": words.points(grade.at_least)}
        if grade.at_least is not None
        else _("%(letter)s from the pass mark") % {"letter": grade.letter}
        for grade in grades
    ]
    return Line(", ".join(said), _("Grades"))


def never_lines(agreement: Agreement, language: Language) -> Iterable[Line]:
    """Who is never passed on."""
    for each in agreement.ready.never:
        yield Line(clause(each.when, agreement, language), each.name)


def returned_lines(agreement: Agreement, language: Language) -> list[Line]:
    """Why leads are given back, and when they come again."""
    returned = agreement.ready.returned
    lines = [Line(", ".join(returned.reasons), _("Reasons"))] if returned.reasons else []
    if returned.again_after is not None:
        after = _("after %(time)s") % {"time": length(returned.again_after, language)}
        unless = say_condition(returned.unless, language, agreement.asked) if returned.unless else ""
        text = _("%(after)s, or at once: %(condition)s") % {"after": after, "condition": unless} if unless else after
        lines.append(Line(as_sentence(text), _("Comes again")))
    return lines


def route_line(line: RouteRule, agreement: Agreement, language: Language) -> Line:
    """A line of the route."""
    ways = {
        "round_robin": _("by turns"),
        "weighted": _("by shares"),
        "least_loaded": _("to the least loaded"),
        "all_ring": _("ringing all"),
        "pull_queue": _("from a common queue"),
    }
    said = as_sentence(say_route_line(line, language, agreement.asked))
    way = f", {ways[line.by]}" if line.to.kind in ("team", "skill") else ""
    return Line(said + way, line.name if line.when else "")


def clock_line(clock: FirstContact, agreement: Agreement, language: Language) -> Line:
    """A line of the response clocks."""
    return Line(as_sentence(say_clock(clock, language, agreement.asked)))


def _respond(agreement: Agreement, language: Language) -> list[Group]:
    respond = agreement.respond
    hours = [Line(respond.calendar, _("Working hours"))] if respond.calendar else []
    clocks = tuple(clock_line(clock, agreement, language) for clock in respond.first_contact)
    groups = [Group("", tuple(hours)), Group(_("First contact"), clocks)]
    if respond.next_attempts:
        tries = ", ".join(say_span(span, language) for span in respond.next_attempts.after)
        groups.append(Group(_("Next attempts"), (Line(_("after %(time)s") % {"time": tries}),)))
    return groups


def _automate(agreement: Agreement, language: Language) -> Iterable[Line]:
    yield from nurture_lines(agreement, language)
    yield from notify_lines(agreement)
    yield from attendant_lines(agreement, language)


def nurture_lines(agreement: Agreement, language: Language) -> Iterable[Line]:
    """What is sent to whom is not ripe yet, until when, and what ends it early."""
    nurture = agreement.automate.nurture
    if nurture:
        yield Line(nurture.sequence, _("Nurture"))
        if nurture.until:
            yield Line(clause(nurture.until, agreement, language), _("Nurture until"))
        if nurture.wake:
            yield Line(clause(nurture.wake, agreement, language), _("Nurture ends early"))


def notify_lines(agreement: Agreement) -> Iterable[Line]:
    """Who hears of leads, and how."""
    notified = {"seller": _("Notify the seller"), "team": _("Notify the team"), "head_of_sales": _("Notify the head")}
    for whom, channels in agreement.automate.notify.items():
        yield Line(", ".join(str(CHANNEL_WORDS[channel]) for channel in channels), notified.get(whom, whom))


def attendant_lines(agreement: Agreement, language: Language) -> Iterable[Line]:
    """What the phone attendant asks, whom it connects, and what it does otherwise."""
    attendant = agreement.automate.attendant
    if not attendant:
        return
    does = {"connect": _("connect"), "call_back": _("promise a call back"), "voicemail": _("take a message")}
    if attendant.questions:
        asks = (question_words(each, agreement.asked, language) for each in attendant.questions)
        yield Line(", ".join(asks), _("The attendant asks"))
    if attendant.connect_when:
        yield Line(clause(attendant.connect_when, agreement, language), _("The attendant connects"))
    yield Line(does[attendant.if_unknown], _("If it does not know"))
    if attendant.otherwise:
        yield Line(", ".join(does[each] for each in attendant.otherwise), _("The attendant otherwise"))


def promise_lines(agreement: Agreement, language: Language) -> Iterable[Line]:
    """What both sides bind themselves to."""
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


def inflow_lines(agreement: Agreement, language: Language) -> Iterable[Line]:
    """How many leads may be handed over at most, and when the backlog alarms."""
    inflow = agreement.inflow
    if inflow.per_day is not None:
        yield Line(words.number(inflow.per_day), _("Handed over a day at most"))
    if inflow.per_week is not None:
        yield Line(words.number(inflow.per_week), _("Handed over a week at most"))
    if inflow.backlog_alarm is not None:
        yield Line(say_span(inflow.backlog_alarm, language), _("Alarm when a lead waits longer than"))


def covers_lines(agreement: Agreement) -> Iterable[Line]:
    """Which traffic is the campaign's; the house rules are for what no other agreement covers."""
    meant = () if agreement.campaign == HOUSE else covers_of(agreement)
    covers = [f"{_COVERED_BY[cover.by]()} {cover.pattern}" for cover in meant]
    if covers:
        yield Line(", ".join(covers), _("Holds for"))


def runs_lines(agreement: Agreement) -> Iterable[Line]:
    """From when to when the campaign runs."""
    if agreement.runs.start is not None or agreement.runs.end is not None:
        yield Line(_runs(agreement), _("Runs"))


def _promise(agreement: Agreement, language: Language) -> Iterable[Line]:
    yield from promise_lines(agreement, language)
    yield from inflow_lines(agreement, language)
    yield from covers_lines(agreement)
    yield from runs_lines(agreement)


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


def clause(condition: Condition, agreement: Agreement, language: Language) -> str:
    """A condition of the agreement, standing alone."""
    return as_sentence(say_condition(condition, language, agreement.asked))


def as_sentence(text: str) -> str:
    """The text with a capital letter."""
    return text[:1].upper() + text[1:]
