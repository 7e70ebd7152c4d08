"""The items of a list from CSV files as people have them."""

import pytest

from pomona.capture.importing_list import read_list_file
from pomona.domain.lists import Kind

TABLE = "Компания;Сайт;Телефон\nРивал;rival.example;8 843 210-10-10\nДругой;другой.рф;+7 495 000-00-01\nКороткий;\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1251"])
@pytest.mark.parametrize(("kind", "column"), [("domain", 1), ("phone", 2), ("text", 0)])
def test_the_column_that_holds_such_items_is_found_in_any_encoding(encoding: str, kind: Kind, column: int) -> None:
    file = read_list_file(TABLE.encode(encoding))
    assert file.likely_column(kind) == column
    assert file.likely_header(kind)
    assert file.texts(1, has_header=True) == ["rival.example", "другой.рф", ""]


def test_a_first_line_that_is_an_item_is_no_header() -> None:
    file = read_list_file(b"rival.example\nother.example\n")
    assert not file.likely_header("domain")
    assert file.texts(0, has_header=False) == ["rival.example", "other.example"]


def test_a_line_whose_quotes_are_not_closed_is_counted() -> None:
    file = read_list_file(b'site\nrival.example\n"other.example\n')
    assert (file.texts(0, has_header=True), file.broken) == (["rival.example"], 1)
