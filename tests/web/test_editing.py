"""The editor's forms: whatever they show they give back unchanged, and what they cannot show they leave alone."""

from pathlib import Path
from typing import Any

import pytest
from msgspec import UNSET

from pomona.formats.yaml_document import read_yaml
from pomona.web.editing.asking import Answers, Said
from pomona.web.editing.conditions import When
from pomona.web.editing.kinds import kind_of

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


def test_nearly_every_condition_of_the_reference_has_a_form() -> None:
    leaves: list[Any] = []
    for condition in conditions():
        _leaves(condition, leaves)
    kept = [leaf for leaf in leaves if kind_of(leaf) is None]
    assert all(len(leaf) > 1 for leaf in kept), kept
    assert len(kept) < len(leaves) / 10, kept


def _leaves(condition: Any, leaves: list[Any]) -> None:
    for join in ("all", "any"):
        if join in condition:
            for part in condition[join]:
                _leaves(part, leaves)
            return
    if "not" in condition:
        _leaves(condition["not"], leaves)
    else:
        leaves.append(condition)


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
