"""Controls of the questionnaire: what is said in both languages, the answers to choose among, and which were given."""

from collections.abc import Collection, Mapping
from typing import Any, ClassVar

import msgspec
from msgspec import UNSET

from pomona.domain.agreement.read_questions import LANGUAGES, OPTION_WORDS
from pomona.formats.code import code_of
from pomona.web.editing.controls import Number, Posted, State, posted_one
from pomona.web.editing.rows import rows_posted

Words = dict[str, str]
"""What is said, by language; "" where nothing is."""

_WAYS = {"up": -1, "down": 1}


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
    """The options of a question: for each its text in both languages and its points; its code is carried along."""

    template: ClassVar[str] = "answers"

    def show(self, value: Any) -> State | None:
        """A row for each option."""
        rows = [_row(option) for option in value] if isinstance(value, list) else [] if value is UNSET else [None]
        return None if None in rows else rows

    def again(self, posted: Posted, name: str) -> State:
        """The rows that have a word, without one that is dropped, one of them moved `up` or `down`."""
        dropped = posted_one(posted, "drop")
        kept = [row for n in rows_posted(posted, name) if (row := f"{name}-{n}") != dropped]
        for way, step in _WAYS.items():
            if (moved := posted_one(posted, way)) in kept:
                index = kept.index(moved)
                kept.insert(max(0, index + step), kept.pop(index))
        rows = [{cell: posted_one(posted, f"{row}-{cell}") for cell in ("code", *LANGUAGES, "points")} for row in kept]
        return [row for row in rows if any(row[language] for language in LANGUAGES)]

    def make(self, state: State) -> Any:
        """The list of the options."""
        return [_option(row) for row in state] or UNSET


class AnswerGiven(msgspec.Struct, frozen=True):
    """Of a whole condition: which question, and which of its answers."""

    template: ClassVar[str] = "answer_given"

    def show(self, value: Any) -> State | None:
        """The question's code and the answers' codes."""
        codes = value.get("in", value.get("is", []))
        codes = [str(code) for code in (codes if isinstance(codes, list) else [codes])]
        known = value.keys() <= {"answer", "is"} or value.keys() <= {"answer", "in"}
        return (
            {"question": str(value.get("answer", "")), "codes": codes} if known and "," not in "".join(codes) else None
        )

    def again(self, posted: Posted, name: str) -> State:
        """What is chosen, or typed with commas between; of another question than before, no answer yet."""
        question = posted_one(posted, f"{name}-question")
        same = posted_one(posted, f"{name}-was") == question
        given = ",".join(posted.get(f"{name}-codes", ())) if same else ""
        return {"question": question, "codes": [code for each in given.split(",") if (code := each.strip())]}

    def make(self, state: State) -> Any:
        """`answer` and `is` or `in`."""
        codes = state["codes"]
        wanted = {"in": codes} if len(codes) > 1 else {"is": codes[0]} if codes else {}
        return {"answer": state["question"], **wanted}


def with_codes(question: dict[str, Any], taken: Collection[str]) -> dict[str, Any]:
    """The question with codes made of its words where it or an answer has none; `taken` by other questions.

    Codes that are there stay: rules and answers of the past name them.
    """
    made = _coded(question, taken, "question")
    if "options" not in question:
        return made
    options: list[dict[str, Any]] = []
    for option in question["options"]:
        codes = {each["code"] for each in (*question["options"], *options) if "code" in each}
        options.append(_coded(option, codes, "answer"))
    return {**made, "options": options}


def _coded(asked: dict[str, Any], taken: Collection[str], otherwise: str) -> dict[str, Any]:
    return asked if "code" in asked else {"code": code_of(_words(asked), taken, otherwise=otherwise), **asked}


def _words(asked: Mapping[str, Any]) -> str:
    """What a question or an answer says; in English, if it does."""
    said = asked.get("text", "")
    return str(said.get("en") or said.get("ru", "")) if isinstance(said, Mapping) else str(said)


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
