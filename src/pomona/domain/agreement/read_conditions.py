"""Reading conditions: one mapping each, known by the keyword it begins with."""

import re
from collections.abc import Callable, Collection, Mapping

from pomona.domain import bant
from pomona.domain.agreement.conditions import (
    ANY,
    Account,
    All,
    AnswerBefore,
    Answered,
    AnsweredNumber,
    AnyOf,
    Bant,
    ChannelIs,
    Condition,
    Found,
    GradeIs,
    Happened,
    Hours,
    Known,
    NoneOf,
    Not,
    PassMarkReached,
    Pattern,
    PeopleOfAccount,
    PointsReach,
    Region,
    Subscribed,
    TraitInList,
    TraitIs,
    TraitMatches,
    Wanted,
)
from pomona.domain.agreement.nodes import LARGEST, Node, attempt_each
from pomona.domain.text import answer_code

DEEPEST = 12
MOST_TIMES = 100
GRADES = ("A", "B", "C", "D")

PROFILE = ("known", "trait", "region", "answer", "channel", "account")
"""Conditions about who the lead is and what it told."""
BEHAVIOUR = (*PROFILE, "event", "none_of", "people_of_account", "subscribed")
"""Conditions about what it did as well."""
RIPENESS = (*BEHAVIOUR, "score", "fit", "interest", "answers", "grade", "bant")
"""Conditions about its points as well."""
EVERYTHING = (*RIPENESS, "hours")
"""Conditions about the moment as well: for steps 2 to 4."""

TRAIT_TESTS = ("is", "in", "in_list", "at_least", "at_most", "matches", "known", "kind", "seniority", "region")
ANSWER_TESTS = ("is", "in", "at_least", "at_most", "before")
PATTERN_WORDS = ("path", "campaign", "channel")
EVENT_WORDS = (*PATTERN_WORDS, "within", "times", "different")
PASSING_TOGETHER = ("grade", "region", "channel", "hours")
_HOURS = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)-([01]?\d|2[0-4]):([0-5]\d)")


def read_condition(node: Node, allowed: Collection[str], depth: int = 0) -> Condition:
    """The condition of this piece; `allowed` are the keywords that fit the place."""
    if depth > DEEPEST:
        node.refuse("too_deep", most=DEEPEST)
    if not isinstance(node.value, dict):
        node.refuse("wrong_type", expected=("условие", "a condition"))
    if joins := [keyword for keyword in ("all", "any", "not") if keyword in node.value]:
        return _joined(node.fields(joins[:1])[joins[0]], joins[0], allowed, depth)
    head = next((keyword for keyword in READERS if keyword in node.value), None)
    if head is None:
        node.refuse("not_a_condition", known=", ".join(("all", "any", "not", *allowed)))
    if head not in allowed:
        node.refuse("wrong_place", keyword=head, known=", ".join(allowed))
    return READERS[head](node)


def _joined(node: Node, join: str, allowed: Collection[str], depth: int) -> Condition:
    if join == "not":
        return Not(read_condition(node, allowed, depth + 1))
    parts = attempt_each(node.items(), lambda part: read_condition(part, allowed, depth + 1))
    return All(parts) if join == "all" else AnyOf(parts)


def _known(node: Node) -> Condition:
    return Known(node.fields(("known",))["known"].text())


def _trait(node: Node) -> Condition:
    fields = node.fields(("trait", *TRAIT_TESTS))
    trait = fields.pop("trait").text()
    if fields.keys() == {"at_least", "at_most"}:
        return TraitIs(trait, _range(fields))
    if len(fields) != 1:
        node.refuse("one_of_them", known=", ".join(TRAIT_TESTS))
    return _trait_test(trait, *fields.popitem())


def _trait_test(trait: str, test: str, node: Node) -> Condition:
    match test:
        case "in_list":
            return TraitInList(trait, _list_name(node))
        case "matches":
            return TraitMatches(trait, tuple(each.normal() for each in node.one_or_more()))
        case "known":
            return Known(trait) if node.true() else Not(Known(trait))
        case "is" | "in":
            return TraitIs(trait, _one_of(node))
        case "at_least" | "at_most":
            return TraitIs(trait, _range({test: node}))
    return Found(trait, test, _codes(node))


def _list_name(node: Node) -> str:
    name = node.text()
    if name not in node.notes.lists:
        node.refuse("unknown_list", name=name)
    return name


def _codes(node: Node) -> tuple[str, ...]:
    return tuple(text.casefold() for text in node.texts())


def _one_of(node: Node) -> Wanted:
    return Wanted(values=tuple(each.scalar() for each in node.one_or_more()))


def _wanted(node: Node) -> Wanted:
    """A value, a list of values, or a range `{at_least: 3, at_most: 5}`."""
    if not isinstance(node.value, dict):
        return _one_of(node)
    fields = node.fields(("at_least", "at_most"))
    if not fields:
        node.refuse("empty")
    return _range(fields)


def _range(ends: Mapping[str, Node]) -> Wanted:
    made = {end: node.number(-LARGEST, LARGEST) for end, node in ends.items()}
    return Wanted(at_least=made.get("at_least"), at_most=made.get("at_most"))


def _answer(node: Node) -> Condition:
    fields = node.fields(("answer", *ANSWER_TESTS), required=("answer",))
    question, tests = fields.pop("answer").text(), fields
    if tests and tests.keys() <= {"at_least", "at_most"}:
        wanted = _range(tests)
        return AnsweredNumber(question, wanted.at_least, wanted.at_most)
    if len(tests) != 1:
        node.refuse("one_of_them", known=", ".join(ANSWER_TESTS))
    test, value = tests.popitem()
    if test == "before":
        return AnswerBefore(question, value.elapsed())
    return Answered(question, tuple(_answer_code(each) for each in value.one_or_more()))


def _answer_code(node: Node) -> str:
    node.normal()
    return answer_code(node.text())


def _passing(node: Node) -> Condition:
    """Grade, region, channel and hours may stand side by side; then all of them must hold."""
    fields = node.fields(PASSING_TOGETHER)
    parts = tuple(_PASSING[keyword](part) for keyword, part in fields.items())
    return parts[0] if len(parts) == 1 else All(parts)


def _grade(node: Node) -> Condition:
    return GradeIs(tuple(each.word(GRADES) for each in node.one_or_more()))


def _hours(node: Node) -> Condition:
    match = _HOURS.fullmatch(node.text())
    if match is None:
        node.refuse("not_hours", value=node.shown)
    start, end = int(match[1]) * 60 + int(match[2]), int(match[3]) * 60 + int(match[4])
    if end > 24 * 60 or start == end:
        node.refuse("not_hours", value=node.shown)
    return Hours(start, end)


_PASSING: dict[str, Callable[[Node], Condition]] = {
    "grade": _grade,
    "region": lambda node: Region(_codes(node)),
    "channel": lambda node: ChannelIs(_codes(node)),
    "hours": _hours,
}


def _score(node: Node) -> Condition:
    part = node.fields(("score",))["score"]
    if part.value == "pass_mark":
        return PassMarkReached()
    return _points(node)


def _points(node: Node) -> Condition:
    sections = ("score", "fit", "interest", "answers")
    fields = node.fields(sections)
    if len(fields) != 1:
        node.refuse("several_conditions", keywords=", ".join(fields))
    section, part = fields.popitem()
    ends = part.fields(("at_least", "at_most"))
    if not ends:
        part.refuse("empty")
    return PointsReach(of=section, **{end: each.thousandths() for end, each in ends.items()})  # type: ignore[arg-type]


def read_pattern(node: Node, words: Collection[str] = ()) -> Pattern:
    """Which events are meant. Keywords but `words` and the known ones are properties of the event."""
    fields = dict(node.entries())
    if "event" not in fields:
        node.refuse("missing", keyword="event")
    return Pattern(
        name=fields["event"].normal(),
        path=fields["path"].text() if "path" in fields else None,
        campaign=fields["campaign"].text() if "campaign" in fields else None,
        channels=_codes(fields["channel"]) if "channel" in fields else (),
        properties=tuple(
            (keyword, _wanted(part))
            for keyword, part in sorted(fields.items())
            if keyword not in ("event", *PATTERN_WORDS, *words)
        ),
    )


def _event(node: Node) -> Condition:
    pattern = read_pattern(node, EVENT_WORDS)
    fields = dict(node.entries())
    if "different" in fields and "times" not in fields:
        node.refuse("missing", keyword="times")
    return Happened(
        pattern=pattern,
        times=fields["times"].whole(1, MOST_TIMES) if "times" in fields else 1,
        within=fields["within"].elapsed() if "within" in fields else None,
        different=fields["different"].text() if "different" in fields else None,
    )


def _none_of(node: Node) -> Condition:
    fields = node.fields(("none_of", "for"), required=("none_of", "for"))
    return NoneOf(attempt_each(fields["none_of"].one_or_more(), read_pattern), fields["for"].elapsed())


def _people_of_account(node: Node) -> Condition:
    fields = dict(node.entries())
    return PeopleOfAccount(
        people=fields["people_of_account"].whole(1, MOST_TIMES),
        pattern=read_pattern(node, ("people_of_account", "within")) if "event" in fields else Pattern(ANY),
        within=fields["within"].elapsed() if "within" in fields else None,
    )


def _subscribed(node: Node) -> Condition:
    return Subscribed(node.fields(("subscribed",))["subscribed"].normal())


def _bant(node: Node) -> Condition:
    fields = node.fields(("bant", "is", "at_least"), required=("bant",))
    about = fields.pop("bant").word(bant.CRITERIA)
    if len(fields) != 1:
        node.refuse("one_of_them", known="is, at_least")
    test, value = fields.popitem()
    if test == "is":
        return Bant(about, tuple(each.word(bant.STATES) for each in value.one_or_more()))
    return Bant(about, bant.STATES[bant.STATES.index(value.word(bant.STATES[1:])) :])


def _account(node: Node) -> Condition:
    fact = node.fields(("account",))["account"].word(("is_client", "has_owner"))
    return Account(fact)  # type: ignore[arg-type]


READERS: dict[str, Callable[[Node], Condition]] = {
    "people_of_account": _people_of_account,
    "none_of": _none_of,
    "event": _event,
    "trait": _trait,
    "answer": _answer,
    "known": _known,
    "subscribed": _subscribed,
    "bant": _bant,
    "account": _account,
    "score": _score,
    "fit": _points,
    "interest": _points,
    "answers": _points,
    "grade": _passing,
    "region": _passing,
    "channel": _passing,
    "hours": _passing,
}
"""Readers by keyword; of several keywords in one mapping the first here begins the condition."""
