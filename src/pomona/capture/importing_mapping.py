"""The mapping document: how the columns of a file become people and what they did.

A small YAML document, or pairs `trait=column` from the command line:

    id: crm-{Номер}                      # a template over columns; {row} is the number of the row
    time: {column: Создан, format: "%d.%m.%Y %H:%M", zone: Europe/Moscow}
    traits:
      email: E-Mail                      # trait: column
      company.employees: {column: Штат, as: number}
      list: {constant: exhibition}
    events:                              # a row may tell several events of its person
      - name: contract signed
        when: {Итог: [сделка, продано]}  # only rows with one of these values
        properties: {amount: {column: Сумма, as: number}}
        answers: {timeline: {column: Срок, values: {сейчас: now}}}
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal

import msgspec

from pomona.capture.importing_errors import ImportProblem

ROW = "row"
"""What a template calls the number of the row."""
YEAR = "year"
"""What a template calls the year that `first_year` counts."""
PLACE = re.compile(r"\{([^{}]+)\}")
IDENTIFYING = ("email", "phone")


class Value(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a value comes from: one of column, template and constant.

    `values` replaces texts (null: no value); texts it does not list stay as they are. `as: number` reads a
    number with a comma or a point, spaces between the thousands allowed. An empty text is no value.
    """

    column: str | None = None
    template: str | None = None
    constant: Any = None
    values: dict[str, Any] | None = None
    kind: Literal["text", "number"] = msgspec.field(default="text", name="as")

    @property
    def text_template(self) -> str | None:
        """The template to fill; a column is the template of just that column."""
        return f"{{{self.column}}}" if self.column is not None else self.template


class Moment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When something happened: ISO 8601, or `format` as in `strptime`; local times are in `zone`.

    `first_year` is for rows that stand in the order of time and name no year (the template says `{year}`):
    a new year begins where the date falls back.
    """

    column: str | None = None
    template: str | None = None
    format: str | None = None
    zone: str = "UTC"
    first_year: int | None = None

    @property
    def text_template(self) -> str:
        """The template to fill; a column is the template of just that column."""
        return f"{{{self.column}}}" if self.column is not None else self.template or ""


class EventOfRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An event that a row tells if `when` fits (column: value or values).

    It happened at `time`, else at the row's time; `days_before` names a column with the number of days to go
    back from there (empty or negative: there was no such event).
    """

    name: str
    when: dict[str, str | list[str]] = {}
    time: str | Moment | None = None
    days_before: str | None = None
    properties: dict[str, str | Value] = {}
    answers: dict[str, str | Value] = {}


class ColumnMap(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole mapping. `encoding` and `delimiter` are found out when not given."""

    traits: dict[str, str | Value] = {}
    id: str | None = None
    time: str | Moment | None = None
    events: list[EventOfRow] = []
    encoding: str | None = None
    delimiter: str | None = None

    def check(self, header: Iterable[str]) -> None:
        """Raise `ImportProblem` if it refers to a column the file lacks, or identifies nobody."""
        known = list(header)
        for column in self._columns():
            if column not in known:
                raise ImportProblem("unknown_column", column=column, columns=", ".join(known))
        if self.id is None and not any(trait in self.traits for trait in IDENTIFYING):
            raise ImportProblem("no_identity")

    def _columns(self) -> Iterator[str]:
        for template in self._templates():
            yield from (name for name in PLACE.findall(template) if name not in (ROW, YEAR))
        for event in self.events:
            yield from event.when
            if event.days_before is not None:
                yield event.days_before

    def _templates(self) -> Iterator[str]:
        yield self.id or ""
        values = [self.traits, *(event.properties for event in self.events), *(event.answers for event in self.events)]
        for each in values:
            yield from (as_value(value).text_template or "" for value in each.values())
        for time in (self.time, *(event.time for event in self.events)):
            if time is not None:
                yield as_moment(time).text_template


def as_value(value: str | Value) -> Value:
    """A plain text is the name of a column."""
    return Value(column=value) if isinstance(value, str) else value


def as_moment(moment: str | Moment) -> Moment:
    """A plain text is the name of a column with ISO 8601 times."""
    return Moment(column=moment) if isinstance(moment, str) else moment


def read_mapping(document: Mapping[str, Any]) -> ColumnMap:
    """The mapping of a document; raises `ImportProblem` saying what is wrong and where."""
    try:
        return msgspec.convert(document, ColumnMap)
    except msgspec.ValidationError as error:
        raise ImportProblem("mapping", why=error) from error


def mapping_of_pairs(pairs: Iterable[str]) -> ColumnMap:
    """The mapping of `trait=column` pairs; `id=column` names the external id, `time=column` an ISO time."""
    columns: dict[str, str] = {}
    for pair in pairs:
        trait, equals, column = pair.partition("=")
        if not (trait.strip() and equals and column.strip()):
            raise ImportProblem("pair", pair=pair)
        columns[trait.strip()] = column.strip()
    own, time = columns.pop("id", None), columns.pop("time", None)
    return ColumnMap(traits=dict(columns), id=f"{{{own}}}" if own else None, time=time)
