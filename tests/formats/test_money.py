"""Money as people write it, to the hundredth, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pomona.formats.money import read_money


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("0", 0),
        ("312000", 312_000_00),
        ("312 000 ₽", 312_000_00),
        ("312\u00a0000,50 руб.", 312_000_50),
        ("1\u202f234,5", 1_234_50),
        ("1,234.56", 1_234_56),
        ("1.234,56", 1_234_56),
        ("1,234", 1_234_00),
        ("1'234'567.00", 1_234_567_00),
        ("RUB 12.50", 12_50),
        ("12,5 р", 12_50),
    ],
)
def test_amounts_are_read_as_people_write_them(text: str, amount: int) -> None:
    assert read_money(text, "RUB") == amount


@pytest.mark.parametrize(
    "text", ["", "--", "-5", "$12", "12 USD", "1,23,45", "0,123", "1234.567", "12.345678", "1,234,56", "много", "1e5"]
)
def test_what_is_no_amount_of_the_currency_is_not_guessed(text: str) -> None:
    assert read_money(text, "RUB") is None


def test_each_currency_has_its_own_sign() -> None:
    assert [read_money("$12.50", currency) for currency in ("USD", "EUR", "RUB")] == [12_50, None, None]
    assert read_money("€ 1.234,56", "EUR") == 1_234_56


@given(st.integers(0, 10**12))
def test_every_amount_is_read_back_in_both_languages(amount: int) -> None:
    whole, part = divmod(amount, 100)
    english = f"{whole:,}.{part:02}"
    russian = english.replace(",", "\u00a0").replace(".", ",")
    assert read_money(english, "RUB") == read_money(f"{russian} ₽", "RUB") == amount
