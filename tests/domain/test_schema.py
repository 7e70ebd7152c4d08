"""The published schema and the reader know the same keywords; what is read is valid, whatever else is refused."""

import copy
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from pomona.domain.agreement import AgreementErrors, read_agreement
from pomona.domain.agreement.schema import agreement_schema
from pomona.formats.yaml_document import read_yaml
from tests.domain.facts import document

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "docs/reference/agreement.md", ROOT / "docs/reference/agreement.ru.md"]
EXAMPLES = sorted((ROOT / "docs/examples/agreements").glob("*.yaml"))
FILES = [*EXAMPLES, *sorted((ROOT / "src/pomona/actions/templates").glob("*.yaml"))]
HOUSE = read_agreement(read_yaml((ROOT / "docs/examples/agreements/default.yaml").read_text())[0])
SCHEMA = agreement_schema()
VALIDATOR = Draft202012Validator(SCHEMA)
DOCUMENTS = [
    *(document(block) for block in re.findall(r"```yaml\n(.*?)```", PAGES[0].read_text(), re.S)),
    *(read_yaml(path.read_text())[0] for path in FILES),
]

Path_ = tuple[Any, ...]


def _mappings(value: Any, path: Path_ = ()) -> Iterator[Path_]:
    if isinstance(value, dict):
        yield path
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in steps:
        yield from _mappings(inner, (*path, step))


def _places(value: Any, path: Path_ = ()) -> list[Path_]:
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(below for step, inner in steps for below in _places(inner, (*path, step)))]


def _at(whole: Any, path: Path_) -> Any:
    for step in path:
        whole = whole[step]
    return whole


def test_it_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("whole", DOCUMENTS)
def test_every_example_is_valid(whole: dict[str, Any]) -> None:
    VALIDATOR.validate(whole)


def _known_to_the_reader() -> set[frozenset[str]]:
    """The keywords that may stand together, as the reader tells them where an unknown one stands."""
    known = set()
    for whole in DOCUMENTS:
        for path in _mappings(whole):
            mutant = copy.deepcopy(whole)
            _at(mutant, path)["zzz"] = 1
            try:
                read_agreement(mutant, house=HOUSE)
            except AgreementErrors as refused:
                faults = [each for each in refused.errors if each.code == "unknown_keyword"]
                known |= {frozenset(each.parameters["known"].split(", ")) for each in faults}
    return known


def _known_to_the_schema(schema: Any) -> Iterator[frozenset[str]]:
    if isinstance(schema, dict):
        if schema.get("additionalProperties") is False:
            yield frozenset(schema["properties"])
        for part in schema.values():
            yield from _known_to_the_schema(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from _known_to_the_schema(part)


def test_schema_and_reader_know_the_same_keywords() -> None:
    assert set(_known_to_the_schema(SCHEMA)) == _known_to_the_reader()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_keyword_of_the_schema_is_described(page: Path) -> None:
    words = set(re.findall(r"[\w.]+", page.read_text()))
    assert set().union(*_known_to_the_schema(SCHEMA)) <= words


PIECES = st.sampled_from([_at(whole, path) for whole in DOCUMENTS for path in _places(whole)])
ODD = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5)


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_whatever_the_reader_takes_is_valid(data: st.DataObject) -> None:
    whole = copy.deepcopy(data.draw(st.sampled_from(DOCUMENTS)))
    *above, last = data.draw(st.sampled_from(_places(whole)[1:]))
    _at(whole, tuple(above))[last] = data.draw(PIECES | ODD | st.lists(ODD, max_size=2))
    try:
        read_agreement(whole, house=HOUSE)
    except AgreementErrors:
        return
    VALIDATOR.validate(whole)


@pytest.mark.parametrize(
    "fragment",
    [
        "ready: {pass_mrk: 5}",
        "ready: {pass_mark: high}",
        "ready: {pass_mark: 5, fit: [{name: f, when: {event: page}, points: 5}]}",
        "ready: {pass_mark: 5, mql: {score: {at_leest: 5}}}",
        "respond: {first_contact: [{otherwise: 1d}]}",
        "route: [{to: {team: t}}]",
    ],
)
def test_what_is_wrong_is_not_valid(fragment: str) -> None:
    assert not VALIDATOR.is_valid(document(fragment))
