"""What campaigns cost is read from the files that people really have; a line that cannot be read is named."""

from datetime import date
from itertools import product

import pytest

from pomona.capture.importing_errors import ImportProblem
from pomona.capture.importing_spend import SpendFile, read_spend_file
from pomona.domain.spend import CampaignDay

FIRST, SECOND = date(2026, 3, 1), date(2026, 3, 2)

OWN_TABLE = """Кампания;Дата;Расход, ₽
search-broad;01.03.2026;3 466,67
search-broad;02.03.2026;0
"""
# The columns as report titles and totals of advertising accounts surround them.
DIRECT_PAGE = """Отчёт за период
Период: 01.03.2026 - 02.03.2026

Дата;Кампания;№ Кампании;Показы;Клики;Расход (руб.)
01.03.2026;search-broad;77;1000;20;3000,00
01.03.2026;search-broad;77;200;5;466,67
02.03.2026;search-broad;77;10;1;0,00
Итого;;;1210;26;3466,67
"""
DIRECT_API = """"costs (2026-03-01 - 2026-03-02)"
Date\tCampaignName\tClicks\tCost
2026-03-01\tsearch-broad\t20\t3466.67
2026-03-02\tsearch-broad\t5\t0
Total rows: 2
"""
GOOGLE = """Campaign report
"March 1, 2026 - March 2, 2026"
Day,Campaign,Currency code,Cost,Clicks
2026-03-01,search-broad,RUB,"3,466.67",7
2026-03-02,search-broad,RUB,0.00,0
Total: Account, --,RUB,"3,466.67",7
"""


def _read(text: str, encoding: str = "utf-8") -> SpendFile:
    return read_spend_file(text.encode(encoding), "RUB")


@pytest.mark.parametrize("text", [OWN_TABLE, DIRECT_PAGE, DIRECT_API, GOOGLE], ids=["own", "page", "api", "google"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251"])
def test_tables_and_exports_tell_the_same(text: str, encoding: str) -> None:
    file = _read(text.replace("₽", "руб."), encoding)
    told = {CampaignDay("search-broad", FIRST): 3_466_67, CampaignDay("search-broad", SECOND): 0}
    assert (dict(file.amounts), file.faults) == (told, ())
    assert file.totals == (text is not OWN_TABLE)


@pytest.mark.parametrize(("delimiter", "name"), list(product(",;\t", ["utm_campaign", "Campaign name", "Кампания"])))
def test_columns_are_found_by_what_they_are_called(delimiter: str, name: str) -> None:
    lines = [["x", name, "С", "По", "Потрачено"], ["1", "radio", "2026-03-01", "2026-03-02", '"100,01"']]
    file = _read("\n".join(delimiter.join(cells) for cells in lines))
    assert dict(file.amounts) == {CampaignDay("radio", FIRST): 50_01, CampaignDay("radio", SECOND): 50_00}


def test_each_bad_line_is_named_with_its_reason_in_both_languages() -> None:
    file = _read(
        "campaign,date,cost\n\nradio,2026-03-01,5\nradio,03/04/2026,5\nradio,2026-03-01,$5\n"
        ",2026-03-01,5\nradio,1026-01-01,5\n1,2\n"
    )
    assert [(fault.line, fault.error.code) for fault in file.faults] == [
        (4, "day"),
        (5, "amount"),
        (6, "spend_campaign"),
        (7, "spend_day"),
        (8, "cells"),
    ]
    assert all(fault.error.text("ru") != fault.error.text("en") for fault in file.faults)


def test_money_of_another_currency_is_not_taken_for_ours() -> None:
    assert _read("campaign,date,cost,currency\nradio,2026-03-01,5,USD\n").faults[0].error.code == "currency"
    with pytest.raises(ImportProblem) as refused:
        _read("campaign,date,Cost (USD)\nradio,2026-03-01,5\n")
    assert refused.value.code == "spend_currency"


@pytest.mark.parametrize("text", ["name,age\nradio,5\n", "campaign,cost\nradio,5\n", "campaign,from,cost\nradio,1,5\n"])
def test_a_file_without_the_columns_is_refused(text: str) -> None:
    with pytest.raises(ImportProblem) as refused:
        _read(text)
    assert refused.value.code == "spend_columns"
