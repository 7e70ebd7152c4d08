"""Agreements in readable sentences, Russian and English: rules, questions, route lines, response clocks."""

from collections.abc import Sequence

from pomona.domain import words
from pomona.domain.agreement.bands import Band
from pomona.domain.agreement.questionnaire import Asked, Question
from pomona.domain.agreement.values import (
    BandRule,
    FirstContact,
    HitRule,
    OverdueAction,
    RouteRule,
    Rule,
    Span,
    StateRule,
    Target,
)
from pomona.domain.clauses import event_words, say_condition, say_event, say_trait
from pomona.domain.errors import Language
from pomona.domain.event import DAY
from pomona.domain.words import length, number, pick, points, quoted

_EACH = {"m": "каждый", "f": "каждую", "n": "каждое"}
_FIRST = {"m": "первый", "f": "первую", "n": "первое"}


def say_rule(rule: Rule, language: Language, asked: Asked) -> str:
    """`10 points for each page view of /pricing*, at most 30; after 14 days worth half`."""
    match rule:
        case HitRule():
            return _say_hits(rule, language)
        case BandRule(trait=trait, bands=bands):
            said = "; ".join(f"{_band(band, language)} — {points(band.points, language)}" for band in _in_order(bands))
            return f"{say_trait(trait, language)}: {said}"
        case StateRule(when=when, points=amount):
            said = say_condition(when, language, asked)
            return pick(language, f"{points(amount, 'ru')}, если {said}", f"{points(amount, 'en')} if {said}")


def say_question(question: Question, language: Language) -> str:
    """`When must it run? now (30 points), later; must be answered`."""
    answers = [_worth(option.text.in_(language), option.points, language) for option in question.options]
    answers += [_worth(_band(band, language), band.points, language) for band in _in_order(question.bands)]
    if question.kind == "text":
        answers = [pick(language, "своими словами", "in their own words")]
    elif not answers:
        answers = [pick(language, "число", "a number")]
    parts = [f"{question.text.in_(language)} {', '.join(answers)}"]
    if question.kind == "many":
        parts.append(pick(language, "можно несколько", "several may be chosen"))
    if question.required:
        parts.append(pick(language, "ответ обязателен", "must be answered"))
    return "; ".join(parts)


def _worth(answer: str, amount: int, language: Language) -> str:
    return f"{answer} ({points(amount, language)})" if amount else answer


def say_route_line(line: RouteRule, language: Language, asked: Asked) -> str:
    """`if the region is RU-TA: to the team volga`; a line without condition begins with `otherwise`."""
    target = _target(line.to, language)
    if line.when is None:
        return pick(language, f"иначе — {target}", f"otherwise: to {target}")
    said = say_condition(line.when, language, asked)
    return pick(language, f"если {said} — {target}", f"if {said}: to {target}")


def say_clock(clock: FirstContact, language: Language, asked: Asked) -> str:
    """`if the grade is A: within 5 minutes of working time; reminded after 3 minutes; overdue: to another seller`."""
    start = pick(language, "иначе", "otherwise")
    if clock.when is not None:
        said = say_condition(clock.when, language, asked)
        start = pick(language, f"если {said}", f"if {said}")
    parts = [f"{start}: {pick(language, 'за', 'within')} {say_span(clock.within, language)}"]
    if clock.remind_at is not None:
        reminder = say_span(clock.remind_at, language)
        parts.append(pick(language, f"напоминание через {reminder}", f"a reminder after {reminder}"))
    if clock.overdue:
        actions = ", ".join(_overdue(action, language) for action in clock.overdue)
        parts.append(pick(language, f"при просрочке: {actions}", f"when overdue: {actions}"))
    return "; ".join(parts)


def say_span(span: Span, language: Language) -> str:
    """`1 working day`, `5 minutes of working time`, `2 minutes`."""
    if span.days:
        return words.working_days(span.days, language)
    working = pick(language, " рабочего времени", " of working time") if span.working else ""
    return length(span.time, language) + working


def _say_hits(rule: HitRule, language: Language) -> str:
    pattern, amount = rule.when.pattern, points(rule.points, language)
    event = event_words(pattern, language)
    first = rule.once or rule.once_per is not None
    which = (_FIRST if first else _EACH)[event.gender]
    noun = say_event(pattern, "accusative", language)
    said = pick(language, f"{amount} за {which} {noun}", f"{amount} for {'the first' if first else 'each'} {noun}")
    return said + _limits(rule, language)


def _limits(rule: HitRule, language: Language) -> str:
    said = ""
    if rule.once_per is not None:
        value = quoted(rule.once_per, language)
        said += pick(language, f" с каждым значением {value}", f" of each {value}")
    if rule.once_per_time is not None:
        stretch = length(rule.once_per_time, language)
        if rule.once_per_time == DAY:
            said += pick(language, ", не чаще раза в день", ", at most once a day")
        else:
            said += pick(language, f", не чаще раза в {stretch}", f", at most once every {stretch}")
    if not rule.once and rule.keep > 1:
        most = number(rule.keep * rule.points / 1000, language)
        said += pick(language, f", не больше {most}", f", at most {most}")
    elif not rule.once:
        said += pick(language, ", считается последнее", ", only the newest counts")
    if rule.half_life is not None:
        half = length(rule.half_life, language)
        said += pick(language, f"; через {half} вдвое меньше", f"; after {half} worth half")
    return said


def _in_order(bands: Sequence[Band]) -> list[Band]:
    """Ranges from low to high, then single values."""
    return sorted(bands, key=lambda band: (band.value is not None, float("-inf") if band.low is None else band.low))


def _band(band: Band, language: Language) -> str:
    if band.value is not None:
        return band.value
    low, high = (None if end is None else number(end, language) for end in (band.low, band.high))
    if low is None or high is None:
        return (
            pick(language, f"до {high}", f"up to {high}") if low is None else pick(language, f"от {low}", f"from {low}")
        )
    return low if low == high else f"{low}–{high}"


def _target(target: Target, language: Language) -> str:
    name = quoted(target.name or "", language)
    match target.kind:
        case "team":
            return pick(language, f"команде {name}", f"the team {name}")
        case "seller":
            return pick(language, f"менеджеру {name}", f"the seller {name}")
        case "skill":
            return pick(language, f"менеджерам с навыком {name}", f"sellers with the skill {name}")
        case "owner":
            return pick(language, "ответственному", "the owner")
    return pick(language, "менеджеру компании", "the account's manager")


def _overdue(action: OverdueAction, language: Language) -> str:
    if action.do == "reassign":
        said = pick(language, "передать другому", "hand over to another seller")
    else:
        whom = {
            "owner": ("ответственного", "the owner"),
            "team": ("команду", "the team"),
            "head_of_sales": ("руководителя продаж", "the head of sales"),
        }[action.whom]
        said = pick(language, f"уведомить {whom[0]}", f"notify {whom[1]}")
    return (
        said if action.from_time == 1 else pick(language, f"{said} (со второго раза)", f"{said} (from the second time)")
    )
