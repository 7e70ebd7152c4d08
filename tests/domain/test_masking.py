import pytest
from hypothesis import given
from hypothesis import strategies as st

from pomona.domain.masking import MASK, masked


@pytest.mark.parametrize(
    "text",
    [
        "petrova@volga-voda.example",
        "+7 843 210-10-10",
        "8(843)2101010",
        "@anna_petrova",
        "Анна <petrova@завод.рф>",
        "78432101010",
        "+1.202.555.0143",
    ],
)
def test_contact_data_is_struck_out(text: str) -> None:
    said = masked(f"пишите {text}, жду")
    assert MASK in said
    assert said.startswith("пишите ") and said.endswith(", жду")
    assert not any(len(word) > 6 and any(letter.isdigit() for letter in word) for word in said.split())
    assert "@" not in said


@pytest.mark.parametrize(
    "text", ["главный инженер", "340", "pump-guide 2026", "ЭЦН-80, 250..", "/pricing/pumps", "12.03.26"]
)
def test_what_is_none_stays(text: str) -> None:
    assert masked(text) == text


@given(st.text(max_size=300))
def test_no_address_is_left(text: str) -> None:
    assert "a@b.example" not in masked(f"{text} a@b.example {text}")
