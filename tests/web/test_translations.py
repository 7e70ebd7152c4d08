"""Every string of the pages has its Russian, with the same placeholders and all plural forms."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po

WEB = Path(__file__).parents[2] / "src/pomona/web"
KEYWORDS: dict[str, Any] = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
}
METHODS = [("**.py", "python"), ("templates/**.html", "pomona.web.translation:extract_template")]
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]")


def _strings() -> Iterator[tuple[str, str | None, str]]:
    """(message id, context, where) of each string of the pages."""
    for file, line, message, _, context in extract_from_dir(WEB, METHODS, keywords=KEYWORDS):
        yield (message[0] if isinstance(message, tuple) else message), context, f"{file}:{line}"


def _russian() -> dict[tuple[str, str | None], Message]:
    with (WEB / "locale/ru/LC_MESSAGES/django.po").open("rb") as file:
        return {
            (message.id[0] if isinstance(message.id, (tuple, list)) else message.id, message.context): message
            for message in read_po(file, locale="ru")
            if message.id
        }


def test_every_string_has_its_russian() -> None:
    russian = _russian()
    missing = [
        f"{where}: {string}"
        for string, context, where in _strings()
        if (message := russian.get((string, context))) is None
        or not all(message.string if isinstance(message.string, tuple) else [message.string])
        or message.fuzzy
    ]
    assert not missing, "\n".join(missing)


def test_no_russian_is_left_without_its_string() -> None:
    used = {(string, context) for string, context, _ in _strings()}
    assert not [message.id for key, message in _russian().items() if key not in used]


def test_no_string_is_translated_twice() -> None:
    """A reader of the file keeps one of the two, and says nothing."""
    text = (WEB / "locale/ru/LC_MESSAGES/django.po").read_text(encoding="utf-8")
    heads = [entry.split("\nmsgstr")[0].split("\nmsgid_plural")[0] for entry in text.split("\n\n")]
    named = [re.sub(r"^#.*\n", "", head, flags=re.MULTILINE) for head in heads]
    assert [head for head, times in Counter(named).items() if times > 1] == []


def test_translations_keep_the_placeholders() -> None:
    for message in _russian().values():
        texts = message.string if isinstance(message.string, tuple) else (message.string,)
        plural = message.id[-1] if isinstance(message.id, (tuple, list)) else message.id
        for text in texts:
            assert set(PLACEHOLDER.findall(text)) == set(PLACEHOLDER.findall(plural)), message.id


def test_the_russian_pages_never_call_a_manager_a_seller() -> None:
    assert not [message.id for message in _russian().values() if "продавец" in str(message.string).lower()]
