"""Linting finds what is certain and nothing else: who can pass, what is never reached, what nobody knows."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pomona.domain.agreement import Agreement, lists_named, read_agreement
from pomona.domain.agreement.findings import REFUSES, TEXTS, Finding, path_in_document
from pomona.domain.agreement.implication import implies
from pomona.domain.agreement.lint import lint, refusing
from pomona.domain.agreement.outcomes import ANYONE, CALLER, FORM_LEAD
from pomona.domain.agreement.reach import reach
from pomona.domain.condition import holds
from pomona.domain.event import DAY, Event
from pomona.domain.profile import EMPTY_PROFILE, observe
from pomona.domain.ripeness import is_captured, is_ripe
from pomona.domain.scoring import EMPTY_TALLY, count, score, situation_of
from pomona.formats.yaml_document import read_yaml
from tests.domain.facts import NOW, agreement, document, fact

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "docs" / "examples" / "agreements"
SHIPPED = [
    *sorted(EXAMPLES.glob("*.yaml")),
    *sorted((ROOT / "src/pomona/demo/agreements").rglob("*.yaml")),
    *sorted((ROOT / "src/pomona/actions/templates").glob("*.yaml")),
]


def found(fragment: str, **known: Any) -> list[tuple[str, str]]:
    return [(finding.code, finding.place) for finding in lint(agreement(fragment), **known)]


def best(ready: str, kind: Any = ANYONE) -> float:
    return reach(agreement(f"ready: {{pass_mark: 10, {ready}}}"), kind).best / 1000


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_what_we_ship_is_clean(path: Path) -> None:
    told = {"timeline", "product", "wish", "need", "budget"}
    assert lint(shipped(path), known_questions=told) == ()


def shipped(path: Path) -> Agreement:
    """An agreement that comes with Pomona, over its house rules if it extends them; the company has all its lists."""
    document = read_yaml(path.read_text().replace("$opens", "2026-01-01").replace("$closes", "2026-03-01"))[0]
    house = shipped(path.with_name(f"default.{path.name.partition('.')[2]}")) if "extends" in document else None
    return read_agreement(document, house=house, lists=dict.fromkeys(lists_named(document), frozenset({"x"})))


OUT_OF_REACH = "ready: {pass_mark: 50, fit: [{name: f, when: {known: email}, points: 49.999}]"

CASES = [
    (OUT_OF_REACH + "}", "nobody_ripens", "ready.pass_mark"),
    (OUT_OF_REACH + ", mql: {any: [{score: pass_mark}, {event: x}]}}", "pass_mark_out_of_reach", "ready.pass_mark"),
    ("ready: {pass_mark: 0, mql: {all: [{score: pass_mark}, {fit: {at_least: 1}}]}}", "mql_unreachable", "ready.mql"),
    (
        "ready: {pass_mark: 0, captured: {trait: company.employees, at_least: 9, at_most: 5}}",
        "nobody_captured",
        "ready.captured",
    ),
    (
        "ready: {pass_mark: 0, captured: {known: email}, "
        "never: [{name: n, when: {any: [{known: email}, {event: x}]}}]}",
        "everybody_barred",
        "ready.never.1",
    ),
    (
        "{covers: [{number: '+7*'}], "
        "ready: {pass_mark: 9, interest: [{name: c, when: {event: call started}, points: 5}]}}",
        "caller_cannot_ripen",
        "ready.pass_mark",
    ),
    (
        "{covers: [{form: f}], ready: {pass_mark: 9, interest: [{name: c, when: {event: call started}, points: 5}]}}",
        "form_lead_cannot_ripen",
        "ready.pass_mark",
    ),
    ("ready: {pass_mark: 0, grades: {A: 1, B: pass_mark}}", "grade_out_of_reach", "ready.grades.A"),
    (
        "{ready: {pass_mark: 0, grades: {A: pass_mark}}, route: [{name: r, when: {grade: B}, to: {team: t}}, "
        "{otherwise: {team: t}}]}",
        "unknown_grade",
        "route.1.when",
    ),
    (
        "{ready: {pass_mark: 0}, route: [{name: a, when: {region: [ru-ta, ru-sam]}, to: {team: t}}, "
        "{name: b, when: {region: RU-TA, hours: '9:00-12:00'}, to: {team: u}}, {otherwise: {team: t}}]}",
        "line_shadowed",
        "route.2",
    ),
    (
        "{ready: {pass_mark: 0, grades: {A: pass_mark}}, respond: {first_contact: [{when: {grade: A}, within: 1h}, "
        "{when: {all: [{grade: A}, {channel: phone}]}, within: 5m}, {otherwise: 1wd}]}}",
        "line_shadowed",
        "respond.first_contact.2",
    ),
    (
        "{ready: {pass_mark: 0}, route: [{name: a, when: {known: email}, to: {team: t}}]}",
        "no_otherwise_in_route",
        "route",
    ),
    (
        "{ready: {pass_mark: 0}, respond: {first_contact: [{when: {channel: phone}, within: 5m}]}}",
        "no_otherwise_in_first_contact",
        "respond.first_contact",
    ),
    (
        "{ready: {pass_mark: 0}, respond: {first_contact: [{otherwise: 1h, remind_at: 60m}]}}",
        "reminder_too_late",
        "respond.first_contact.1.remind_at",
    ),
    (
        "{ready: {pass_mark: 0, returned: {reasons: [later]}}, respond: {first_contact: [{otherwise: 1h}], "
        "next_attempts: {after: [1h], then: {return: never}}}}",
        "unknown_reason",
        "respond.next_attempts.then",
    ),
    ("{ready: {pass_mark: 0}, runs: {until: 2026-03-01}}", "campaign_over", "runs.until"),
    ("{ready: {pass_mark: 0}, route: [{otherwise: {team: inbuond}}]}", "unknown_team", "route.1.otherwise"),
    (
        "{ready: {pass_mark: 0}, "
        "route: [{name: a, when: {known: email}, to: {seller: irnia}}, {otherwise: {team: t}}]}",
        "unknown_seller",
        "route.1.to",
    ),
    ("ready: {pass_mark: 0, mql: {event: webinar atended}}", "unknown_event", "ready.mql"),
    ("ready: {pass_mark: 0, mql: {answer: timelin, is: now}}", "unknown_question", "ready.mql"),
    (
        "{ready: {pass_mark: 0, mql: {answer: q, is: x}}, "
        "questions: [{code: q, text: t, kind: single, options: [{code: y, text: y}]}]}",
        "unknown_option",
        "ready.mql",
    ),
    (
        "{ready: {pass_mark: 0, mql: {answer: q, is: x}}, questions: [{code: q, text: t, kind: text}]}",
        "answered_in_words",
        "ready.mql",
    ),
    ("ready: {pass_mark: 0, fit: [{name: f, by: emploees, points: {a: 1}}]}", "unknown_trait", "ready.fit.1.by"),
    ("{ready: {pass_mark: 0}, automate: {notify: {team: [mail, telegram]}}}", "no_chat", "automate.notify.team"),
]
KNOWN: dict[str, Any] = {
    "now": NOW,
    "sellers": ["irina"],
    "teams": ["inbound", "t", "u"],
    "known_events": ["x"],
    "known_traits": ["employees"],
    "known_questions": ["timeline"],
    "without_chat": ["irina"],
}


@pytest.mark.parametrize(("fragment", "code", "place"), CASES, ids=[f"{case[1]} {case[2]}" for case in CASES])
def test_what_is_found_and_where(fragment: str, code: str, place: str) -> None:
    assert found(fragment, **KNOWN) == [(code, place)]


def test_everything_that_can_be_found_is_asked_about_here() -> None:
    assert {code for _, code, _ in CASES} == TEXTS.keys()


@pytest.mark.parametrize(("fragment", "code", "place"), CASES, ids=[f"{case[1]} {case[2]}" for case in CASES])
def test_every_finding_is_a_sentence_in_both_languages(fragment: str, code: str, place: str) -> None:
    [finding] = lint(agreement(fragment), **KNOWN)
    assert finding.severity == ("refuses" if code in REFUSES else "warns")
    russian, english = finding.text("ru"), finding.text("en")
    assert russian != english
    assert "{" not in russian + english
    assert russian.endswith(".")


def test_what_is_known_nowhere_is_not_asked_about() -> None:
    assert found("{ready: {pass_mark: 0, mql: {event: nonsense}}, route: [{otherwise: {team: nobody}}]}") == []


def test_a_near_name_is_offered() -> None:
    [finding] = lint(agreement("{ready: {pass_mark: 0}, route: [{otherwise: {team: inbuond}}]}"), teams=["inbound"])
    assert "“inbound”" in finding.text("en")


@pytest.mark.parametrize(
    "lines",
    [
        "{name: a, when: {region: RU-TA}, to: {team: t}}, {name: b, when: {region: [RU-TA, RU-SAM]}, to: {team: t}}",
        "{name: a, when: {known: email}, to: owner}, {name: b, when: {known: email}, to: {team: t}}",
        "{name: a, when: {not: {region: RU-TA}}, to: {team: t}}, "
        "{name: b, when: {not: {known: region}}, to: {team: t}}",
        "{name: a, when: {trait: n, is: '5'}, to: {team: t}}, {name: b, when: {trait: n, is: 5}, to: {team: t}}",
    ],
)
def test_a_line_that_something_is_left_for_is_not_called_shadowed(lines: str) -> None:
    assert found(f"{{ready: {{pass_mark: 0}}, route: [{lines}, {{otherwise: {{team: t}}}}]}}") == []


@pytest.mark.parametrize(
    ("ready", "expected"),
    [
        ("fit: [{name: f, by: n, points: {'0..49': 5, '50..': 20}}]", 20),
        ("fit: [{name: a, when: {trait: n, is: x}, points: 5}, {name: b, when: {trait: n, is: y}, points: 7}]", 7),
        ("fit: [{name: a, when: {trait: n, at_least: 5}, points: 5}, {name: b, by: n, points: {'..9': 3}}]", 8),
        ("fit: [{name: a, when: {trait: n, at_least: 5}, points: 5}, {name: b, by: n, points: {'..5': -3}}]", 5),
        (
            "fit: [{name: a, when: {trait: e, kind: role}, points: 5}, "
            "{name: b, when: {trait: e, kind: x}, points: 3}]",
            5,
        ),
        (
            "fit: [{name: a, when: {region: RU-TA}, points: 5}, "
            "{name: b, when: {trait: region, is: ru ta}, points: 2}]",
            7,
        ),
        ("fit: [{name: a, when: {known: n}, points: 5}, {name: b, when: {not: {known: n}}, points: 6}]", 6),
        (
            "answers: [{name: a, when: {answer: q, is: x}, points: 5}, {name: b, when: {answer: q, is: y}, points: 6}]",
            11,
        ),
        ("interest: [{name: a, when: {event: page}, points: 5, at_most: 15, half_life: 1d}]", 15),
        ("interest: [{name: a, when: {event: page}, points: 5}]", 100),
        ("interest: [{name: a, when: {event: page}, points: 5, once: true}]", 5),
        ("interest: [{name: a, when: {none_of: {event: any}, for: 1d}, points: -15}]", 0),
        ("interest: [{name: a, when: {subscribed: news}, points: 5}]", 5),
        ("interest: [{name: a, when: {account: is_client}, points: 5}]", 5),
    ],
)
def test_the_best_score_that_anybody_can_reach(ready: str, expected: float) -> None:
    assert best(ready) == expected


def test_a_new_caller_called_once_and_told_only_answers() -> None:
    rules = (
        "fit: [{name: boss, when: {trait: job_title, seniority: head}, points: 20}, "
        "{name: volga, when: {region: RU-TA}, points: 3}], "
        "interest: [{name: call, when: {event: call started}, points: 10}, "
        "{name: page, when: {event: page}, points: 10}, "
        "{name: twice, when: {event: call started, times: 2}, points: 7}], "
        "answers: [{name: now, when: {answer: when, is: now}, points: 30}]"
    )
    assert best(rules, CALLER) == 3 + 10 + 30
    assert best(rules, FORM_LEAD) == 20 + 3 + 200 + 30


def test_a_finding_in_a_rule_is_placed_in_the_document_that_wrote_it() -> None:
    house = agreement("campaign: default")
    own = document("{route: [{name: a, when: {known: email}, to: {team: x}}], respond: {}, ready: {pass_mark: 0}}")
    own |= {"extends": "default"}
    del own["respond"]
    written = {
        finding.code: path_in_document(finding, own) for finding in lint(read_agreement(own, house=house), teams=[])
    }
    assert written == {"unknown_team": ("route",)}
    first = Finding("unknown_team", ("route", 0, "to"), {}, "a")
    assert path_in_document(first, own) == ("route", 0, "to")


def test_a_long_agreement_is_linted() -> None:
    fit = [
        {"name": str(n), "when": {"trait": "t", "in": [f"{n} {m}" for m in range(9)]}, "points": 1} for n in range(500)
    ]
    route = [
        {"name": str(n), "when": {"any": [{"region": f"R{n}"}, {"grade": "A"}]}, "to": {"team": "t"}}
        for n in range(400)
    ]
    whole = document("ready: {pass_mark: 1, grades: {A: pass_mark}}")
    whole["ready"]["fit"] = fit
    whole["route"] = [*route, {"otherwise": {"team": "t"}}]
    assert lint(read_agreement(whole)) == ()


CONDITIONS = st.sampled_from(
    [
        "{known: n}",
        "{trait: n, is: x}",
        "{trait: n, in: [x, y]}",
        "{trait: n, at_least: 5}",
        "{trait: n, at_least: 5, at_most: 9}",
        "{trait: n, is: 7}",
        "{trait: n, matches: x}",
        "{trait: e, kind: role}",
        "{trait: e, kind: [role, company]}",
        "{region: RU-TA}",
        "{region: [RU-TA, RU-SAM]}",
        "{known: region}",
        "{answer: q, is: a}",
        "{answer: q, in: [a, b]}",
        "{event: page}",
        "{event: page, times: 2}",
        "{event: page, times: 2, within: 5d}",
        "{event: page, within: 9d}",
        "{event: page, different: section, times: 2}",
        "{event: any}",
    ]
)


def _combined(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    several = st.lists(inner, min_size=1, max_size=3).map(", ".join)
    return (
        st.builds("{{all: [{}]}}".format, several)
        | st.builds("{{any: [{}]}}".format, several)
        | inner.map("{{not: {}}}".format)
    )


WHEN = st.recursive(CONDITIONS, _combined, max_leaves=4)
VALUES: st.SearchStrategy[Any] = st.sampled_from(["x", "y", "x y", "7", 7, 5, 9.5, None])


@st.composite
def facts(draw: st.DrawFn) -> list[Event]:
    """What somebody did and told in the last ten days."""
    told = fact(
        "identify",
        NOW - draw(st.integers(0, 10)) * DAY,
        traits={"n": draw(VALUES), "e": "a@b.example", "region": draw(st.sampled_from(["RU-TA", "RU-SAM", None]))},
        found={"e": {"kind": draw(st.sampled_from(["role", "company"]))}},
        answers={"q": draw(st.lists(st.sampled_from("abc"), min_size=1, max_size=2))},
    )
    views = draw(st.lists(st.tuples(st.integers(0, 10), st.sampled_from("st")), max_size=4))
    return [told, *(fact("page", NOW - days * DAY, properties={"section": section}) for days, section in views)]


@given(WHEN, WHEN, facts())
@settings(max_examples=50, deadline=None)
def test_what_implies_another_is_never_true_without_it(first: str, second: str, events: list[Event]) -> None:
    terms = agreement(
        f"route: [{{name: a, when: {first}, to: {{team: t}}}}, {{name: b, when: {second}, to: {{team: t}}}}]"
    )
    one, other = terms.route[0].when, terms.route[1].when
    assert one is not None
    assert other is not None
    profile, tally = observe(EMPTY_PROFILE, events), count(terms, EMPTY_TALLY, events, cycle_from=0)
    situation = situation_of(terms, profile, tally, at=NOW, captured_at=NOW - DAY)
    if implies(one, other) and holds(one, situation):
        assert holds(other, situation)


POINTS = st.sampled_from([-7, -2, 3, 5, 11])


@given(st.lists(st.tuples(WHEN, POINTS), max_size=4), st.sampled_from(["", ", '..5': -3, x: 4, '6..8': 6"]), facts())
@settings(max_examples=50, deadline=None)
def test_nobody_reaches_more_than_the_best_score(rules: list[tuple[str, int]], bands: str, events: list[Event]) -> None:
    interest = ", ".join(f"{{name: r{n}, when: {when}, points: {points}}}" for n, (when, points) in enumerate(rules))
    fit = f"fit: [{{name: band, by: n, points: {{y: 2{bands}}}}}]"
    terms = agreement(f"ready: {{pass_mark: 8, {fit}, {f'interest: [{interest}]' if rules else ''}}}")
    profile, tally = observe(EMPTY_PROFILE, events), count(terms, EMPTY_TALLY, events, cycle_from=0)
    limits = reach(terms, ANYONE)
    reached = score(terms, profile, tally, at=NOW, captured_at=NOW - DAY)
    for section in ("fit", "interest"):
        assert limits.limits.low[section] <= getattr(reached, section) <= limits.limits.high[section]
    assert limits.limits.low["score"] <= reached.total <= limits.best
    situation = situation_of(terms, profile, tally, at=NOW, captured_at=NOW - DAY)
    if refusing(lint(terms)):
        assert not (is_ripe(terms, situation).ripe and is_captured(terms, profile, at=NOW))
