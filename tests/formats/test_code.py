"""Codes made of words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pomona.domain.text import answer_code
from pomona.formats.code import LONGEST, code_of


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("When must it be running?", "when_must_it_be_running"),
        ("Ещё не знаем: щётки", "eshche_ne_znaem_shchetki"),
        ("до 100 000 ₽", "do_100_000"),
        ("10", "10"),
        ("👍", "answer"),
        ("", "answer"),
        ("a question that is so long that nobody would read it to its end", "a_question_that_is_so_long_that_nobody"),
    ],
)
def test_words_become_a_short_code_in_latin_letters(words: str, code: str) -> None:
    assert code_of(words, (), otherwise="answer") == code


def test_a_code_that_is_taken_gets_a_number_however_the_other_is_written() -> None:
    assert code_of("this year", {"This-Year", "this_year_2"}, otherwise="answer") == "this_year_3"


@given(st.text(max_size=80), st.sets(st.text(max_size=8), max_size=5))
def test_no_two_codes_are_taken_for_the_same(words: str, taken: set[str]) -> None:
    code = code_of(words, taken, otherwise="answer")
    assert answer_code(code) not in {answer_code(each) for each in taken}
    assert code.isascii()
    assert len(code) <= LONGEST + 3
