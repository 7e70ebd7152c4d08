"""The editor's forms: whatever they show they give back unchanged, and what they cannot show they leave alone."""

from pathlib import Path
from typing import Any

import pytest
from msgspec import UNSET

from pomona.domain.agreement import conditions as c
from pomona.domain.agreement.nodes import Node, Notes
from pomona.domain.agreement.read_conditions import EVERYTHING, read_condition
from pomona.formats.yaml_document import read_yaml
from pomona.web.editing.asking import Answers, Said
from pomona.web.editing.conditions import Row, When

ROOT = Path(__file__).parents[2]
REFERENCE = (ROOT / "docs/reference/agreement.md").read_text(encoding="utf-8")


def conditions() -> list[dict[str, Any]]:
    """Every condition of the reference and of the example of everything."""
    texts = [block.split("```")[0] for block in REFERENCE.split("```yaml\n")[1:]]
    texts.append((ROOT / "docs/examples/agreements/spring-ebook.yaml").read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = []
    for text in texts:
        _gather(read_yaml(text)[0], found)
    return found


def _gather(node: Any, found: list[dict[str, Any]]) -> None:
    for key, value in node.items() if isinstance(node, dict) else enumerate(node):
        if key in ("when", "captured", "mql", "sql", "won", "unless", "wake", "connect_when"):
            found.append(value)
        elif isinstance(value, dict | list):
            _gather(value, found)


@pytest.mark.parametrize("condition", conditions(), ids=str)
def test_a_condition_that_is_not_touched_stays_as_it_is(condition: dict[str, Any]) -> None:
    control = When()
    state = control.show(condition)
    assert control.show(control.make(state)) == state


def test_every_condition_of_the_reference_has_a_form() -> None:
    kept = [row for condition in conditions() for row in _rows(When().show(condition)) if row.kept]
    assert kept == []


def _rows(row: Row) -> list[Row]:
    return [row, *(below for each in row.rows for below in _rows(each))]


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ({"grade": "A", "hours": "18:00-21:00"}, {"all": [{"grade": ["A"]}, {"hours": "18:00-21:00"}]}),
        ({"trait": "phone", "known": False}, {"not": {"known": "phone"}}),
        ({"not": {"not": {"region": "RU-TA"}}}, {"region": "RU-TA"}),
        (
            {"none_of": [{"event": "page", "path": "/a*"}, {"event": "call started"}], "for": "3d"},
            {
                "all": [
                    {"none_of": {"event": "page", "path": "/a*"}, "for": "3d"},
                    {"none_of": {"event": "call started"}, "for": "3d"},
                ]
            },
        ),
        (
            {"any": [{"not": {"any": [{"known": "phone"}, {"known": "name"}]}}, {"answer": "pumps", "at_least": 5}]},
            None,
        ),
        ({"people_of_account": 2, "event": "page", "path": "/a*", "campaign": "spring"}, None),
    ],
)
def test_a_rarer_way_to_write_a_condition_is_shown_as_what_it_means(written: Any, shown: Any) -> None:
    state = When().show(written)
    assert not any(row.kept for row in _rows(state))
    made = When().make(state)
    assert made == (shown or written)
    assert meaning(made) == meaning(written)


def meaning(document: Any) -> Any:
    """What a condition means, whichever way it is written."""
    condition = read_condition(Node(document, (), Notes()), EVERYTHING)
    while isinstance(condition, c.Not) and isinstance(condition.part, c.Not):
        condition = condition.part.part
    if isinstance(condition, c.NoneOf) and len(condition.patterns) > 1:
        return c.All(tuple(c.NoneOf((pattern,), condition.span) for pattern in condition.patterns))
    return condition


def test_what_no_field_can_show_stays_as_it_is() -> None:
    for kept in ({"trait": "company.name", "is": "Pumps, Inc."}, {"trait": "email", "kind": "quantum"}):
        state = When().show({"any": [kept, {"known": "phone"}]})
        assert [bool(row.kept) for row in state.rows] == [True, False]
        assert When().make(state) == {"any": [kept, {"known": "phone"}]}


def test_no_condition_is_no_value() -> None:
    assert When().make(When().show(UNSET)) is UNSET


NOTHING_SAID = {"ru": "", "en": ""}


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("Когда?", {"ru": "Когда?", "en": "Когда?"}),
        ({"ru": "Когда?", "en": "When?"}, {"ru": "Когда?", "en": "When?"}),
        ({"en": "When?"}, {"ru": "", "en": "When?"}),
        (UNSET, NOTHING_SAID),
    ],
)
def test_a_text_in_one_or_both_languages_is_given_back_as_it_was(text: Any, state: dict[str, str]) -> None:
    assert Said().show(text) == state
    assert Said().make(state) == text


@pytest.mark.parametrize("text", [["a"], {"ru": 1}, {"de": "Wann?"}, 7])
def test_what_is_no_text_is_not_shown(text: Any) -> None:
    assert Said().show(text) is None
    assert Answers().show([{"code": "a", "text": text}]) is None


def test_answers_are_given_back_with_their_points_and_without_what_is_empty() -> None:
    options = [
        {"code": "now", "text": {"ru": "сейчас", "en": "now"}, "points": 7.5},
        {"code": "later", "text": "later"},
    ]
    state = Answers().show(options)
    assert state is not None
    assert Answers().make(state) == options
    posted = {"o-rows": ["2"], "o-0-code": ["now"], "o-0-ru": ["сейчас"], "o-0-points": ["7,5"]}
    assert Answers().make(Answers().again(posted, "o")) == [{"code": "now", "text": {"ru": "сейчас"}, "points": 7.5}]
    assert Answers().make([]) is UNSET


def test_an_answer_of_which_the_form_knows_too_little_is_left_alone() -> None:
    assert Answers().show([{"code": "now", "text": "now", "colour": "red"}]) is None
    assert Answers().show({"now": 5}) is None
