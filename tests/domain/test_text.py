import time
from fnmatch import fnmatchcase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pomona.domain.text import glob, normal


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Pump-Guide", "pump guide"),
        ("  «Насос»,\tЭЦН—80 ", "насос эцн 80"),
        ("STRASSE / Straße", "strasse strasse"),
        ("ﬁne_print", "fine print"),
        ("+7 (843) 000-00-01", "7 843 000 00 01"),
        ("—", ""),
    ],
)
def test_the_normal_form(text: str, expected: str) -> None:
    assert normal(text) == expected


@given(st.text())
def test_a_normal_form_is_its_own_normal_form(text: str) -> None:
    assert normal(normal(text)) == normal(text)


@given(st.text(alphabet="ab*", max_size=6), st.text(alphabet="ab", max_size=8))
def test_a_star_stands_for_any_characters(pattern: str, text: str) -> None:
    assert glob(pattern)(text) is fnmatchcase(text, pattern)


@pytest.mark.parametrize(
    ("pattern", "text"), [("/price?", "/prices"), ("[a]", "a"), ("/pricing*", "/blog/pricing"), ("ab*ba", "aba")]
)
def test_nothing_but_the_star_is_special_and_the_whole_text_must_fit(pattern: str, text: str) -> None:
    assert not glob(pattern)(text)


def test_a_glob_with_many_stars_takes_no_more_than_linear_time() -> None:
    fits = glob("*a" * 50 + "*b")
    start = time.perf_counter()
    assert not fits("a" * 200_000)
    assert time.perf_counter() - start < 1
