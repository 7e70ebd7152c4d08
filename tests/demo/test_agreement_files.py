"""The demo company's agreements: readable, and the same in both languages but for names."""

from pathlib import Path
from typing import Any

import pytest

import pomona.demo
from pomona.demo.agreeing import PAPERS, document
from pomona.demo.journeys import span_until
from pomona.demo.vocabulary import PLACES
from pomona.domain.agreement import Agreement, lists_named, read_agreement
from pomona.domain.errors import Language
from pomona.formats.yaml_document import read_yaml
from tests.conftest import NOW

FOLDER = Path(pomona.demo.__file__).parent / "agreements"
FILES = sorted(path.stem for path in (FOLDER / "en").iterdir())


def _document(language: Language, name: str) -> dict[str, Any]:
    return read_yaml(document(language, name, span_until(NOW, 90)))[0]


def _agreement(language: Language, name: str) -> Agreement:
    house = _read(_document(language, "default"))
    return house if name == "default" else _read(_document(language, name), house)


def _read(document: dict[str, Any], house: Agreement | None = None) -> Agreement:
    return read_agreement(document, house=house, lists=dict.fromkeys(lists_named(document), frozenset[str]()))


def _without_names(node: Any) -> Any:
    if isinstance(node, dict):
        return {key: _without_names(value) for key, value in node.items() if key not in ("name", "reasons", "in_list")}
    return [_without_names(each) for each in node] if isinstance(node, list) else node


@pytest.mark.parametrize("name", FILES)
def test_both_languages_agree_on_the_same(name: str) -> None:
    assert _without_names(_document("ru", name)) == _without_names(_document("en", name))
    assert len(_agreement("ru", name).rules) == len(_agreement("en", name).rules)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("language", ["ru", "en"])
def test_only_promises_and_the_moving_of_the_mark_wait_for_later_releases(language: Language, name: str) -> None:
    waiting = {each.path for each in _agreement(language, name).not_yet}
    assert waiting <= {("promise",), ("ready", "pass_mark")}


def test_every_place_of_the_market_has_a_region() -> None:
    assert all(place.region.startswith("RU-") for place in PLACES)


def test_every_file_is_agreed_on_one_day() -> None:
    assert sorted(paper.file for paper in PAPERS) == FILES
