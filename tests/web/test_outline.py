"""An agreement as steps of sentences; nothing that was agreed is left out."""

from pathlib import Path

import pytest

from pomona.domain.agreement import Agreement, read_agreement
from pomona.domain.agreement.read_questions import question_rules
from pomona.domain.errors import Language
from pomona.formats.yaml_document import read_yaml

pytestmark = pytest.mark.usefixtures("database_url")
EXAMPLES = Path(__file__).parents[2] / "docs/examples/agreements"
HOUSE = EXAMPLES / "default.yaml"


def _read(path: Path) -> Agreement:
    house = None if path == HOUSE else _read(HOUSE)
    return read_agreement(read_yaml(path.read_text())[0], house=house)


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_rule_and_line_stands_in_it(path: Path, language: Language) -> None:
    from pomona.web.outline import outline

    agreement = _read(path)
    steps = {step.key: step for step in outline(agreement, language)}
    names = {line.name for step in steps.values() for group in step.groups for line in group.lines}
    worth = {rule.name for question in agreement.questions for rule in question_rules(question)}
    wanted = {rule.name for _, rule in agreement.rules} - worth | {each.name for each in agreement.ready.never}
    wanted |= {question.code for question in agreement.questions}
    assert wanted | {line.name for line in agreement.route if line.when} <= names
    assert sum(len(group.lines) for group in steps["respond"].groups) >= len(agreement.respond.first_contact)
    said = {text for step in steps.values() for text in step.not_yet}
    assert said == {each.text_ru if language == "ru" else each.text_en for each in agreement.not_yet}


def test_an_agreement_does_not_differ_from_itself() -> None:
    from pomona.web.outline import differences

    assert differences(_read(HOUSE), _read(HOUSE), "en") == []


def test_what_is_new_changed_or_gone_is_told_line_by_line() -> None:
    from pomona.web.outline import differences

    before = read_agreement(read_yaml(_SMALL)[0])
    after = read_agreement(read_yaml(_SMALL.replace("points: 10", "points: 15").replace("webinar", "fair"))[0])
    found = {
        (each.before and each.before.name, each.after and each.after.name) for each in differences(before, after, "en")
    }
    assert found == {("prices", "prices"), ("webinar", None), (None, "fair")}


_SMALL = """
campaign: small
ready:
  interest:
    - {name: prices, when: {event: page, path: /pricing*}, points: 10}
    - {name: webinar, when: {event: webinar attended}, points: 20}
  pass_mark: 30
route: [{otherwise: {team: inbound}}]
respond: {first_contact: [{otherwise: 1wd}]}
"""
