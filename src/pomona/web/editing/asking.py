"""Controls of the questionnaire: a text in both languages, and the answers to choose among."""

from collections.abc import Mapping
from typing import Any, ClassVar

import msgspec
from msgspec import UNSET

from pomona.domain.agreement.read_questions import LANGUAGES, OPTION_WORDS
from pomona.web.editing.controls import Number, Posted, State, posted_one
from pomona.web.editing.rows import rows_posted

Words = dict[str, str]
"""What is said, by language; "" where nothing is."""


class Said(msgspec.Struct, frozen=True):
    """A text in Russian and English; `long`: of several lines."""

    long: bool = False
    template: ClassVar[str] = "said"

    def show(self, value: Any) -> State | None:
        """The text in each language."""
        return dict.fromkeys(LANGUAGES, "") if value is UNSET else _said(value)

    def again(self, posted: Posted, name: str) -> State:
        """As typed."""
        return {each: posted_one(posted, f"{name}-{each}").replace("\r\n", "\n") for each in LANGUAGES}

    def make(self, state: State) -> Any:
        """One text where it is the same in both languages, else those that are given."""
        return _written(state)


class Answers(msgspec.Struct, frozen=True):
    """The options of a question: for each its code, its text in both languages, its points."""

    template: ClassVar[str] = "answers"

    def show(self, value: Any) -> State | None:
        """A row for each option."""
        rows = [_row(option) for option in value] if isinstance(value, list) else [] if value is UNSET else [None]
        return None if None in rows else rows

    def again(self, posted: Posted, name: str) -> State:
        """The rows that are filled in."""
        rows = [
            {cell: posted_one(posted, f"{name}-{row}-{cell}") for cell in ("code", *LANGUAGES, "points")}
            for row in rows_posted(posted, name)
        ]
        return [row for row in rows if any(row.values())]

    def make(self, state: State) -> Any:
        """The list of the options."""
        return [_option(row) for row in state] or UNSET


def _said(value: Any) -> Words | None:
    if isinstance(value, Mapping) and value.keys() <= set(LANGUAGES):
        texts = {each: value.get(each, "") for each in LANGUAGES}
    else:
        texts = dict.fromkeys(LANGUAGES, value)
    return texts if all(isinstance(text, str) for text in texts.values()) else None


def _written(said: Words) -> Any:
    given = {language: said[language] for language in LANGUAGES if said[language]}
    same = len(given) == len(LANGUAGES) and len(set(given.values())) == 1
    return said[LANGUAGES[0]] if same else given or UNSET


def _row(option: Any) -> Words | None:
    if not isinstance(option, Mapping) or not option.keys() <= set(OPTION_WORDS):
        return None
    said, points = _said(option.get("text", "")), Number().show(option.get("points", UNSET))
    return None if said is None or points is None else {"code": str(option.get("code", "")), **said, "points": points}


def _option(row: Words) -> dict[str, Any]:
    parts = {"code": row["code"] or UNSET, "text": _written(row), "points": Number().make(row["points"])}
    return {word: part for word, part in parts.items() if part is not UNSET}
