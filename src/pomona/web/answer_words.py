"""Questions and answers in the words of the questionnaire; their codes as words where none asks them."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from pomona.domain.agreement import Agreement
from pomona.domain.agreement.questionnaire import Asked, Question, answer_words, question_words
from pomona.domain.words import told
from pomona.web import words

NOTHING: Asked = MappingProxyType({})


def asked_by(agreements: Iterable[Agreement]) -> Asked:
    """The questions of these agreements; of one code that of the first."""
    found: dict[str, Question] = {}
    for agreement in agreements:
        for question in agreement.questions:
            found.setdefault(question.code, question)
    return found


def code_word(code: str) -> str:
    """A question's or answer's code as a word."""
    return told(code, words.language())


def question_word(code: str, asked: Asked) -> str:
    """A question as it is asked."""
    return question_words(code, asked, words.language())


def option_word(question: str, code: str, asked: Asked) -> str:
    """An answer as it was offered; a number as people write it."""
    if question in asked and asked[question].kind == "number" and code.replace(".", "", 1).isdecimal():
        return words.number(float(code))
    return answer_words(question, code, asked, words.language())


def told_words(properties: Mapping[str, Any], asked: Asked) -> tuple[str, str]:
    """What somebody was asked and answered, by the properties of `question answered`."""
    code, answer = str(properties.get("question", "")), properties.get("answer")
    if answer is None:
        return question_word(code, asked), str(properties.get("words", ""))
    codes = answer if isinstance(answer, list) else [answer]
    return question_word(code, asked), ", ".join(option_word(code, str(each), asked) for each in codes)


def rule_word(rule: str, asked: Asked) -> str:
    """The name of a rule; of what an answer is worth the question and the answer."""
    for code in asked:
        if (answer := rule.removeprefix(f"{code}: ")) != rule:
            return f"{question_word(code, asked)} {option_word(code, answer, asked)}"
    return rule
