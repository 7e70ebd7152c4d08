"""The reference of the agreement names every keyword, and every example in it is read and run."""

import re
from pathlib import Path
from typing import Any

import pytest

from pomona.domain import bant
from pomona.domain.agreement import Agreement, read, read_agreement, read_conditions, read_ready, read_rules
from pomona.domain.clauses import say_condition
from pomona.domain.condition import explain
from pomona.domain.profile import EMPTY_PROFILE, observe
from pomona.domain.scoring import EMPTY_TALLY, count, situation_of
from pomona.domain.sentences import say_rule
from pomona.formats.yaml_document import read_yaml
from pomona.score_file import score_file
from tests.domain.facts import NOW, agreement, fact

DOCS = Path(__file__).parents[2] / "docs"
PAGES = [DOCS / "reference" / "agreement.md", DOCS / "reference" / "agreement.ru.md"]
BLOCKS = [(page.name, block) for page in PAGES for block in re.findall(r"```yaml\n(.*?)```", page.read_text(), re.S)]
EXAMPLES = sorted((DOCS / "examples" / "agreements").glob("*.yaml"))

FACTS = [
    fact("identify", NOW - 9, traits={"email": "a@b.example", "job_title": "Chief engineer", "region": "RU-TA"}),
    fact("page", NOW - 8, path="/pricing/pumps", campaign="spring-ebook-1", channel="phone"),
    fact("question answered", NOW - 7, answers={"timeline": ["now"], "product": ["service"]}),
    fact("call ended", NOW - 6, properties={"talk": 61}, channel="phone", campaign="spring"),
]


def run(terms: Agreement) -> None:
    """Everything an agreement can be asked: its score, each of its conditions, its sentences."""
    profile, tally = observe(EMPTY_PROFILE, FACTS), count(terms, EMPTY_TALLY, FACTS, cycle_from=0)
    situation = situation_of(terms, profile, tally, at=NOW, captured_at=NOW)
    assert situation.score is not None
    assert situation.score.total == sum(points.amount for points in situation.score.points)
    for condition in terms.conditions:
        assert explain(condition, situation).holds in (True, False, None)
        assert say_condition(condition, "ru", terms.asked) != say_condition(condition, "en", terms.asked)
    for _, rule in terms.rules:
        assert say_rule(rule, "ru", terms.asked) != say_rule(rule, "en", terms.asked)


@pytest.mark.parametrize("block", [block for _, block in BLOCKS])
def test_every_example_on_the_pages_is_read_and_run(block: str) -> None:
    run(agreement(block))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_file_is_read_and_run(path: Path) -> None:
    house = read_agreement(read_yaml((path.parent / "default.yaml").read_text())[0])
    run(read_agreement(read_yaml(path.read_text())[0], house=house))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_file_scores_the_example_events(path: Path) -> None:
    assert len(score_file(DOCS / "examples" / "events.jsonl", path).people) == 2


def _keywords(value: Any) -> set[str]:
    """Every key of a document that is not the user's own word: those are longer or hold signs."""
    if isinstance(value, dict):
        return set(value).union(*map(_keywords, value.values()))
    return set().union(*map(_keywords, value)) if isinstance(value, list) else set()


KEYWORDS = {
    *read.KEYWORDS,
    *read_ready.KEYWORDS,
    *read_conditions.READERS,
    *read_conditions.EVENT_WORDS,
    *read_conditions.TRAIT_TESTS,
    *bant.STATES,
    *bant.CRITERIA,
    *read_rules.HIT_WORDS,
    *_keywords(read_yaml((DOCS / "examples" / "agreements" / "spring-ebook.yaml").read_text())[0]),
}


@pytest.mark.parametrize("reference", PAGES, ids=lambda path: path.name)
def test_every_keyword_is_described(reference: Path) -> None:
    words = set(re.findall(r"[\w.]+", reference.read_text()))
    missing = {keyword for keyword in KEYWORDS if not set(re.findall(r"[\w.]+", keyword)) <= words}
    assert missing == set()


def test_both_languages_show_the_same_examples() -> None:
    kinds = [
        [sorted(_keywords(read_yaml(block)[0]) & KEYWORDS) for name, block in BLOCKS if name == page.name]
        for page in PAGES
    ]
    assert kinds[0] == kinds[1]
