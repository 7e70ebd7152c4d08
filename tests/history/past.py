"""Agreements and histories that Hypothesis makes."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from hypothesis import strategies as st
from msgspec.structs import replace

from pomona.domain import bant
from pomona.domain.account import IS_CLIENT
from pomona.domain.agreement import Agreement
from pomona.domain.agreement import conditions as c
from pomona.domain.agreement.bands import Band
from pomona.domain.agreement.values import BandRule, Grade, HitRule, NamedCondition, PassMark, Runs, StateRule
from pomona.domain.event import DAY, HOUR, MINUTE, By, Event
from tests.domain.facts import NOW, agreement, fact

SPAN = 8 * DAY
CHANGE = 5 * DAY + 22 * HOUR + 30 * MINUTE
"""After NOW the clocks of New York are put forward, from 2:00 to 3:00."""
NAMES = ["page", "content downloaded", "unsubscribed"]
WORDS = ["A", "a", "d-e", "d e f", "5", "-7.25", "RU-TA", "ß", "it's", "***", ""]
VALUES: list[Any] = [*WORDS, 5, 7.5, 10**400, 0, True, False, None, [1], {"x": 1}]
TRAITS = ["email", "job_title", "company.employees", "region", IS_CLIENT]
QUESTIONS = ["timeline", "product"]
CODES = ["now", "This Quarter", "later", "2026-03-05", "2d", "12", "-3.5", "1e3", "5 "]
PATHS = ["/", "/pricing", "/pricing/pumps", "/50%_!x"]
CHANNELS = ["direct", "email", "phone"]
LISTS = {"rivals": frozenset({"a", "d e"}), "nobody": frozenset[str]()}


def _event(t: int, name: str, by: By, path: str | None, rest: dict[str, Any]) -> Event:
    return fact(name, NOW + t, by=by, path=path, **{part: value for part, value in rest.items() if value is not None})


def _some(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


TIMES = (
    st.integers(0, SPAN // HOUR).map(lambda hour: hour * HOUR)
    | st.integers(0, 8).map(lambda day: day * DAY)
    | st.sampled_from([CHANGE - 1, CHANGE])
)
MOMENTS = st.integers(-DAY, SPAN + DAY) | st.sampled_from([CHANGE - 1, CHANGE])
"""After NOW, at which leads are judged."""
ACTS = st.builds(
    _event,
    TIMES,
    st.sampled_from(["page", "page", "Content  Downloaded", "unsubscribed", "other"]),
    st.sampled_from([By.PERSON, By.PERSON, By.PERSON, By.MACHINE, By.SELLER, By.POMONA]),
    _some(st.sampled_from(PATHS)),
    st.fixed_dictionaries(
        {
            "properties": _some(st.dictionaries(st.sampled_from(["content", "pages"]), st.sampled_from(VALUES))),
            "traits": _some(st.dictionaries(st.sampled_from(TRAITS), st.sampled_from(VALUES))),
            "found": _some(
                st.dictionaries(
                    st.sampled_from(TRAITS),
                    st.dictionaries(st.sampled_from(["kind", "seniority"]), st.sampled_from(["Head", True, None])),
                )
            ),
            "answers": _some(
                st.dictionaries(
                    st.sampled_from(QUESTIONS),
                    st.lists(st.sampled_from([*CODES, None]), max_size=2) | st.sampled_from([*CODES, None]),
                    min_size=1,
                )
            ),
            "campaign": _some(st.sampled_from(["Spring-Ebook", "spring", "STRASSE"])),
            "channel": _some(st.sampled_from(CHANNELS)),
        }
    ),
)
SAID = st.builds(
    _event,
    TIMES,
    st.sampled_from(["subscribed", "unsubscribed", "qualification noted"]),
    st.sampled_from([By.PERSON, By.SELLER, By.SELLER, By.MACHINE, By.POMONA]),
    st.none(),
    st.fixed_dictionaries(
        {
            "subject": st.sampled_from([b"e1", b"i2"]),
            "properties": st.fixed_dictionaries(
                {},
                optional={
                    "list": st.sampled_from(["News", "news", "offers", 5]),
                    "criterion": st.sampled_from([*bant.CRITERIA, "Need", "mood"]),
                    "state": st.sampled_from(["unknown", "denied", "partly", "Confirmed", 1]),
                },
            ),
        }
    ),
)
"""Words about mailings, and notes."""
EVENTS = st.lists(
    ACTS | ACTS | ACTS | SAID,
    min_size=6,
    max_size=14,
)


class Past(NamedTuple):
    """One lead: its facts, when it was captured and when its cycle began; its account, since when it has bought and
    has an owner."""

    events: list[Event]
    captured_at: int | None
    cycle_from: int
    account: str | None = None
    client_since: int | None = None
    owned_since: int | None = None


LEAD_TABLE = """
    CREATE TABLE lead
    (lead BIGINT, captured_at BIGINT, cycle_from BIGINT, account VARCHAR, client_since BIGINT, owned_since BIGINT)
"""
"""The columns of a `Past` but its facts."""

LEADS = st.lists(
    st.builds(
        Past,
        EVENTS,
        st.sampled_from([None, NOW - DAY, NOW - DAY, NOW, NOW + DAY, NOW + 3 * DAY]),
        st.sampled_from([0, 0, 0, NOW + 2, NOW + DAY]),
        st.sampled_from(["works", "works", "works", "mill", None]),
        st.sampled_from([None, None, NOW + 5 * DAY + 1]),
        st.sampled_from([None, None, NOW + 2 * DAY]),
    ),
    min_size=3,
    max_size=5,
)

SPANS = st.sampled_from([HOUR, DAY, 3 * DAY, 40 * DAY])
SCALARS = st.sampled_from(["a", "d e", "5", "ß", "ss", 5, 7.5, -7.25, True, False])
ENDS = st.sampled_from([0, 5, 7.5, -7.25, 100])
WANTED = (
    st.builds(lambda values: c.Wanted(values=tuple(values)), st.lists(SCALARS, min_size=1, max_size=3))
    | st.builds(lambda end: c.Wanted(at_least=end), ENDS)
    | st.builds(lambda low, high: c.Wanted(at_least=low, at_most=high), ENDS, ENDS)
)
PATTERNS = st.builds(
    c.Pattern,
    st.sampled_from([c.ANY, *NAMES]),
    path=_some(st.sampled_from(["/", "/pricing*", "*pumps", "/50%_!*", "/*c*g*"])),
    campaign=_some(st.sampled_from(["spring*", "STRASSE", "*ebook"])),
    channels=st.lists(st.sampled_from(CHANNELS), max_size=2).map(tuple),
    properties=st.dictionaries(st.sampled_from(["content", "pages"]), WANTED, max_size=1).map(
        lambda asked: tuple(sorted(asked.items()))
    ),
)
NAMED = st.builds(c.Pattern, st.sampled_from([c.ANY, c.ANY, "page", *NAMES]))
SIMPLE = NAMED | NAMED | PATTERNS
HAPPENED = st.builds(
    c.Happened,
    SIMPLE,
    times=st.integers(1, 3),
    within=_some(SPANS),
    different=_some(st.sampled_from(["content", "pages"])),
)
CLOCK = st.sampled_from([0, 120, 180, 450, 510, 570, 630, 1_230])
"""Minutes of a day, most of them such at which events happen in some zone, or its clocks are put forward."""
STATES_WANTED = st.sampled_from([("confirmed",), ("partly", "confirmed"), ("unknown", "denied")])
TOLD = [
    st.builds(c.Known, st.sampled_from(TRAITS)),
    st.builds(c.TraitIs, st.sampled_from(TRAITS), WANTED),
    st.builds(
        c.TraitMatches, st.sampled_from(TRAITS), st.lists(st.sampled_from(["a", "d e", "e"]), min_size=1).map(tuple)
    ),
    st.builds(c.TraitInList, st.sampled_from(TRAITS), st.sampled_from(sorted(LISTS))),
    st.builds(c.Found, st.sampled_from(TRAITS), st.sampled_from(["kind", "seniority"]), st.just(("head", "true"))),
    st.builds(c.Region, st.just(("ru-ta", "ss"))),
    st.builds(c.Answered, st.sampled_from(QUESTIONS), st.sampled_from([("now",), ("this quarter", "later")])),
    st.builds(c.AnsweredNumber, st.sampled_from(QUESTIONS), st.sampled_from([None, -4.0, 12.0]), st.just(40.0)),
    st.builds(c.ChannelIs, st.lists(st.sampled_from(CHANNELS), min_size=1).map(tuple)),
    st.builds(c.AnswerBefore, st.sampled_from(QUESTIONS), SPANS),
    st.builds(c.Bant, st.sampled_from(bant.CRITERIA), STATES_WANTED),
    st.just(c.Account("is_client")),
    st.just(c.Account("has_owner")),
]
"""Each kind of condition about who the lead is and what it told."""
DONE = [
    HAPPENED,
    HAPPENED,
    st.builds(c.NoneOf, st.lists(SIMPLE, min_size=1, max_size=2).map(tuple), SPANS),
    st.builds(c.Hours, CLOCK, CLOCK),
    st.builds(c.PeopleOfAccount, st.integers(1, 3), SIMPLE, _some(SPANS)),
    st.builds(c.Subscribed, st.sampled_from(["news", "offers"])),
]
"""Each kind of condition about what it did, and when it is asked."""
FACTS = st.one_of(TOLD)
DEEDS = st.one_of(*TOLD, *DONE)
POINTS = st.sampled_from([-4_000, 0, 1, 2_500, 10_000, 25_000])
MARKS = st.sampled_from([0, 5_000, 20_000])
SCORED = (
    DEEDS
    | st.just(c.PassMarkReached())
    | st.builds(c.PointsReach, st.sampled_from(["score", "fit", "interest", "answers"]), at_least=MARKS)
    | st.builds(c.PointsReach, st.sampled_from(["fit", "interest"]), at_least=MARKS, at_most=MARKS)
    | st.builds(c.GradeIs, st.sampled_from([("A",), ("B", "C")]))
)


def joined(leaves: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Conditions of these, joined by all, any and not."""
    return st.recursive(
        leaves,
        lambda parts: (
            st.builds(lambda each: c.All(tuple(each)), st.lists(parts, min_size=1, max_size=3))
            | st.builds(lambda each: c.AnyOf(tuple(each)), st.lists(parts, min_size=1, max_size=3))
            | st.builds(c.Not, parts)
        ),
        max_leaves=4,
    )


STATES = st.builds(StateRule, name=st.just("state"), when=joined(DEEDS), points=POINTS)
BANDS = st.builds(
    BandRule,
    name=st.just("band"),
    trait=st.sampled_from(TRAITS),
    bands=st.lists(
        st.builds(Band, points=POINTS, low=_some(ENDS), high=_some(ENDS))
        | st.builds(Band, points=POINTS, value=st.sampled_from(["a", "d e", "5"])),
        min_size=1,
        max_size=3,
    ).map(tuple),
)
HITS = st.builds(
    HitRule,
    name=st.just("hit"),
    when=st.builds(c.Happened, SIMPLE),
    points=st.sampled_from([-4_000, 1, 2_500, 10_000]),
    keep=st.integers(1, 4),
    half_life=st.sampled_from([DAY, 14 * DAY, None]),
)
HIT_KINDS: list[dict[str, Any]] = [
    {},
    {},
    {"once": True},
    {"once_per": "content"},
    {"once_per_time": DAY},
    {"once_per_time": 5 * HOUR},
]


def _told_apart(draw: st.DrawFn, kinds: Sequence[st.SearchStrategy[Any]]) -> Iterable[StateRule]:
    """A rule for a condition of each kind, with points of which no sum of others is made."""
    return [StateRule(name=f"rule {n}", when=draw(kind), points=2**n) for n, kind in enumerate(kinds)]


RUNS = st.sampled_from(
    [Runs(), Runs(time_zone="Europe/Berlin", offset=HOUR), Runs(time_zone="America/New_York", offset=-5 * HOUR)]
)


@st.composite
def agreements(draw: st.DrawFn) -> Agreement:
    """An agreement with every kind of rule and condition, also where it could not be written down."""
    base = agreement("{}")
    mark = draw(MARKS)
    ready = replace(
        base.ready,
        captured=draw(joined(FACTS)),
        never=tuple(
            NamedCondition(name=f"never {n}", when=each)
            for n, each in enumerate(draw(st.lists(joined(DEEDS), max_size=2)))
        ),
        fit=(*_told_apart(draw, TOLD), draw(BANDS)),
        interest=(*(replace(draw(HITS), **kind) for kind in HIT_KINDS), draw(STATES)),
        answers=tuple(_told_apart(draw, [*DONE, *map(joined, [DEEDS, DEEDS])])),
        pass_mark=PassMark(start=mark, min=mark, max=mark),
        grades=(Grade(letter="A", at_least=30_000), Grade(letter="B", at_least=None), Grade(letter="C", at_least=-1)),
        mql=draw(joined(SCORED)),
    )
    return replace(base, ready=ready, runs=draw(RUNS), lists=LISTS)
