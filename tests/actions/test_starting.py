"""Every template can be signed as it is, says the same in both languages, and becomes an agreement of its own."""

from typing import Any

import psycopg
import pytest

from pomona.actions.agreements import install_default
from pomona.actions.people import create_user
from pomona.actions.starting import TEMPLATES, RefusedStart, begin, named, standing_alone, template
from pomona.domain.agreement import read_agreement
from pomona.domain.agreement.lint import lint
from pomona.domain.errors import Language
from pomona.formats.yaml_document import read_yaml
from pomona.store import agreements
from tests.conftest import NOW

Conn = psycopg.Connection[Any]


def _without_names(node: Any) -> Any:
    if isinstance(node, dict):
        return {key: _without_names(value) for key, value in node.items() if key not in ("name", "reasons", "return")}
    return [_without_names(each) for each in node] if isinstance(node, list) else node


@pytest.mark.parametrize("kind", TEMPLATES)
@pytest.mark.parametrize("language", ["ru", "en"])
def test_a_template_adds_to_the_house_rules_without_a_finding(kind: str, language: Language) -> None:
    house = read_agreement(read_yaml(template("default", language))[0])
    agreement = read_agreement(read_yaml(template(kind, language))[0], house=house)
    assert agreement.campaign == kind
    assert [finding.text(language) for finding in lint(agreement, now=NOW)] == []
    assert len(agreement.rules) > len(house.rules)


@pytest.mark.parametrize("kind", TEMPLATES)
@pytest.mark.parametrize("language", ["ru", "en"])
def test_a_template_stands_on_its_own_where_there_are_no_house_rules(kind: str, language: Language) -> None:
    text = standing_alone(template(kind, language), language)
    assert [finding.text(language) for finding in lint(read_agreement(read_yaml(text)[0]), now=NOW)] == []
    assert text.startswith("# ")


@pytest.mark.parametrize("kind", TEMPLATES)
def test_both_languages_agree_on_the_same(kind: str) -> None:
    assert _without_names(read_yaml(template(kind, "ru"))[0]) == _without_names(read_yaml(template(kind, "en"))[0])


def test_a_copy_keeps_neither_the_traffic_nor_the_days_of_the_other() -> None:
    text = "campaign: old   # of spring\ncovers: [{form: a}]\nruns: {from: 2026-03-02}\nextends: default\n"
    assert named(text, "new", covers=[], runs={}) == "campaign: new   # of spring\nextends: default\n"
    assert read_yaml(named(text, "new", covers=[{"form": "b"}], runs={"until": "2026-05-31"}))[0] == {
        "campaign": "new",
        "extends": "default",
        "runs": {"until": "2026-05-31"},
        "covers": [{"form": "b"}],
    }


def test_a_name_is_needed_and_a_draft_is_not_begun_twice(conn: Conn) -> None:
    user = create_user(conn, "marketing", role="marketing", password_hash="", user=None, now=NOW)
    with pytest.raises(RefusedStart):
        named(template("ebook", "en"), "", covers=[], runs={})
    text = named(template("ebook", "en"), "spring", covers=[], runs={})
    draft = begin(conn, text, language="en", user=user, now=NOW)
    assert "extends" not in agreements.document_of(conn, draft.id)
    with pytest.raises(RefusedStart) as refused:
        begin(conn, text, language="en", user=user, now=NOW)
    assert refused.value.code == "begun_already"


def test_it_adds_to_the_house_rules_where_they_are_in_force(conn: Conn) -> None:
    user = create_user(conn, "marketing", role="marketing", password_hash="", user=None, now=NOW)
    house = install_default(conn, language="en", user=None, now=NOW)
    assert house is not None
    agreements.put_in_force(conn, house, start=NOW, end=None, now=NOW)
    draft = begin(conn, template("price", "en"), language="en", user=user, now=NOW)
    assert agreements.agreement_by_id(conn, draft.id).extends == "default"
