"""Numbers that come in addresses and forms: read, or quietly no numbers."""

import pytest

from pomona.web.whole import whole
from tests.web.conftest import LogIn


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0),
        ("007", 7),
        ("9" * 18, 10**18 - 1),
        ("9" * 19, None),
        ("", None),
        ("-1", None),
        ("1.5", None),
        ("²", None),
    ],
)
def test_a_number_that_fits_is_read(text: str, number: int | None) -> None:
    assert whole(text) == number


def test_thousands_of_digits_are_no_number_and_no_failure(log_in: LogIn) -> None:
    digits = "9" * 5_000
    browser = log_in("head")
    for address in (f"/leads/?owner={digits}", f"/leads/?after=1_{digits}", f"/outbox/?before={digits}"):
        assert browser.get(address).status_code == 200
