"""Items of lists are read by their kind into the form in which a lead's traits are compared."""

import pytest

from pomona.domain.lists import KINDS, LONGEST, Kind
from pomona.domain.text import normal
from pomona.formats.company_domain import read_domain
from pomona.formats.list_item import read_items


def _normal(kind: Kind, text: str) -> str | None:
    (item,) = read_items(kind, [text])
    return item.normal


@pytest.mark.parametrize(
    ("kind", "as_people_write_it", "trait"),
    [
        ("domain", "https://www.Rival.example/about?x=1", "rival.example"),
        ("domain", "info@shop.zavod.co.uk", "zavod.co.uk"),
        ("domain", " rival.example. ", "rival.example"),
        ("domain", "xn--e1afmkfd.xn--p1ai", "пример.рф"),
        ("domain", "Пример.РФ", "пример.рф"),
        ("email", "Snab@Zavod.Example", "snab@zavod.example"),
        ("phone", "8 (843) 210-10-10", "+78432101010"),
        ("region", "Республика Татарстан", "RU-TA"),
        ("region", "ru-ta", "RU-TA"),
        ("text", "Нефть и ГАЗ", "нефть и газ"),
    ],
)
def test_it_compares_as_the_trait_does(kind: Kind, as_people_write_it: str, trait: str) -> None:
    assert _normal(kind, as_people_write_it) == normal(trait)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("domain", "rival"),
        ("domain", "*.rival.example"),
        ("domain", "a.example, b.example"),
        ("domain", "http://[::1"),
        ("email", "nobody"),
        ("phone", "12"),
        ("region", "Atlantis"),
        ("text", "—"),
        ("text", "a\0b"),
        *((kind, "я" * (LONGEST + 1)) for kind in KINDS),
    ],
)
def test_what_is_none_of_the_kind_is_unreadable(kind: Kind, text: str) -> None:
    assert _normal(kind, text) is None


def test_blank_lines_are_passed_over_and_the_others_keep_their_numbers() -> None:
    assert [(item.number, item.written) for item in read_items("text", ["", "  one ", " ", "two"])] == [
        (2, "one"),
        (4, "two"),
    ]


@pytest.mark.parametrize("text", ["", ".", "-a.example", "a b.example", "x" * 5_000, "http://xn--\udcff.example"])
def test_what_is_no_domain_is_none(text: str) -> None:
    assert read_domain(text) is None
