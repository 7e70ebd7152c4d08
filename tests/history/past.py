"""Agreements and histories that Hypothesis makes, and what the fold says of them."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from hypothesis import strategies as st
from msgspec.structs import replace

from pomona.domain.account import IS_CLIENT, Colleague, is_of_account, newest_acts, told_of_account
from pomona.domain.agreement import Agreement
from pomona.domain.agreement import conditions as c
from pomona.domain.agreement.bands import Band
from pomona.domain.agreement.values import BandRule, Grade, HitRule, NamedCondition, PassMark, Runs, StateRule
from pomona.domain.event import DAY, HOUR, By, Event
from pomona.domain.profile import EMPTY_PROFILE, observe
from pomona.domain.ripeness import is_barred, is_captured, is_ripe
from pomona.domain.scoring import EMPTY_TALLY, count, situation_of
from tests.domain.facts import NOW, agreement, fact

SPAN = 8 * DAY
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


TIMES = st.integers(0, SPAN // HOUR).map(lambda hour: hour * HOUR) | st.integers(0, 8).map(lambda day: day * DAY)
ACTS = st.builds(
    _event,
    TIMES,
    st.sampled_from(["page", "page", "Content  Downloaded", "unsubscribed", "other"]),
    st.sampled_from([By.PERSON, By.PERSON, By.PERSON, By.MACHINE, By.SELLER]),
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
    st.sampled_from([By.PERSON, By.SELLER, By.SELLER, By.MACHINE]),
    st.none(),
    st.fixed_dictionaries(
        {
            "subject": st.sampled_from([b"e1", b"i2"]),
            "properties": st.fixed_dictionaries(
                {},
                optional={
                    "list": st.sampled_from(["News", "news", "offers", 5]),
                    "criterion": st.sampled_from(["need", "Need", "mood"]),
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
CLOCK = st.sampled_from([0, 450, 510, 570, 630, 1_230])
"""Minutes of a day, most of them such at which events happen in either zone."""
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
    st.builds(
        c.Bant, st.just("need"), st.sampled_from([("confirmed",), ("partly", "confirmed"), ("unknown", "denied")])
    ),
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
    runs = draw(st.sampled_from([Runs(), Runs(time_zone="Europe/Berlin", offset=HOUR)]))
    return replace(base, ready=ready, runs=runs, lists=LISTS)


class Judged(NamedTuple):
    """What is said of a lead at a moment, in the order of `emit.JUDGED`."""

    lead: int
    moment: int
    fit: int
    interest: int
    answers: int
    score: int
    grade: str | None
    captured: bool
    barred: str | None
    ripe: bool | None


def others_of(lead: int, leads: Sequence[Past]) -> list[Past] | None:
    """The rest of the lead's account; None: it has none."""
    account = leads[lead].account
    return None if account is None else [each for n, each in enumerate(leads) if n != lead and each.account == account]


def _colleague(terms: Agreement, past: Past, at: int) -> Colleague:
    events = [event for event in past.events if event.t <= at]
    return Colleague(
        traits=told_of_account(observe(EMPTY_PROFILE, events)),
        is_client=past.client_since is not None and past.client_since <= at,
        has_owner=past.owned_since is not None and past.owned_since <= at,
        acts=newest_acts([each.pattern for each in terms.people], {}, events, cycle_from=past.cycle_from),
    )


def folded(
    terms: Agreement, lead: int, past: Past, at: int, others: Iterable[Past] | None = None
) -> tuple[Judged, int]:
    """What the fold says of a lead at a moment, the `others` being of its account, and how many of the hits that count
    fade."""
    events = [event for event in past.events if event.t <= at]
    profile = observe(EMPTY_PROFILE, events)
    tally = count(terms, EMPTY_TALLY, events, cycle_from=past.cycle_from)
    colleagues = None if others is None else tuple(_colleague(terms, each, at) for each in others)
    situation = situation_of(terms, profile, tally, at=at, captured_at=past.captured_at, colleagues=colleagues)
    score = situation.score
    assert score is not None
    judged = Judged(
        lead,
        at,
        score.fit,
        score.interest,
        score.answers,
        score.total,
        score.grade,
        is_captured(terms, profile, at=at),
        is_barred(terms, situation),
        is_ripe(terms, situation).ripe,
    )
    return judged, sum(len(points.hits) for points in score.points if points.fading)


def at_moment(terms: Agreement, leads: Sequence[Past], at: int) -> list[tuple[Judged, int]]:
    """What the fold says of each lead at a moment."""
    return [folded(terms, lead, past, at, others_of(lead, leads)) for lead, past in enumerate(leads)]


def at_events(terms: Agreement, leads: Sequence[Past]) -> list[tuple[Judged, int]]:
    """What the fold says of each lead at the times since it was captured of its facts and of what its colleagues do,
    tell and become that is asked about."""
    asked = _asked_of_account(terms)
    found = []
    for lead, past in enumerate(leads):
        others = others_of(lead, leads)
        times = {event.t for event in past.events} | {t for each in others or () for t in _of_account(asked, each)}
        since = times if past.captured_at is None else {t for t in times if t >= past.captured_at}
        found += [folded(terms, lead, past, t, others) for t in sorted(since) if past.captured_at is not None]
    return found


def _asked_of_account(terms: Agreement) -> set[Any]:
    """The traits, patterns and facts of an account that scores and ripeness depend on."""
    rules = [rule for _, rule in terms.rules]
    conditions = [rule.when for rule in rules if isinstance(rule, StateRule) and rule.points]
    conditions += [*(each.when for each in terms.ready.never), terms.ready.mql]
    asked: set[Any] = {rule.trait for rule in rules if isinstance(rule, BandRule)}
    for leaf in (leaf for condition in conditions for leaf in c.leaves(condition)):
        match leaf:
            case c.Known(trait) | c.TraitIs(trait) | c.TraitMatches(trait) | c.TraitInList(trait) | c.Found(trait):
                asked.add(trait)
            case c.PeopleOfAccount(_, pattern):
                asked.add(pattern)
            case c.Account(kind):
                asked |= {kind, IS_CLIENT} if kind == "is_client" else {kind}
    return {each for each in asked if not isinstance(each, str) or is_of_account(each) or each in _ACCOUNT_FACTS}


_ACCOUNT_FACTS = ("is_client", "has_owner")


def _of_account(asked: set[Any], past: Past) -> Iterable[int]:
    """The times at which a lead does, tells or becomes what its colleagues are asked about."""
    patterns = [each for each in asked if isinstance(each, c.Pattern)]
    for event in past.events:
        acts = newest_acts(patterns, {}, [event], cycle_from=past.cycle_from)
        if any(acts.values()) or asked & observe(EMPTY_PROFILE, [event]).traits.keys():
            yield event.t
    became = zip(_ACCOUNT_FACTS, (past.client_since, past.owned_since), strict=True)
    yield from (t for name, t in became if name in asked and t is not None)


def asked(engine: Any, query: str) -> list[Judged]:
    """What an engine answers, in the order of leads and moments. A lead not known to be captured is not."""
    rows = engine.execute(f"SELECT * FROM ({query}) AS judged ORDER BY lead, moment").fetchall()
    judged = (Judged(*row) for row in rows)
    return [each._replace(captured=each.captured is True) for each in judged]


def first_times(judged: Iterable[Judged]) -> dict[int, int]:
    """The first moment at which each lead was ripe."""
    first: dict[int, int] = {}
    for each in judged:
        if each.captured and each.ripe:
            first.setdefault(each.lead, each.moment)
    return first


def agree(found: Sequence[Judged], expected: Sequence[tuple[Judged, int]]) -> None:
    """Equal; points may differ by a thousandth for each hit that fades, and what follows from points with them."""
    assert [each[:2] for each in found] == [each[:2] for each, _ in expected]
    for sql, (fold, fading) in zip(found, expected, strict=True):
        if sql != fold:
            assert 0 < abs(sql.score - fold.score) <= fading
            assert (sql.fit, sql.answers, sql.captured) == (fold.fit, fold.answers, fold.captured)
