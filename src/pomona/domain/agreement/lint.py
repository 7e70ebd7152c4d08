"""Linting: what an agreement states well but cannot mean. Only what is certain is told; nothing is guessed.

`pomona.domain.agreement.reach` says how the best score is computed, `implication` when a line hides another.
"""

from collections.abc import Collection, Iterable, Iterator
from difflib import get_close_matches
from typing import Any

from pomona.domain import words
from pomona.domain.agreement import conditions as c
from pomona.domain.agreement.errors import Path
from pomona.domain.agreement.findings import Finding
from pomona.domain.agreement.implication import implies
from pomona.domain.agreement.outcomes import ANYONE, CALLER, FORM_LEAD, TRUE, outcomes, trait_of
from pomona.domain.agreement.questionnaire import CHOOSING, Question
from pomona.domain.agreement.reach import Reach, grade_begins, reach
from pomona.domain.agreement.read_questions import question_rules
from pomona.domain.agreement.values import TELEGRAM, Agreement, BandRule, FirstContact, RouteRule, Span, Target
from pomona.domain.text import answer_code

Place = tuple[Path, str]
"""A path and the own name of what stands there."""


def lint(
    agreement: Agreement,
    *,
    now: int | None = None,
    sellers: Collection[str] | None = None,
    teams: Collection[str] | None = None,
    known_events: Collection[str] | None = None,
    known_traits: Collection[str] | None = None,
    known_questions: Collection[str] | None = None,
    without_chat: Collection[str] = (),
) -> tuple[Finding, ...]:
    """Everything found, what stands against signing first.

    `sellers` are log-in names, `without_chat` those whom Telegram does not reach; `known_events` in normal form. What
    is None is not asked about; of `now` (µs UTC) only whether the campaign is over.
    """
    best = reach(agreement, ANYONE)
    found = [
        *_over(agreement, now),
        *_nobody(agreement, best),
        *_grades(agreement, best),
        *_shadowed_route(agreement.route),
        *_shadowed_clocks(agreement.respond.first_contact),
        *_clocks(agreement),
        *_targets(agreement, sellers, teams),
        *_vocabulary(agreement, known_events, known_traits),
        *_questions(agreement, known_questions),
        *_chats(agreement, sellers or (), without_chat),
    ]
    return tuple(sorted(found, key=lambda finding: finding.severity))


def refusing(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Those that stand against signing."""
    return tuple(finding for finding in findings if finding.severity == "refuses")


def _over(agreement: Agreement, now: int | None) -> Iterator[Finding]:
    if now is not None and agreement.runs.end is not None and agreement.runs.end <= now:
        yield Finding("campaign_over", ("runs", "until"))


def _nobody(agreement: Agreement, best: Reach) -> Iterator[Finding]:
    """Whether anybody passes at all; only if somebody does, whether callers and leads from forms do."""
    ready = agreement.ready
    barring = [
        (index, rule)
        for index, rule in enumerate(ready.never)
        if outcomes(rule.when, ANYONE) == TRUE or implies(ready.captured, rule.when)
    ]
    if True not in outcomes(ready.captured, ANYONE):
        yield Finding("nobody_captured", ("ready", "captured"))
    for index, rule in barring:
        yield Finding("everybody_barred", ("ready", "never", index), {"name": rule.name}, rule.name)
    out_of_reach = best.best < ready.pass_mark.start
    ripens = True in outcomes(ready.mql, ANYONE, limits=best.limits)
    if not ripens:
        code, where = ("nobody_ripens", "pass_mark") if out_of_reach else ("mql_unreachable", "mql")
        yield Finding(code, ("ready", where), _points(agreement, best))
    elif out_of_reach:
        yield Finding("pass_mark_out_of_reach", ("ready", "pass_mark"), _points(agreement, best))
    if ripens and best.can_ripen and not out_of_reach:
        yield from _some(agreement)


def _some(agreement: Agreement) -> Iterator[Finding]:
    caller, form_lead = reach(agreement, CALLER), reach(agreement, FORM_LEAD)
    if any(cover.by == "number" for cover in agreement.covers) and not caller.can_ripen:
        yield Finding("caller_cannot_ripen", ("ready", "pass_mark"), _points(agreement, caller))
    if any(cover.by == "form" for cover in agreement.covers) and not form_lead.can_ripen:
        yield Finding("form_lead_cannot_ripen", ("ready", "pass_mark"), _points(agreement, form_lead))


def _points(agreement: Agreement, best: Reach) -> dict[str, Any]:
    return {"best": _said(best.best), "mark": _said(agreement.ready.pass_mark.start)}


def _said(points: int) -> tuple[str, str]:
    return words.number(points / 1000, "ru"), words.number(points / 1000, "en")


def _grades(agreement: Agreement, best: Reach) -> Iterator[Finding]:
    for grade in agreement.ready.grades:
        if grade.at_least is not None and grade.letter not in best.limits.letters:
            said = {"letter": grade.letter, "begins": _said(grade_begins(agreement, grade)), "best": _said(best.best)}
            yield Finding("grade_out_of_reach", ("ready", "grades", grade.letter), said)
    letters = {grade.letter for grade in agreement.ready.grades}
    for (path, name), condition in _conditions(agreement):
        asked = {letter for leaf in c.leaves(condition) if isinstance(leaf, c.GradeIs) for letter in leaf.letters}
        for letter in sorted(asked - letters):
            yield Finding("unknown_grade", path, {"letter": letter}, name)


def _conditions(agreement: Agreement) -> Iterator[tuple[Place, c.Condition]]:
    """Every condition of the document with its place."""
    ready, automate = agreement.ready, agreement.automate
    for index, never in enumerate(ready.never):
        yield (("ready", "never", index, "when"), never.name), never.when
    for section in ("fit", "interest", "answers"):
        for index, rule in enumerate(getattr(ready, section)):
            if not isinstance(rule, BandRule):
                yield (("ready", section, index, "when"), rule.name), rule.when
    nurture, attendant = automate.nurture, automate.attendant
    single: dict[Path, c.Condition | None] = {
        ("ready", "captured"): ready.captured,
        ("ready", "mql"): ready.mql,
        ("ready", "sql"): ready.sql,
        ("ready", "won"): ready.won,
        ("ready", "returned", "unless"): ready.returned.unless,
        ("automate", "nurture", "until"): nurture.until if nurture else None,
        ("automate", "nurture", "wake"): nurture.wake if nurture else None,
        ("automate", "attendant", "connect_when"): attendant.connect_when if attendant else None,
    }
    yield from (((path, ""), condition) for path, condition in single.items() if condition is not None)
    for index, line in enumerate(agreement.route):
        if line.when is not None:
            yield (("route", index, "when"), line.name), line.when
    for index, clock in enumerate(agreement.respond.first_contact):
        if clock.when is not None:
            yield (("respond", "first_contact", index, "when"), ""), clock.when


def _shadowed_route(route: tuple[RouteRule, ...]) -> Iterator[Finding]:
    """Lines whose target is not carried out yet are passed over, so they hide nothing."""
    if route[-1].when is not None:
        yield Finding("no_otherwise_in_route", ("route",))
    for index, line in enumerate(route):
        hiding = (
            earlier
            for earlier in range(index)
            if route[earlier].to.kind in ("team", "seller") and _takes_all(route[earlier].when, line.when)
        )
        if (first := next(hiding, None)) is not None:
            name = route[first].name
            said = {"number": first + 1, "name": (f" «{name}»", f" “{name}”")}
            yield Finding("line_shadowed", ("route", index), said, line.name)


def _shadowed_clocks(clocks: tuple[FirstContact, ...]) -> Iterator[Finding]:
    path = ("respond", "first_contact")
    if clocks[-1].when is not None:
        yield Finding("no_otherwise_in_first_contact", path)
    for index, clock in enumerate(clocks):
        first = next((earlier for earlier in range(index) if _takes_all(clocks[earlier].when, clock.when)), None)
        if first is not None:
            yield Finding("line_shadowed", (*path, index), {"number": first + 1, "name": ""})


def _takes_all(earlier: c.Condition | None, later: c.Condition | None) -> bool:
    """Whether the earlier condition is true wherever the later one is (None: always)."""
    if earlier is None or outcomes(earlier, ANYONE) == TRUE:
        return True
    return later is not None and implies(later, earlier)


def _clocks(agreement: Agreement) -> Iterator[Finding]:
    respond = agreement.respond
    for index, clock in enumerate(respond.first_contact):
        if clock.remind_at is not None and _not_before(clock.remind_at, clock.within):
            yield Finding("reminder_too_late", ("respond", "first_contact", index, "remind_at"))
    reason = respond.next_attempts and respond.next_attempts.then_return
    reasons = agreement.ready.returned.reasons
    if reason and reasons and reason not in reasons:
        yield Finding("unknown_reason", ("respond", "next_attempts", "then"), {"reason": reason})


def _not_before(reminder: Span, within: Span) -> bool:
    """Working days and hours cannot be compared without a calendar."""
    return (reminder.days == 0) == (within.days == 0) and (reminder.days, reminder.time) >= (within.days, within.time)


def _targets(agreement: Agreement, sellers: Collection[str] | None, teams: Collection[str] | None) -> Iterator[Finding]:
    for index, line in enumerate(agreement.route):
        overflow = [("overflow", line.overflow.to)] if line.overflow else []
        place = "to" if line.when is not None else "otherwise"
        for step, target in [(place, line.to), *overflow]:
            yield from _target(target, (("route", index, step), line.name), sellers, teams)


def _target(
    target: Target, place: Place, sellers: Collection[str] | None, teams: Collection[str] | None
) -> Iterator[Finding]:
    known = {"team": teams, "seller": sellers}.get(target.kind)
    if known is not None and target.name is not None and target.name not in known:
        yield _unknown(f"unknown_{target.kind}", place, target.name, known)


def _chats(agreement: Agreement, sellers: Collection[str], without: Collection[str]) -> Iterator[Finding]:
    named = [whom for whom in ("seller", "team") if TELEGRAM in agreement.automate.notify.get(whom, ())]
    if named and without:
        yield Finding("no_chat", ("automate", "notify", named[0]), {"count": len(without), "all": len(sellers)})


def _vocabulary(
    agreement: Agreement, events: Collection[str] | None, traits: Collection[str] | None
) -> Iterator[Finding]:
    """Names that neither Pomona itself nor the latest events know, each once, at its first place."""
    seen: set[tuple[str, str]] = set()
    for code, name, place in _names(agreement):
        known, own = (events, words.EVENTS) if code == "unknown_event" else (traits, words.TRAITS)
        if known is not None and name not in known and name not in own and (code, name) not in seen:
            seen.add((code, name))
            yield _unknown(code, place, name, {*known, *own})


def _questions(agreement: Agreement, known: Collection[str] | None) -> Iterator[Finding]:
    """Questions that nobody asks, each once, at its first place; and options that the questionnaire does not offer.

    Other forms and programs may ask, too: without questions of its own, or of anybody, nothing is certain.
    """
    asked = {question.code: question for question in agreement.questions}
    attendant = agreement.automate.attendant
    elsewhere = {*(known or ()), *(attendant.questions if attendant else ())}
    seen: set[str] = set()
    for place, leaf in _told(agreement):
        if leaf.question in asked:
            yield from _options(asked[leaf.question], leaf, place)
        elif (asked or known is not None) and leaf.question not in elsewhere | seen:
            seen.add(leaf.question)
            yield _unknown("unknown_question", place, leaf.question, {*asked, *elsewhere})


def _told(agreement: Agreement) -> Iterator[tuple[Place, Any]]:
    """The conditions about answers that the document states itself."""
    worth = {rule.name for question in agreement.questions for rule in question_rules(question)}
    for place, condition in _conditions(agreement):
        if place[0][:2] != ("ready", "answers") or place[1] not in worth:
            for leaf in c.leaves(condition):
                if isinstance(leaf, c.Answered | c.AnsweredNumber | c.AnswerBefore):
                    yield place, leaf


def _options(question: Question, leaf: Any, place: Place) -> Iterator[Finding]:
    if question.kind == "text":
        yield Finding("answered_in_words", place[0], {"name": question.code}, place[1])
    elif question.kind in CHOOSING and isinstance(leaf, c.Answered):
        options = {answer_code(option.code) for option in question.options}
        for code in leaf.codes:
            if code not in options:
                said = {"question": question.code, "name": code, "hint": _hint(code, options)}
                yield Finding("unknown_option", place[0], said, place[1])


def _names(agreement: Agreement) -> Iterator[tuple[str, str, Place]]:
    for place, condition in _conditions(agreement):
        for leaf in c.leaves(condition):
            match leaf:
                case c.Happened(pattern) | c.PeopleOfAccount(_, pattern):
                    yield "unknown_event", pattern.name, place
                case c.NoneOf(patterns):
                    yield from (("unknown_event", pattern.name, place) for pattern in patterns)
            if (trait := trait_of(leaf)) is not None:
                yield "unknown_trait", trait, place
    for section in ("fit", "answers"):
        for index, rule in enumerate(getattr(agreement.ready, section)):
            if isinstance(rule, BandRule):
                yield "unknown_trait", rule.trait, (("ready", section, index, "by"), rule.name)


def _unknown(code: str, place: Place, name: str, known: Collection[str]) -> Finding:
    return Finding(code, place[0], {"name": name, "hint": _hint(name, known)}, place[1])


def _hint(name: str, known: Collection[str]) -> tuple[str, str]:
    near = get_close_matches(name, sorted(known), n=1, cutoff=0.75)
    return (f" (похоже на «{near[0]}»)", f" (near: “{near[0]}”)") if near else ("", "")
