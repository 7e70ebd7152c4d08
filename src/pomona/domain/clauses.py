"""Conditions of agreements as clauses that can follow `if`, Russian and English."""

from collections.abc import Callable, Sequence
from typing import Any

from pomona.domain import words
from pomona.domain.agreement import conditions as c
from pomona.domain.agreement.questionnaire import Asked, answer_words, question_words
from pomona.domain.errors import Language
from pomona.domain.words import joined, length, number, pick, quoted, word

_WAS = {"m": "был", "f": "была", "n": "было"}


def say_condition(condition: c.Condition, language: Language, asked: Asked) -> str:
    """A condition as a clause that can follow `if`; `asked` are the questions whose words it uses."""
    match condition:
        case c.All(parts):
            return _join(parts, pick(language, " и ", " and "), language, asked)
        case c.AnyOf(parts):
            return _join(parts, pick(language, " или ", " or "), language, asked)
        case c.Not(part):
            said = say_condition(part, language, asked)
            return pick(language, f"неверно, что {said}", f"it is not true that {said}")
        case c.Answered() | c.AnsweredNumber() | c.AnswerBefore():
            return _answer(condition, language, asked)
    return _SAYINGS[type(condition)](condition, language)


def say_event(pattern: c.Pattern, case: str, language: Language) -> str:
    """An event with its properties, in Russian in that case of `EventWords`: `page view of /pricing*`."""
    event = event_words(pattern, language)
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


def event_words(pattern: c.Pattern, language: Language) -> words.EventWords:
    """How the event of a pattern is called."""
    named = pick(language, f"событие {quoted(pattern.name, 'ru')}", f"event {quoted(pattern.name, 'en')}")
    return words.EVENTS.get(pattern.name) or words.EventWords(named, named, named, "n")


def say_trait(trait: str, language: Language) -> str:
    """What a trait is called."""
    return word(words.TRAITS, trait, language)


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


def _codes(codes: tuple[str, ...], language: Language) -> str:
    known = [pick(language, *words.CODES[code]) if code in words.CODES else code for code in codes]
    return joined(known, language)


def _join(parts: Sequence[c.Condition], link: str, language: Language, asked: Asked) -> str:
    said = [say_condition(part, language, asked) for part in parts]
    nested = [
        f"({text})" if isinstance(part, c.All | c.AnyOf) else text for part, text in zip(parts, said, strict=True)
    ]
    return link.join(nested) if len(parts) > 1 else said[0]


def _answer(condition: c.Answered | c.AnsweredNumber | c.AnswerBefore, language: Language, asked: Asked) -> str:
    question = condition.question
    title = quoted(question_words(question, asked, language), language)
    match condition:
        case c.Answered(codes=codes):
            words_of = (answer_words(question, code, asked, language) for code in codes)
            said = joined([quoted(each, language) for each in words_of], language)
        case c.AnsweredNumber(at_least=low, at_most=high):
            said = _range(low, high, language)
        case c.AnswerBefore(before=before):
            time = length(before, language)
            return pick(
                language, f"до срока из ответа {title} меньше {time}", f"less than {time} are left until {title}"
            )
    return pick(language, f"на вопрос {title} ответ: {said}", f"the answer to {title} is {said}")


def _known(condition: c.Known, language: Language) -> str:
    trait = say_trait(condition.trait, language)
    return pick(language, f"известно: {trait}", f"the {trait} is known")


def _trait_is(condition: c.TraitIs, language: Language) -> str:
    return f"{say_trait(condition.trait, language)}: {_wanted(condition.wanted, language)}"


def _trait_matches(condition: c.TraitMatches, language: Language) -> str:
    trait = say_trait(condition.trait, language)
    texts = joined([quoted(text, language) for text in condition.texts], language)
    return pick(language, f"{trait}: есть слова {texts}", f"{trait} contains {texts}")


def _trait_in_list(condition: c.TraitInList, language: Language) -> str:
    trait, name = say_trait(condition.trait, language), quoted(condition.list, language)
    return pick(language, f"{trait} в списке {name}", f"{trait} stands in the list {name}")


def _found(condition: c.Found, language: Language) -> str:
    codes = tuple(code.upper() for code in condition.codes) if condition.facet == "region" else condition.codes
    return f"{say_trait(condition.trait, language)}: {_codes(codes, language)}"


def _region(condition: c.Region, language: Language) -> str:
    codes = joined([code.upper() for code in condition.codes], language)
    return pick(language, f"регион {codes}", f"the region is {codes}")


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
    gender = event_words(condition.pattern, language).gender
    noun = say_event(condition.pattern, "nominative", language)
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
    events = joined([say_event(pattern, "nominative", language) for pattern in condition.patterns], language)
    return pick(language, f"{time} не происходит: {events}", f"for {time} there was no {events}")


def _people(condition: c.PeopleOfAccount, language: Language) -> str:
    event = say_event(condition.pattern, "nominative", language)
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


_SAYINGS: dict[type, Callable[[Any, Language], str]] = {
    c.Known: _known,
    c.TraitIs: _trait_is,
    c.TraitMatches: _trait_matches,
    c.TraitInList: _trait_in_list,
    c.Found: _found,
    c.Region: _region,
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
