"""Agreements in readable sentences, Russian and English: rules, conditions, route lines, response clocks."""

from collections.abc import Callable
from typing import Any

from pomona.domain import words
from pomona.domain.agreement import conditions as c
from pomona.domain.agreement.bands import Band
from pomona.domain.agreement.questionnaire import Question
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
from pomona.domain.errors import Language
from pomona.domain.event import DAY
from pomona.domain.words import joined, length, number, pick, points, quoted, told, word

_EACH = {"m": "каждый", "f": "каждую", "n": "каждое"}
_FIRST = {"m": "первый", "f": "первую", "n": "первое"}
_WAS = {"m": "был", "f": "была", "n": "было"}


def say_rule(rule: Rule, language: Language) -> str:
    """`10 points for each page view of /pricing*, at most 30; after 14 days worth half`."""
    match rule:
        case HitRule():
            return _say_hits(rule, language)
        case BandRule(trait=trait, bands=bands):
            said = "; ".join(f"{_band(band, language)} — {points(band.points, language)}" for band in bands)
            return f"{_trait(trait, language)}: {said}"
        case StateRule(when=when, points=amount):
            said = say_condition(when, language)
            return pick(language, f"{points(amount, 'ru')}, если {said}", f"{points(amount, 'en')} if {said}")


def say_question(question: Question, language: Language) -> str:
    """`When must it run? now (30 points), later; must be answered`."""
    answers = [_worth(option.text.in_(language), option.points, language) for option in question.options]
    answers += [_worth(_band(band, language), band.points, language) for band in question.bands]
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


def say_condition(condition: c.Condition, language: Language) -> str:
    """A condition as a clause that can follow `if`."""
    return _SAYINGS[type(condition)](condition, language)


def say_route_line(line: RouteRule, language: Language) -> str:
    """`if the region is RU-TA: to the team volga`; a line without condition begins with `otherwise`."""
    target = _target(line.to, language)
    if line.when is None:
        return pick(language, f"иначе — {target}", f"otherwise: to {target}")
    said = say_condition(line.when, language)
    return pick(language, f"если {said} — {target}", f"if {said}: to {target}")


def say_clock(clock: FirstContact, language: Language) -> str:
    """`if the grade is A: within 5 minutes of working time; reminded after 3 minutes; overdue: to another seller`."""
    start = pick(language, "иначе", "otherwise")
    if clock.when is not None:
        said = say_condition(clock.when, language)
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
    event = _event_words(pattern, language)
    first = rule.once or rule.once_per is not None
    which = (_FIRST if first else _EACH)[event.gender]
    noun = _event(pattern, "accusative", language)
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


def _event_words(pattern: c.Pattern, language: Language) -> words.EventWords:
    named = pick(language, f"событие {quoted(pattern.name, 'ru')}", f"event {quoted(pattern.name, 'en')}")
    return words.EVENTS.get(pattern.name) or words.EventWords(named, named, named, "n")


def _event(pattern: c.Pattern, case: str, language: Language) -> str:
    """The event with its properties: `page view of /pricing*`."""
    event = _event_words(pattern, language)
    said = str(getattr(event, case)) if language == "ru" else event.english
    if pattern.path is not None:
        said += pick(language, f" {pattern.path}", f" of {pattern.path}")
    details = [f"{name}: {_wanted(wanted, language)}" for name, wanted in pattern.properties]
    if pattern.campaign is not None:
        details.append(pick(language, f"кампания {pattern.campaign}", f"campaign {pattern.campaign}"))
    if pattern.channels:
        channels = _codes(pattern.channels, language)
        details.append(pick(language, f"канал: {channels}", f"channel: {channels}"))
    return f"{said} ({', '.join(details)})" if details else said


def _wanted(wanted: c.Wanted, language: Language) -> str:
    if wanted.values:
        return joined([_scalar(value, language) for value in wanted.values], language)
    return _range(wanted.at_least, wanted.at_most, language)


def _scalar(value: c.Scalar, language: Language) -> str:
    if isinstance(value, bool):
        return pick(language, "да" if value else "нет", "yes" if value else "no")
    return value if isinstance(value, str) else number(value, language)


def _range(low: float | None, high: float | None, language: Language) -> str:
    ends = []
    if low is not None:
        ends.append(f"{pick(language, 'не меньше', 'at least')} {number(low, language)}")
    if high is not None:
        ends.append(f"{pick(language, 'не больше', 'at most')} {number(high, language)}")
    return pick(language, " и ", " and ").join(ends)


def _band(band: Band, language: Language) -> str:
    if band.value is not None:
        return band.value
    low, high = (None if end is None else number(end, language) for end in (band.low, band.high))
    if low is None or high is None:
        return (
            pick(language, f"до {high}", f"up to {high}") if low is None else pick(language, f"от {low}", f"from {low}")
        )
    return low if low == high else f"{low}–{high}"


def _trait(trait: str, language: Language) -> str:
    return word(words.TRAITS, trait, language)


def _codes(codes: tuple[str, ...], language: Language) -> str:
    known = [pick(language, *words.CODES[code]) if code in words.CODES else code for code in codes]
    return joined(known, language)


def _join(parts: tuple[c.Condition, ...], link: str, language: Language) -> str:
    said = [say_condition(part, language) for part in parts]
    nested = [
        f"({text})" if isinstance(part, c.All | c.AnyOf) else text for part, text in zip(parts, said, strict=True)
    ]
    return link.join(nested) if len(parts) > 1 else said[0]


def _all(condition: c.All, language: Language) -> str:
    return _join(condition.parts, pick(language, " и ", " and "), language)


def _any(condition: c.AnyOf, language: Language) -> str:
    return _join(condition.parts, pick(language, " или ", " or "), language)


def _not(condition: c.Not, language: Language) -> str:
    said = say_condition(condition.part, language)
    return pick(language, f"неверно, что {said}", f"it is not true that {said}")


def _known(condition: c.Known, language: Language) -> str:
    trait = _trait(condition.trait, language)
    return pick(language, f"известно: {trait}", f"the {trait} is known")


def _trait_is(condition: c.TraitIs, language: Language) -> str:
    return f"{_trait(condition.trait, language)}: {_wanted(condition.wanted, language)}"


def _trait_matches(condition: c.TraitMatches, language: Language) -> str:
    trait = _trait(condition.trait, language)
    texts = joined([quoted(text, language) for text in condition.texts], language)
    return pick(language, f"{trait}: есть слова {texts}", f"{trait} contains {texts}")


def _trait_in_list(condition: c.TraitInList, language: Language) -> str:
    trait, name = _trait(condition.trait, language), quoted(condition.list, language)
    return pick(language, f"{trait} в списке {name}", f"{trait} stands in the list {name}")


def _found(condition: c.Found, language: Language) -> str:
    codes = tuple(code.upper() for code in condition.codes) if condition.facet == "region" else condition.codes
    return f"{_trait(condition.trait, language)}: {_codes(codes, language)}"


def _region(condition: c.Region, language: Language) -> str:
    codes = joined([code.upper() for code in condition.codes], language)
    return pick(language, f"регион {codes}", f"the region is {codes}")


def _answered(condition: c.Answered, language: Language) -> str:
    question = quoted(told(condition.question, language), language)
    codes = joined([told(code, language) for code in condition.codes], language)
    return pick(language, f"на вопрос {question} ответ: {codes}", f"the answer to {question} is {codes}")


def _answered_number(condition: c.AnsweredNumber, language: Language) -> str:
    question = quoted(told(condition.question, language), language)
    said = _range(condition.at_least, condition.at_most, language)
    return pick(language, f"на вопрос {question} ответ: {said}", f"the answer to {question} is {said}")


def _answer_before(condition: c.AnswerBefore, language: Language) -> str:
    question, time = quoted(told(condition.question, language), language), length(condition.before, language)
    return pick(language, f"до срока из ответа {question} меньше {time}", f"less than {time} are left until {question}")


def _pass_mark(condition: c.PassMarkReached, language: Language) -> str:
    return pick(language, "набран проходной балл", "the score reaches the pass mark")


def _points_reach(condition: c.PointsReach, language: Language) -> str:
    low, high = (None if end is None else end / 1000 for end in (condition.at_least, condition.at_most))
    section = word(words.SECTIONS, condition.of, language)
    return pick(language, f"{section} {_range(low, high, 'ru')}", f"{section} is {_range(low, high, 'en')}")


def _grade(condition: c.GradeIs, language: Language) -> str:
    letters = joined(list(condition.letters), language)
    return pick(language, f"категория {letters}", f"the grade is {letters}")


def _channel(condition: c.ChannelIs, language: Language) -> str:
    channels = _codes(condition.channels, language)
    return pick(language, f"канал: {channels}", f"the channel is {channels}")


def _hours(condition: c.Hours, language: Language) -> str:
    start, end = (f"{minute // 60:02}:{minute % 60:02}" for minute in (condition.start, condition.end))
    return pick(language, f"время с {start} до {end}", f"the time is between {start} and {end}")


def _happened(condition: c.Happened, language: Language) -> str:
    gender = _event_words(condition.pattern, language).gender
    noun = _event(condition.pattern, "nominative", language)
    said = pick(language, f"{_WAS[gender]} {noun}", f"there was {words.with_article(noun)}")
    if condition.times > 1 or condition.different is not None:
        said += f" {words.at_least_times(condition.times, language)}"
    if condition.different is not None:
        value = quoted(condition.different, language)
        said += pick(language, f" с разными значениями {value}", f" with different values of {value}")
    return said + _within(condition.within, language)


def _within(within: int | None, language: Language) -> str:
    if within is None:
        return ""
    return pick(language, f" за {length(within, 'ru')}", f" within the last {length(within, 'en')}")


def _none_of(condition: c.NoneOf, language: Language) -> str:
    time = length(condition.span, language)
    if condition.patterns == (c.Pattern(c.ANY),):
        return pick(language, f"молчит {time}", f"silent for {time}")
    events = joined([_event(pattern, "nominative", language) for pattern in condition.patterns], language)
    return pick(language, f"{time} не происходит: {events}", f"for {time} there was no {events}")


def _people(condition: c.PeopleOfAccount, language: Language) -> str:
    event = _event(condition.pattern, "nominative", language)
    said = pick(
        language,
        f"людей той же компании не меньше {condition.people}, у каждого {event}",
        f"at least {condition.people} people of the account, each with {words.with_article(event)}",
    )
    return said + _within(condition.within, language)


def _subscribed(condition: c.Subscribed, language: Language) -> str:
    mailing = quoted(condition.mailing, language)
    return pick(language, f"подписан на {mailing}", f"subscribed to {mailing}")


def _bant(condition: c.Bant, language: Language) -> str:
    states = joined([word(words.BANT, state, language) for state in condition.states], language)
    return f"{word(words.BANT, condition.about, language)}: {states}"


def _account(condition: c.Account, language: Language) -> str:
    if condition.fact == "is_client":
        return pick(language, "компания уже клиент", "the account is a client")
    return pick(language, "у компании есть ответственный", "the account has an owner")


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


_SAYINGS: dict[type, Callable[[Any, Language], str]] = {
    c.All: _all,
    c.AnyOf: _any,
    c.Not: _not,
    c.Known: _known,
    c.TraitIs: _trait_is,
    c.TraitMatches: _trait_matches,
    c.TraitInList: _trait_in_list,
    c.Found: _found,
    c.Region: _region,
    c.Answered: _answered,
    c.AnsweredNumber: _answered_number,
    c.AnswerBefore: _answer_before,
    c.PassMarkReached: _pass_mark,
    c.PointsReach: _points_reach,
    c.GradeIs: _grade,
    c.ChannelIs: _channel,
    c.Hours: _hours,
    c.Happened: _happened,
    c.NoneOf: _none_of,
    c.PeopleOfAccount: _people,
    c.Subscribed: _subscribed,
    c.Bant: _bant,
    c.Account: _account,
}
