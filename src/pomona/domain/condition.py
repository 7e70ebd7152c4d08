"""When conditions hold: true, false, or None for not known; Kleene's and, or, not. Only true counts."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from pomona.domain.account import IS_CLIENT, Colleague, act_name
from pomona.domain.agreement import Agreement
from pomona.domain.agreement import conditions as c
from pomona.domain.agreement.patterns import is_wanted
from pomona.domain.agreement.trackers import Entry, Tracker, trackers_of
from pomona.domain.bant import UNKNOWN
from pomona.domain.named_time import named_time
from pomona.domain.points import Evidence, Score
from pomona.domain.profile import Noted, Profile
from pomona.domain.tally import Tally
from pomona.domain.text import NUMBER, answer_code

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Situation(msgspec.Struct, frozen=True, kw_only=True):
    """What conditions are asked about: a lead under an agreement at the moment `at` (microseconds UTC).

    `captured_at` is None before it is captured; `score` None while it is still being computed; `colleagues` are the
    other leads of its account, None where that is not known. The profile holds what they tell of the company, too.
    """

    agreement: Agreement
    profile: Profile
    tally: Tally
    at: int
    captured_at: int | None = None
    score: Score | None = None
    colleagues: tuple[Colleague, ...] | None = None

    @property
    def grade(self) -> str | None:
        """The score's letter."""
        return None if self.score is None else self.score.grade

    def knowing(self, noted: Mapping[str, Noted]) -> "Situation":
        """The same situation with these notes by criterion in place of what it knew of BANT."""
        return msgspec.structs.replace(self, profile=msgspec.structs.replace(self.profile, bant=dict(noted)))

    def entries(self, tracker: Tracker) -> tuple[Entry, ...]:
        """What the tally keeps for a tracker, up to `at`, ascending."""
        return tuple(entry for entry in self.tally.entries(self.agreement, tracker) if entry[0] <= self.at)


class Explanation(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a condition gave, part by part, with the events that made it true."""

    condition: c.Condition
    holds: bool | None
    parts: tuple["Explanation", ...] = ()
    evidence: tuple[Evidence, ...] = ()


def holds(condition: c.Condition, situation: Situation) -> bool | None:
    """Whether the condition is true in the situation; None: not known."""
    return _JUDGES[type(condition)](condition, situation)


def explain(condition: c.Condition, situation: Situation) -> Explanation:
    """The condition's answer with the answers of its parts."""
    parts: tuple[c.Condition, ...] = ()
    if isinstance(condition, c.All | c.AnyOf):
        parts = condition.parts
    elif isinstance(condition, c.Not):
        parts = (condition.part,)
    answer = holds(condition, situation)
    return Explanation(
        condition=condition,
        holds=answer,
        parts=tuple(explain(part, situation) for part in parts),
        evidence=evidence(condition, situation) if answer and not parts else (),
    )


def missing(condition: c.Condition, situation: Situation) -> tuple[c.Condition, ...]:
    """What must become true for the condition to be: of several that must all hold, those that do not yet."""
    if isinstance(condition, c.All):
        return tuple(each for part in condition.parts for each in missing(part, situation))
    return () if holds(condition, situation) else (condition,)


def evidence(condition: c.Condition, situation: Situation) -> tuple[Evidence, ...]:
    """The events that make a true condition true, ascending: what was said, what happened."""
    if isinstance(condition, c.All | c.AnyOf):
        found = {each for part in condition.parts if holds(part, situation) for each in evidence(part, situation)}
        return tuple(sorted(found, key=lambda each: (each.t, each.key)))
    return tuple(Evidence(t, key) for t, key in _source(condition, situation))


def _source(condition: c.Condition, situation: Situation) -> Iterable[Entry]:
    profile = situation.profile
    source: Any = None
    match condition:
        case c.Happened(times=times):
            return situation.entries(trackers_of(condition)[0])[-times:]
        case c.TraitIs(trait) | c.TraitMatches(trait) | c.TraitInList(trait) | c.Found(trait) | c.Known(trait):
            source = profile.traits.get(trait)
        case c.Region():
            source = profile.traits.get("region")
        case c.Answered(question) | c.AnsweredNumber(question) | c.AnswerBefore(question):
            source = profile.told.get(question)
        case c.Subscribed(mailing):
            return ((word.t, word.key) for word in profile.words(mailing))
        case c.PeopleOfAccount():
            return _acts_of_people(condition, situation)
        case c.Account("is_client"):
            source = profile.traits.get(IS_CLIENT)
        case c.Bant(about):
            source = profile.bant.get(about)
        case c.ChannelIs():
            source = profile.last_touch
    return () if source is None else ((source.t, source.key),)


def _all(condition: c.All, situation: Situation) -> bool | None:
    known = True
    for part in condition.parts:
        answer = holds(part, situation)
        if answer is False:
            return False
        known = known and answer is not None
    return True if known else None


def _any(condition: c.AnyOf, situation: Situation) -> bool | None:
    known = True
    for part in condition.parts:
        answer = holds(part, situation)
        if answer:
            return True
        known = known and answer is not None
    return False if known else None


def _not(condition: c.Not, situation: Situation) -> bool | None:
    answer = holds(condition.part, situation)
    return None if answer is None else not answer


def _known(condition: c.Known, situation: Situation) -> bool:
    return situation.profile.value(condition.trait) is not None


def _trait(condition: c.TraitIs, situation: Situation) -> bool | None:
    fact = situation.profile.traits.get(condition.trait)
    return None if fact is None else is_wanted(condition.wanted, fact.value, fact.text)


def _matches(condition: c.TraitMatches, situation: Situation) -> bool | None:
    text = _text(condition.trait, situation)
    return None if text is None else any(f" {wanted} " in f" {text} " for wanted in condition.texts)


def _in_list(condition: c.TraitInList, situation: Situation) -> bool | None:
    text = _text(condition.trait, situation)
    return None if text is None else text in situation.agreement.lists[condition.list]


def _text(trait: str, situation: Situation) -> str | None:
    fact = situation.profile.traits.get(trait)
    return None if fact is None else fact.text


def _found(condition: c.Found, situation: Situation) -> bool | None:
    code = situation.profile.found(condition.trait).get(condition.facet)
    return None if code is None else str(code).casefold() in condition.codes


def _region(condition: c.Region, situation: Situation) -> bool | None:
    code = situation.profile.value("region")
    return code.casefold() in condition.codes if isinstance(code, str) else None


def _answered(condition: c.Answered, situation: Situation) -> bool | None:
    told = situation.profile.told.get(condition.question)
    if told is None or not told.codes:
        return None
    return any(_normal_code(code) in condition.codes for code in told.codes)


def _answered_number(condition: c.AnsweredNumber, situation: Situation) -> bool | None:
    told = situation.profile.told.get(condition.question)
    codes = map(_normal_code, told.codes if told else ())
    numbers = [float(code) for code in codes if NUMBER.fullmatch(code)]
    return any(map(_within(condition), numbers)) if numbers else None


def _within(condition: c.AnsweredNumber) -> Callable[[float], bool]:
    low, high = condition.at_least, condition.at_most
    return lambda number: (low is None or number >= low) and (high is None or number <= high)


_normal_code = lru_cache(maxsize=4096)(answer_code)


def _channel(condition: c.ChannelIs, situation: Situation) -> bool | None:
    channel = situation.profile.channel
    return None if channel is None else channel in condition.channels


def _hours(condition: c.Hours, situation: Situation) -> bool:
    zone = ZoneInfo(situation.agreement.runs.time_zone)
    local = (_EPOCH + timedelta(microseconds=situation.at)).astimezone(zone)
    minute = local.hour * 60 + local.minute
    if condition.start < condition.end:
        return condition.start <= minute < condition.end
    return minute >= condition.start or minute < condition.end


def _happened(condition: c.Happened, situation: Situation) -> bool:
    entries = situation.entries(trackers_of(condition)[0])
    if len(entries) < condition.times:
        return False
    return condition.within is None or entries[-condition.times][0] > situation.at - condition.within


def _none_of(condition: c.NoneOf, situation: Situation) -> bool | None:
    if situation.captured_at is None:
        return None
    since = situation.at - condition.span
    if situation.captured_at > since:
        return False
    return not any(t > since for tracker in trackers_of(condition) for t, _ in situation.entries(tracker))


def _pass_mark(condition: c.PassMarkReached, situation: Situation) -> bool | None:
    score = situation.score
    return None if score is None else score.total >= situation.agreement.ready.pass_mark.current


def _points(condition: c.PointsReach, situation: Situation) -> bool | None:
    if (score := situation.score) is None:
        return None
    amount = score.total if condition.of == "score" else getattr(score, condition.of)
    return (condition.at_least is None or amount >= condition.at_least) and (
        condition.at_most is None or amount <= condition.at_most
    )


def _grade(condition: c.GradeIs, situation: Situation) -> bool | None:
    return None if situation.score is None else situation.score.grade in condition.letters


def _answer_before(condition: c.AnswerBefore, situation: Situation) -> bool | None:
    told = situation.profile.told.get(condition.question)
    time = None if told is None else named_time(told.codes, told.t)
    return None if time is None else time < situation.at + condition.before


def _subscribed(condition: c.Subscribed, situation: Situation) -> bool | None:
    """One key's word never speaks for another: a refusal stands until the same key takes it back."""
    words = situation.profile.words(condition.mailing)
    return all(word.wants for word in words) if words else None


def _bant(condition: c.Bant, situation: Situation) -> bool | None:
    noted = situation.profile.bant.get(condition.about)
    state = UNKNOWN if noted is None else noted.state
    return True if state in condition.states else None if state == UNKNOWN else False


def _account(condition: c.Account, situation: Situation) -> bool | None:
    """A source's own word on whether the account is a client counts, whoever bought."""
    told = situation.profile.value(IS_CLIENT)
    if condition.fact == "is_client" and isinstance(told, bool):
        return told
    if situation.colleagues is None:
        return None
    return any(getattr(each, condition.fact) for each in situation.colleagues)


def _people(condition: c.PeopleOfAccount, situation: Situation) -> bool | None:
    """Of a colleague whose acts of this kind nobody kept, it is not known whether it did one."""
    if situation.colleagues is None:
        return None
    if len(_acts_of_people(condition, situation)) >= condition.people:
        return True
    return False if all(act_name(condition.pattern) in each.acts for each in situation.colleagues) else None


def _acts_of_people(condition: c.PeopleOfAccount, situation: Situation) -> list[Entry]:
    """The newest act of each person of the account that fits, in the time asked about, ascending."""
    name = act_name(condition.pattern)
    acts = [each.acts.get(name) for each in situation.colleagues or ()]
    acts += situation.entries(trackers_of(condition)[0])
    since = None if condition.within is None else situation.at - condition.within
    return sorted(act for act in acts if act and act[0] <= situation.at and (since is None or act[0] > since))


_JUDGES: dict[type, Callable[[Any, Situation], bool | None]] = {
    c.All: _all,
    c.AnyOf: _any,
    c.Not: _not,
    c.Known: _known,
    c.TraitIs: _trait,
    c.TraitMatches: _matches,
    c.TraitInList: _in_list,
    c.Found: _found,
    c.Region: _region,
    c.Answered: _answered,
    c.AnsweredNumber: _answered_number,
    c.ChannelIs: _channel,
    c.Hours: _hours,
    c.Happened: _happened,
    c.NoneOf: _none_of,
    c.PassMarkReached: _pass_mark,
    c.PointsReach: _points,
    c.GradeIs: _grade,
    c.AnswerBefore: _answer_before,
    c.Subscribed: _subscribed,
    c.Bant: _bant,
    c.PeopleOfAccount: _people,
    c.Account: _account,
}
