"""The documents say what the program has, in both languages, in the words of the glossary."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.main import get_command

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted([*DOCS.rglob("*.md"), *ROOT.glob("README*.md")])
LINK = re.compile(r"\]\((?!\w+:)([^)#\s]+)[^)]*\)")
SETTING = re.compile(r"\b(?:POMONA_[A-Z_]+|DATABASE_[A-Z_]*URL|TELEGRAM_[A-Z_]+)\b")
INTERNAL_SETTINGS = {"POMONA_PARENT_PIPE"}
CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)


def _twin(page: Path) -> Path:
    name = page.name.replace(".ru.md", ".md") if page.name.endswith(".ru.md") else page.stem + ".ru.md"
    return page.with_name(name)


@pytest.mark.parametrize("document", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_page_stands_in_both_languages(document: Path) -> None:
    assert _twin(document).exists()


@pytest.mark.parametrize("document", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(document: Path) -> None:
    for link in LINK.findall(document.read_text()):
        assert (document.parent / link).exists(), link


@pytest.mark.parametrize("suffix", [".md", ".ru.md"])
def test_the_index_leads_to_every_page(suffix: str) -> None:
    index = DOCS / f"index{suffix}"
    linked = {(DOCS / link).resolve() for link in LINK.findall(index.read_text())}
    own = {page for page in DOCS.rglob("*.md") if page.name.endswith(".ru.md") == (suffix == ".ru.md")}
    assert own - {index} <= linked


@pytest.mark.parametrize("suffix", [".md", ".ru.md"])
def test_every_setting_is_described(suffix: str) -> None:
    described = set(SETTING.findall((DOCS / "reference" / f"settings{suffix}").read_text()))
    sources = "\n".join(path.read_text() for path in (ROOT / "src").rglob("*.py"))
    assert set(SETTING.findall(sources)) - INTERNAL_SETTINGS == described


@pytest.mark.parametrize("suffix", [".md", ".ru.md"])
def test_every_command_is_described(suffix: str) -> None:
    from pomona.cli import app

    described = set(re.findall(r"^## `pomona (\w+)", (DOCS / "reference" / f"command-line{suffix}").read_text(), re.M))
    assert described == set(get_command(app).commands)  # type: ignore[attr-defined]


def _forbidden(glossary: str) -> Iterator[str]:
    for line in (DOCS / glossary).read_text().splitlines():
        cells = [cell.strip() for cell in line.strip("| ").split("|")] if line.startswith("| ") else []
        if len(cells) == 4:
            yield from filter(None, (word.strip() for word in cells[3].split(",")))


FORBIDDEN = [*list(_forbidden("glossary.md"))[1:], *list(_forbidden("glossary.ru.md"))[1:]]


def _texts() -> Iterator[tuple[Path, str]]:
    """What people read: pages, templates, translations, and the Russian texts in the sources."""
    for page in PAGES:
        if not page.name.startswith("glossary"):
            yield page, page.read_text()
    for pattern in ("*.html", "*.txt", "*.po"):
        for path in (ROOT / "src").rglob(pattern):
            yield path, path.read_text()
    for path in (ROOT / "src").rglob("*.py"):
        yield path, "\n".join(line for line in path.read_text().splitlines() if CYRILLIC.search(line))


@pytest.mark.parametrize("word", FORBIDDEN)
def test_the_glossary_has_one_word_for_one_thing(word: str) -> None:
    ending = "" if word.endswith("*") else r"s?\b"
    pattern = re.compile(rf"\b{re.escape(word.rstrip('*'))}{ending}", re.IGNORECASE)
    found = [str(path.relative_to(ROOT)) for path, text in _texts() if pattern.search(text)]
    assert found == []


def test_the_glossary_knows_words_to_avoid() -> None:
    assert {"продавец", "полураспад*", "threshold"} <= set(FORBIDDEN)
