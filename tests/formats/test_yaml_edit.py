"""Any edit yields a text that reads as meant, and touches nothing else: comments, order and writing stay."""

import copy
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pomona.formats.yaml_document import read_yaml
from pomona.formats.yaml_edit import flow, insert, move, put, remove

BOOK = Path(__file__).parents[2] / "docs/examples/agreements/spring-ebook.yaml"
BLOCKS = """\
# The agreement of spring.
campaign: spring   # its name
ready:
  # who they are
  fit:
  - name: level     # of the job
    when: {trait: job_title, seniority: [head,
      director]}    # two of them
    points: 20
  # their size
  - {name: size, by: employees, points: {"0..49": 0, "50..": 10}}

  - name: last
    when:
      any:
      - known: email
      - known: "phone"   # or so
    points: -5
  pass_mark: 50
note: |
  two lines
  # no comment

empty:   # nothing yet
route:
- {otherwise: {team: 'inbound'}}  # the rest
"""

FLOWS = """\
campaign: spring
covers: [{utm_campaign: spring*}, {form: guide}]   # which traffic
runs: {from: 2026-03-02, time_zone: Europe/Moscow}
ready: {fit: [{name: a, when: {known: email}, points: 2.5}], pass_mark: {start: 50,
  min: 40, max: 60}, returned: {reasons: [no need,   # really
  later]}}
"""

words = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=12) | st.sampled_from(
    ["true", "null", "5", "250..", "a: b", "- x", "#1", "~", "*"]
)
scalars = st.none() | st.booleans() | st.integers(-(10**9), 10**9) | words
numbers = st.integers(-(10**6), 10**6).map(lambda thousandths: thousandths / 1000)
values = st.recursive(
    scalars | numbers,
    lambda inner: st.lists(inner, min_size=1, max_size=3) | st.dictionaries(words, inner, min_size=1, max_size=3),
    max_leaves=6,
)


def paths(document: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every path of a document."""
    entries = document.items() if isinstance(document, dict) else enumerate(document)
    found = []
    for step, value in entries:
        found.append((*path, step))
        if isinstance(value, dict | list):
            found += paths(value, (*path, step))
    return found


def at(document: Any, path: tuple[Any, ...]) -> Any:
    """What stands at a path."""
    for step in path:
        document = document[step]
    return document


def read(text: str) -> Any:
    return read_yaml(text)[0]


def lost(before: str, after: str) -> list[str]:
    """The lines of the one text that do not stand in the other as they are."""
    return list((Counter(before.splitlines()) - Counter(after.splitlines())).elements())


texts = st.sampled_from([BLOCKS, FLOWS])


@given(values)
def test_a_value_on_one_line_reads_as_itself(value: Any) -> None:
    assert read(f"x: {flow(value)}") == {"x": value}


@settings(max_examples=40, deadline=None)
@given(texts, st.data())
def test_what_is_put_is_there_and_all_else_is_as_it_was(text: str, data: st.DataObject) -> None:
    path, value = data.draw(st.sampled_from(paths(read(text)))), data.draw(values)
    meant = copy.deepcopy(read(text))
    at(meant, path[:-1])[path[-1]] = value
    changed = put(text, path, value)
    assert read(changed) == meant
    assert put(changed, path, value) == changed


@settings(max_examples=25, deadline=None)
@given(texts, st.data())
def test_what_is_added_is_there_and_no_line_is_lost(text: str, data: st.DataObject) -> None:
    mappings = [(), *(path for path in paths(read(text)) if isinstance(at(read(text), path), dict))]
    path, key, value = data.draw(st.sampled_from(mappings)), data.draw(words), data.draw(values)
    meant = copy.deepcopy(read(text))
    if key in at(meant, path):
        return
    at(meant, path)[key] = value
    changed = put(text, (*path, key), value)
    assert read(changed) == meant
    assert list(at(read(changed), path)) == list(at(meant, path))


@settings(max_examples=40, deadline=None)
@given(texts, st.data())
def test_what_is_removed_is_gone_with_what_it_empties(text: str, data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(paths(read(text))))
    meant = copy.deepcopy(read(text))
    while len(path) > 1 and len(at(meant, path[:-1])) == 1:
        path = path[:-1]
    del at(meant, path[:-1])[path[-1]]
    assert read(remove(text, path)) == meant


@settings(max_examples=20, deadline=None)
@given(texts, st.data())
def test_lists_take_items_and_change_their_order(text: str, data: st.DataObject) -> None:
    path = data.draw(st.sampled_from([path for path in paths(read(text)) if isinstance(at(read(text), path), list)]))
    meant = copy.deepcopy(read(text))
    items = at(meant, path)
    place, value = data.draw(st.integers(0, len(items))), data.draw(values)
    items.insert(place, value)
    longer = insert(text, path, place, value)
    assert read(longer) == meant
    source, target = (data.draw(st.integers(0, len(items) - 1)) for _ in range(2))
    items.insert(target, items.pop(source))
    moved = move(longer, path, source, target)
    assert read(moved) == meant
    assert Counter(moved) == Counter(longer)
    assert move(moved, path, target, source) == longer


def test_one_number_changes_one_number() -> None:
    assert put(BLOCKS, ("ready", "fit", 0, "points"), 25) == BLOCKS.replace("points: 20", "points: 25")


def test_a_rule_changed_in_one_place_keeps_its_writing_and_comments() -> None:
    rule = {"name": "level", "when": {"trait": "job_title", "seniority": ["head", "owner"]}, "points": 20}
    assert put(BLOCKS, ("ready", "fit", 0), rule) == BLOCKS.replace("director]}", "owner]}")


def test_a_new_section_stands_on_lines_of_its_own() -> None:
    text = put("campaign: spring\n", ("ready", "fit"), [{"name": "a", "points": 5}])
    assert text == "campaign: spring\nready:\n  fit:\n    - {name: a, points: 5}\n"


def test_an_empty_entry_is_filled_and_keeps_its_comment() -> None:
    assert put(BLOCKS, ("empty",), "full") == BLOCKS.replace("empty:   #", "empty: full   #")


def test_a_comment_above_goes_with_its_rule() -> None:
    moved = move(BLOCKS, ("ready", "fit"), 1, 0)
    assert moved.index("# their size") < moved.index("name: size") < moved.index("name: level     # of the job")


def test_every_line_but_that_of_the_rule_stays() -> None:
    text = BOOK.read_text(encoding="utf-8")
    [line] = lost(text, remove(text, ("ready", "interest", 3)))
    assert "name: webinar" in line
    assert lost(text, insert(text, ("ready", "interest"), 3, {"name": "x"})) == []


@pytest.mark.parametrize("change", [remove, lambda text, path: move(text, path, 0, 0)])
def test_a_path_that_is_not_there_is_told(change: Any) -> None:
    with pytest.raises(LookupError):
        change(BLOCKS, ("ready", "interest", 3))
