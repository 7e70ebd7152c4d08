"""Reading agreements: the whole syntax, and every fault of a document at once, each with its place."""

import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pomona.domain.agreement import Agreement, AgreementErrors, Span, Target, read_agreement
from pomona.domain.agreement.conditions import AnyOf, Known, PassMarkReached
from pomona.domain.agreement.errors import AgreementError
from pomona.domain.agreement.values import Cover, HitRule, StateRule
from pomona.domain.errors import Language
from pomona.domain.event import DAY, HOUR, MINUTE
from pomona.formats.yaml_document import read_yaml
from tests.domain.facts import SMALLEST, agreement, document

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples" / "agreements"


def example(name: str, house: Agreement | None = None) -> Agreement:
    return read_agreement(read_yaml((EXAMPLES / f"{name}.yaml").read_text())[0], house=house)


HOUSE = example("default")
LANGUAGES: tuple[Language, ...] = ("ru", "en")


def faults(fragment: str, **rest: Any) -> list[tuple[str, str]]:
    with pytest.raises(AgreementErrors) as refused:
        read_agreement(document(fragment), **rest)
    return [(each.code, each.place) for each in refused.value.errors]


def test_the_great_example_is_read_wholly() -> None:
    terms = example("spring-ebook", HOUSE)
    assert terms.campaign == "spring-ebook"
    assert terms.covers[2] == Cover(by="number", pattern="+78430000001")
    assert terms.ready.pass_mark.start == 55_000
    assert [(grade.letter, grade.at_least) for grade in terms.ready.grades] == [
        ("A", 80_000),
        ("B", None),
        ("C", 30_000),
    ]
    pricing = next(rule for rule in terms.ready.interest if rule.name == "pricing page")
    assert isinstance(pricing, HitRule)
    assert (pricing.points, pricing.keep, pricing.half_life) == (10_000, 3, 14 * DAY)
    assert [line.to for line in terms.route][-1] == Target(kind="team", name="inbound")
    assert terms.respond.first_contact[0].within == Span(time=5 * MINUTE, working=True)
    assert terms.respond.first_contact[2].within == Span(days=1, working=True)
    assert terms.automate.attendant is not None
    assert terms.inflow.per_day == 25
    assert terms.runs.end is not None
    assert terms.runs.start is not None
    assert (terms.runs.end - terms.runs.start) == 91 * DAY
    assert terms.runs.offset == 3 * HOUR


def test_what_later_releases_carry_out_is_accepted_and_said() -> None:
    said = " ".join(each.text_en for each in example("spring-ebook", HOUSE).not_yet)
    for what in (
        "account",
        "skill",
        "attendant",
        "inflow",
    ):
        assert what in said
    assert example("smallest").not_yet == ()


def test_what_nobody_needs_to_say() -> None:
    terms = agreement("campaign: c")
    assert terms.ready.captured == AnyOf((Known("email"), Known("phone")))
    assert terms.ready.mql == PassMarkReached()
    assert terms.runs.time_zone == "UTC"


def test_extending_replaces_rules_of_the_same_name_in_their_place() -> None:
    terms = read_agreement(
        {
            "campaign": "c",
            "extends": "default",
            "ready": {
                "fit": [
                    {"name": "new", "when": {"known": "phone"}, "points": 1},
                    {"name": "free mail box", "when": {"known": "email"}, "points": 2},
                ],
                "pass_mark": 30,
            },
            "route": [{"name": "own", "when": {"region": "RU-TA"}, "to": {"team": "volga"}}],
        },
        house=HOUSE,
    )
    assert [(rule.name, rule.points) for rule in terms.ready.fit if isinstance(rule, StateRule)] == [
        ("decision maker", 20_000),
        ("free mail box", 2_000),
        ("new", 1_000),
    ]
    assert (terms.ready.interest, terms.respond, terms.ready.grades) == (
        HOUSE.ready.interest,
        HOUSE.respond,
        HOUSE.ready.grades,
    )
    assert terms.ready.pass_mark.start == 30_000
    assert [line.name for line in terms.route] == ["own", "otherwise"]
    assert terms.runs.time_zone == "Europe/Moscow"
    assert terms.lists == HOUSE.lists


def test_days_begin_where_the_house_says_unless_the_agreement_says_otherwise() -> None:
    own = {"campaign": "c", "extends": "default"}
    for runs, zone in (({"from": "2026-03-02"}, "Europe/Moscow"), ({"time_zone": "Asia/Omsk"}, "Asia/Omsk")):
        assert read_agreement({**own, "runs": runs}, house=HOUSE).runs.time_zone == zone
    started = read_agreement({**own, "runs": {"from": "2026-03-02"}}, house=HOUSE).runs
    assert (started.start, started.offset) == (1_772_398_800_000_000, 3 * HOUR)


def test_an_agreement_extends_only_what_exists() -> None:
    assert faults("extends: default") == [("no_house", "extends")]
    assert faults("extends: other", house=HOUSE) == [("no_house", "extends")]


def test_every_fault_is_told_at_once() -> None:
    found = faults("""
    campain: x
    covers: [{utm_campaign: a, form: b}, {utm: x}]
    runs: {from: 2026-02-30, until: soon, time_zone: Mars/Olympus}
    ready:
      fit:
        - {name: a, when: {trait: x, is: y}, points: ten}
        - {name: a, when: {event: page}, points: 1.0005}
      interest: [{name: b, when: {event: page}, points: 10, at_most: 25, half_life: 2 weeks}]
      pass_mark: {start: 50, min: 60}
    respond: {first_contact: [{otherwise: 1d}]}
    """)
    assert sorted(found) == sorted(
        [
            ("unknown_keyword", "campain"),
            ("one_of_them", "covers.1"),
            ("unknown_keyword", "covers.2.utm"),
            ("one_of_them", "covers.2"),
            ("unknown_time_zone", "runs.time_zone"),
            ("not_a_date", "runs.from"),
            ("not_a_date", "runs.until"),
            ("wrong_type", "ready.fit.1.points"),
            ("not_thousandths", "ready.fit.2.points"),
            ("wrong_place", "ready.fit.2.when"),
            ("same_name", "ready.fit.2"),
            ("not_whole", "ready.interest.1.at_most"),
            ("not_a_span", "ready.interest.1.half_life"),
            ("pass_mark_range", "ready.pass_mark"),
            ("not_a_span", "respond.first_contact.1.otherwise"),
        ]
    )


INTEREST = "ready: {{interest: [{{name: r, when: {{event: page}}, points: 10, {}}}]}}"
WHEN = "ready: {{interest: [{{name: r, points: 10, when: {}}}]}}"


@pytest.mark.parametrize(
    ("fragment", "code", "place"),
    [
        ("campaign: ..", "wrong_type", "campaign"),
        ('campaign: "a\\nb"', "wrong_type", "campaign"),
        ("runs: {until: 9999-12-31}", "far_date", "runs.until"),
        ("runs: {from: 0001-01-01}", "far_date", "runs.from"),
        ("ready: 5", "wrong_type", "ready"),
        ("ready: {pass_mark: true}", "wrong_type", "ready.pass_mark"),
        ("ready: {pass_mark: -1}", "out_of_range", "ready.pass_mark"),
        ("ready: {fit: []}", "empty", "ready.fit"),
        ("ready: {fit: [{name: r, points: 1}]}", "missing", "ready.fit.1"),
        ("ready: {fit: [{name: '', when: {known: x}, points: 1}]}", "wrong_type", "ready.fit.1.name"),
        ("ready: {fit: [{name: r, by: x, points: {1..5: 1, 5..9: 2}}]}", "bands_overlap", "ready.fit.1.points"),
        ("ready: {fit: [{name: r, by: x, points: {1..: 1, 5..9: 2}}]}", "bands_overlap", "ready.fit.1.points"),
        ("ready: {fit: [{name: r, by: x, points: {9..5: 1}}]}", "not_a_band", "ready.fit.1.points.9..5"),
        ("ready: {fit: [{name: r, by: x, points: {...: 1}}]}", "not_a_band", "ready.fit.1.points...."),
        (INTEREST.format("once: true, at_most: 30"), "not_together", "ready.interest.1.at_most"),
        (INTEREST.format("once: true, once_per: x"), "not_together", "ready.interest.1.once_per"),
        (INTEREST.format("at_most: -30"), "not_whole", "ready.interest.1.at_most"),
        (INTEREST.format("at_most: 1010"), "not_whole", "ready.interest.1.at_most"),
        (INTEREST.format("once: maybe"), "wrong_type", "ready.interest.1.once"),
        (INTEREST.format("half_life: 0d"), "not_a_span", "ready.interest.1.half_life"),
        (INTEREST.format("half_life: 900w"), "out_of_range", "ready.interest.1.half_life"),
        (WHEN.format("{event: page, within: 1d}, half_life: 1d"), "only_for_hits", "ready.interest.1.half_life"),
        (WHEN.format("{event: page, times: 0}"), "out_of_range", "ready.interest.1.when.times"),
        (WHEN.format("{event: page, times: 101}"), "out_of_range", "ready.interest.1.when.times"),
        (WHEN.format("{event: page, times: 1.5}"), "wrong_type", "ready.interest.1.when.times"),
        (WHEN.format("{event: page, different: x}"), "missing", "ready.interest.1.when"),
        (WHEN.format("{none_of: {event: page}}"), "missing", "ready.interest.1.when"),
        (WHEN.format("{grade: A}"), "wrong_place", "ready.interest.1.when"),
        (WHEN.format("{score: pass_mark}"), "wrong_place", "ready.interest.1.when"),
        (WHEN.format("{page: x}"), "not_a_condition", "ready.interest.1.when"),
        (WHEN.format("page"), "wrong_type", "ready.interest.1.when"),
        (WHEN.format("{all: [{known: x}], any: [{known: x}]}"), "unknown_keyword", "ready.interest.1.when.any"),
        (WHEN.format("{all: []}"), "empty", "ready.interest.1.when.all"),
        (WHEN.format("{trait: x}"), "one_of_them", "ready.interest.1.when"),
        (WHEN.format("{trait: x, is: 1, in: [2]}"), "one_of_them", "ready.interest.1.when"),
        (WHEN.format("{trait: x, in_list: y}"), "unknown_list", "ready.interest.1.when.in_list"),
        (WHEN.format("{trait: x, is: '—'}"), "wrong_type", "ready.interest.1.when.is"),
        (WHEN.format("{answer: x}"), "one_of_them", "ready.interest.1.when"),
        (WHEN.format("{fit: {at_least: 1}, interest: {at_least: 1}}"), "wrong_place", "ready.interest.1.when"),
        ("ready: {mql: {fit: {at_least: 1}, answers: {at_least: 1}}}", "several_conditions", "ready.mql"),
        (WHEN.format("{account: rich}"), "not_one_of", "ready.interest.1.when.account"),
        (
            "ready: {fit: [{name: r, by: x, points: {a: 1}}], interest: [{name: r, when: {event: x}, points: 2}]}",
            "same_name",
            "ready.interest",
        ),
        (WHEN.format("{trait: x, at_least: 1.0e+300}"), "out_of_range", "ready.interest.1.when.at_least"),
        ("ready: {mql: {score: {at_least: 40}}}", "only_pass_mark", "ready.mql"),
        ("ready: {mql: {grade: E}}", "not_one_of", "ready.mql.grade"),
        ("ready: {mql: {hours: '9:00-18:00'}}", "wrong_place", "ready.mql"),
        ("ready: {mql: {bant: money, is: confirmed}}", "not_one_of", "ready.mql.bant"),
        ("ready: {captured: {event: page}}", "wrong_place", "ready.captured"),
        ("ready: {grades: {A: 40, B: pass_mark}}", "grades_order", "ready.grades"),
        ("ready: {pass_mark: {start: 50, max: 90}, grades: {A: 80, B: pass_mark}}", "grades_order", "ready.grades"),
        ("ready: {grades: {S: 90}}", "not_one_of", "ready.grades.S"),
        ("ready: {holdout: 0.6}", "out_of_range", "ready.holdout"),
        ("ready: {at_start: now}", "not_one_of", "ready.at_start"),
        ("runs: {from: 2026-03-02, until: 2026-03-01}", "ends_before_start", "runs"),
        ("route: [{otherwise: inbound}]", "not_one_of", "route.1.otherwise"),
        ("route: [{otherwise: {team: a, skill: b}}]", "one_of_them", "route.1.otherwise"),
        ("route: [{otherwise: {team: a}}, {otherwise: {team: b}}]", "after_otherwise", "route.1"),
        ("route: [{otherwise: {team: a}, by: chance}]", "not_one_of", "route.1.by"),
        ("route: [{name: r, when: {hours: '25:00-26:00'}, to: {team: a}}]", "not_hours", "route.1.when.hours"),
        (
            "respond: {first_contact: [{otherwise: 1h, overdue: [panic]}]}",
            "not_one_of",
            "respond.first_contact.1.overdue.1",
        ),
        ("automate: {notify: {seller: [pigeon]}}", "not_one_of", "automate.notify.seller.1"),
        ("inflow: {hand_over_at_most: {per_day: 0}}", "out_of_range", "inflow.hand_over_at_most.per_day"),
        ("lists: {a: x}", "wrong_type", "lists.a"),
        ("questions: [{code: a, text: t, kind: text, options: [x]}]", "not_for_kind", "questions.1.options"),
        ("form: {consent: {text: t, link: 'javascript:alert(1)'}}", "not_a_link", "form.consent.link"),
        ("form: {embed_on: ['*']}", "not_an_origin", "form.embed_on.1"),
    ],
)
def test_a_fault_is_told_with_its_place(fragment: str, code: str, place: str) -> None:
    assert (code, place) in faults(fragment)


def test_every_kind_of_fault_is_asked_about_here() -> None:
    marks = test_a_fault_is_told_with_its_place.pytestmark  # type: ignore[attr-defined]
    asked = {code for _, code, _ in marks[0].args[1]}
    elsewhere = {"no_house", "unknown_time_zone", "not_a_date", "same_name", "pass_mark_range", "not_thousandths"}
    elsewhere.add("other_campaign")  # told where a draft is written
    assert AgreementError.texts.keys() - asked - elsewhere == {"too_deep", "too_many", "too_long"}


@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_fault_is_a_sentence_in_both_languages(language: Any) -> None:
    with pytest.raises(AgreementErrors) as refused:
        read_agreement({"campaign": "c", "ready": {"fit": 5, "mql": {"x": 1}, "zzz": 1}})
    for line in refused.value.text(language).splitlines():
        assert "{" not in line
        assert line.startswith(("ready", "не хватает", "“route”", "“respond”"))


def test_required_sections_are_asked_for() -> None:
    with pytest.raises(AgreementErrors) as refused:
        read_agreement({})
    assert [(each.code, each.parameters["keyword"]) for each in refused.value.errors] == [("missing", "campaign")]
    with pytest.raises(AgreementErrors) as refused:
        read_agreement({"campaign": "c", "ready": {}})
    assert [(each.place, each.parameters["keyword"]) for each in refused.value.errors] == [
        ("ready", "pass_mark"),
        ("", "route"),
        ("", "respond"),
    ]


@pytest.mark.parametrize("wrong", [[], None, "text", 5, {"campaign": ["x"]}, {"campaign": "c", "ready": [1]}])
def test_no_document_breaks_the_reader(wrong: Any) -> None:
    with pytest.raises(AgreementErrors):
        read_agreement(wrong)


def test_deep_wide_and_long_documents_are_refused_at_once() -> None:
    deep: dict[str, Any] = {"known": "email"}
    for _ in range(10_000):
        deep = {"not": deep}
    wide = {"any": [{"known": "email"}] * 100_000}
    start = time.perf_counter()
    for when, code in ((deep, "too_deep"), (wide, "too_many"), ({"known": "x" * 10_000_000}, "too_long")):
        whole = document("campaign: c")
        whole["ready"]["mql"] = when
        with pytest.raises(AgreementErrors) as refused:
            read_agreement(whole)
        assert [each.code for each in refused.value.errors] == [code]
    assert time.perf_counter() - start < 1


@pytest.mark.parametrize("section", ["half_life", "points", "name", "once_per", "at_most", "when"])
def test_nesting_where_a_value_should_stand_is_a_fault_like_any_other(section: str) -> None:
    deep: Any = 10**5000
    for _ in range(10_000):
        deep = {"x": [deep]}
    for value in (deep, 10**5000, float("nan"), ["x"], None):
        whole = document("campaign: c")
        rule = {"name": "r", "when": {"event": "page"}, "points": 1, section: value}
        whole["ready"]["interest"] = [rule]
        with pytest.raises(AgreementErrors) as refused:
            read_agreement(whole)
        assert refused.value.text("ru")


ODD = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["30d", "any", "A"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


def _paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(below for step, inner in steps for below in _paths(inner, (*path, step)))]


@given(st.data())
@settings(max_examples=40, deadline=None)
def test_whatever_stands_anywhere_is_read_or_told_as_a_fault(data: st.DataObject) -> None:
    whole = read_yaml((EXAMPLES / "spring-ebook.yaml").read_text())[0]
    *above, last = data.draw(st.sampled_from(_paths(whole)[1:]))
    place: Any = whole
    for step in above:
        place = place[step]
    place[last] = data.draw(ODD)
    try:
        read_agreement(whole, house=HOUSE)
    except AgreementErrors as refused:
        assert all(refused.text(language) for language in LANGUAGES)


def test_faults_without_number_do_not_pile_up() -> None:
    whole = document(SMALLEST)
    whole["ready"]["fit"] = [{"nme": "r"}] * 400
    with pytest.raises(AgreementErrors) as refused:
        read_agreement(whole)
    assert len(refused.value.errors) == 100


def test_a_tally_has_a_place_for_every_event_condition_anywhere() -> None:
    terms = agreement("""
    ready:
      pass_mark: 1
      never: [{name: n, when: {event: e0}}]
      interest: [{name: i, when: {event: e1}, points: 1}, {name: s, when: {event: e2, times: 2}, points: 1}]
      mql: {any: [{event: e3}, {not: {all: [{event: e4}, {none_of: [{event: e5}, {event: e6}], for: 1d}]}}]}
      sql: {event: e7}
      won: {event: e8}
      returned: {unless: {event: e9}}
    route: [{name: r, when: {event: e10}, to: {team: x}}, {otherwise: {team: x}}]
    respond: {first_contact: [{when: {event: e11}, within: 1h}, {otherwise: 1wd}]}
    automate:
      nurture: {sequence: s, until: {event: e12}, wake: {event: e13}}
      attendant: {connect_when: {event: e14}}
    """)
    assert {tracker.pattern.name for tracker in terms.trackers.all} == {f"e{number}" for number in range(15)}
