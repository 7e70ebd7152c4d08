"""What campaigns cost from a CSV file: one's own table, or what an advertising account exports."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from io import BytesIO
from itertools import chain, islice
from typing import NamedTuple

import msgspec
from babel.numbers import is_currency

from pomona.capture.importing_errors import ImportProblem, RefusedRow
from pomona.capture.importing_file import DELIMITERS, CsvFile, Row
from pomona.domain.errors import PomonaError
from pomona.domain.spend import CampaignDay, Days, RefusedSpend, checked, spread
from pomona.domain.text import normal
from pomona.formats.money import read_money

COLUMNS: dict[str, tuple[str, ...]] = {
    "campaign": (
        "utm campaign",
        "campaign name",
        "campaignname",
        "campaign",
        "название кампании",
        "рекламная кампания",
        "кампания",
    ),
    "day": ("date", "day", "дата", "день"),
    "first": ("from", "start", "start date", "с", "от", "начало", "дата начала"),
    "last": ("until", "to", "end", "end date", "по", "до", "конец", "дата окончания"),
    "cost": ("cost", "spend", "spent", "amount spent", "amount", "расход", "расходы", "затраты", "потрачено", "сумма"),
    "currency": ("currency", "currency code", "валюта", "код валюты"),
}
"""What columns may be called, in their normal form without the unit; the first one found is meant."""
PREAMBLE = 20
"""Lines in which a title and the days of a report may stand before the columns' names."""
TOTALS = ("total", "итого", "всего")
DAY_FORMATS = ("%d.%m.%Y", "%Y/%m/%d")

_UNIT = re.compile(r"\(([^()]*)\)|,(.*)$")


class Fault(NamedTuple):
    """Why a line of the file cannot be taken."""

    line: int
    error: PomonaError


class SpendFile(msgspec.Struct, frozen=True):
    """The amounts (hundredths) that a file tells, added up for each campaign and day; `faults` of lines that cannot
    be read; `totals` counts lines that sum up others and are left out."""

    amounts: Mapping[CampaignDay, int]
    faults: tuple[Fault, ...]
    totals: int


def read_spend_file(content: bytes, currency: str) -> SpendFile:
    """Read a file whose money is of this currency (ISO 4217). Raises `ImportProblem`."""
    columns, rows = _opened(content, currency)
    amounts: Counter[CampaignDay] = Counter()
    faults, totals = [], 0
    for row in rows:
        if columns.is_total(row):
            totals += 1
            continue
        try:
            told = columns.read(row)
        except (RefusedRow, RefusedSpend) as error:
            faults.append(Fault(row.line, error))
        else:
            amounts.update(told)
    return SpendFile(amounts, tuple(faults), totals)


def _opened(content: bytes, currency: str) -> tuple["_Columns", Iterator[Row]]:
    """The columns, and the rows below their names."""
    for delimiter in DELIMITERS:
        file = CsvFile(BytesIO(content), delimiter=delimiter)
        rows = file.rows()
        for names in chain([file.header], (row.cells for row in islice(rows, PREAMBLE))):
            if columns := _columns(names, currency):
                return columns, rows
    raise ImportProblem("spend_columns")


def _columns(names: Sequence[str], currency: str) -> "_Columns | None":
    """The columns, if this line names those that are needed."""
    plain = [normal(_UNIT.sub("", name)) for name in names]
    places = {part: plain.index(word) for part, words in COLUMNS.items() if (word := _first(words, plain)) is not None}
    if not {"campaign", "cost"} <= places.keys() or not ("day" in places or {"first", "last"} <= places.keys()):
        return None
    for unit in _UNIT.findall(names[places["cost"]]):
        code = "".join(unit).strip().upper()
        if is_currency(code) and code != currency:
            raise ImportProblem("spend_currency", found=code, currency=currency)
    return _Columns(places, len(names), currency)


def _first(words: Sequence[str], names: Sequence[str]) -> str | None:
    return next((word for word in words if word in names), None)


class _Columns:
    """Reads rows by where the columns stand."""

    def __init__(self, places: Mapping[str, int], width: int, currency: str) -> None:
        self._places, self._width, self._currency = places, width, currency

    def is_total(self, row: Row) -> bool:
        """Whether the row sums up others: it says so where it begins, and names no day."""
        begins = normal(next(filter(None, (cell.strip() for cell in row.cells)), ""))
        return begins.startswith(TOTALS) and _date(self._cell(row, "day" if "day" in self._places else "first")) is None

    def read(self, row: Row) -> dict[CampaignDay, int]:
        """What the row tells. Raises `RefusedRow`, `RefusedSpend`."""
        if row.refused is not None and not row.cells:
            raise row.refused
        if len(row.cells) != self._width:
            raise RefusedRow("cells", found=len(row.cells), expected=self._width)
        code = self._cell(row, "currency").upper()
        if code and code != self._currency:
            raise RefusedRow("currency", value=code, currency=self._currency)
        campaign, written = " ".join(self._cell(row, "campaign").split()), self._cell(row, "cost")
        amount = read_money(written, self._currency)
        if amount is None:
            raise RefusedRow("amount", value=written, currency=self._currency)
        days = spread(amount, self._days(row))
        return dict(checked({CampaignDay(campaign, day): part for day, part in days.items()}))

    def _days(self, row: Row) -> Days:
        if "day" in self._places:
            day = self._day(row, "day")
            return Days(day, day)
        return Days(self._day(row, "first"), self._day(row, "last"))

    def _day(self, row: Row, part: str) -> date:
        written = self._cell(row, part)
        found = _date(written)
        if found is None:
            raise RefusedRow("day", value=written)
        return found

    def _cell(self, row: Row, part: str) -> str:
        """What stands there; nothing where the row is too short or there is no such column."""
        place = self._places.get(part)
        return row.cells[place].strip() if place is not None and place < len(row.cells) else ""


def _date(text: str) -> date | None:
    for form in (None, *DAY_FORMATS):
        try:
            return (datetime.strptime(text, form) if form else datetime.fromisoformat(text)).date()  # noqa: DTZ007
        except ValueError:
            continue
    return None
