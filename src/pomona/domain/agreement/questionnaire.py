"""What a campaign asks: its questions, and the hosted form that asks them. Plain values, points in thousandths."""

from collections.abc import Mapping
from typing import Literal

import msgspec

from pomona.domain.agreement.bands import Band
from pomona.domain.errors import Language
from pomona.domain.text import answer_code
from pomona.domain.words import told

QuestionKind = Literal["single", "many", "number", "text"]
CHOOSING: tuple[QuestionKind, ...] = ("single", "many")
"""Kinds that are answered by choosing among options."""


class _Value(msgspec.Struct, frozen=True, kw_only=True):
    """Plain and comparable."""


class Said(_Value, frozen=True):
    """The same in both languages; one of them may be empty."""

    ru: str = ""
    en: str = ""

    def in_(self, language: Language) -> str:
        """In the language asked for, else in the other one."""
        return (self.ru or self.en) if language == "ru" else (self.en or self.ru)


class Option(_Value, frozen=True):
    """One answer to choose, and what it is worth."""

    code: str
    text: Said
    points: int = 0


class Question(_Value, frozen=True):
    """One question. `options` are for choosing, `bands` for numbers; words answer a `text`, for which nobody gets
    points.
    """

    code: str
    text: Said
    kind: QuestionKind
    required: bool = False
    options: tuple[Option, ...] = ()
    bands: tuple[Band, ...] = ()

    def answer(self, code: str) -> Option | None:
        """The option that bears the code; None: none does."""
        return next((each for each in self.options if answer_code(each.code) == answer_code(code)), None)


Asked = Mapping[str, Question]
"""Questions by their codes."""


def question_words(code: str, asked: Asked, language: Language) -> str:
    """A question as it is asked; its code as a word where nobody asks it."""
    return asked[code].text.in_(language) if code in asked else told(code, language)


def answer_words(question: str, code: str, asked: Asked, language: Language) -> str:
    """An answer as it is offered; its code as a word where it is not."""
    option = asked[question].answer(code) if question in asked else None
    return option.text.in_(language) if option else told(code, language)


class Form(_Value, frozen=True):
    """The hosted form: its words, which traits it asks for beside what makes somebody a lead, to what the sender
    consents, and the sites (origins) that may show it within their pages.
    """

    title: Said = Said()
    intro: Said = Said()
    button: Said = Said()
    thanks: Said = Said()
    fields: tuple[str, ...] = ()
    consent: Said = Said()
    consent_link: str | None = None
    embed_on: tuple[str, ...] = ()
