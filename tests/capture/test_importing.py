"""CSV import: encodings, delimiters, mappings, refused rows, repeats."""

from pathlib import Path
from typing import Any

import msgspec
import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pomona.capture.importing import ImportReport, import_file
from pomona.capture.importing_errors import ImportProblem
from pomona.capture.importing_file import CsvFile, find_delimiter
from pomona.capture.importing_mapping import ColumnMap, mapping_of_pairs, read_mapping
from pomona.capture.importing_row import RowReader
from pomona.domain.event import DAY, Event
from pomona.journal.read import facts_after
from tests.conftest import NOW

SECRET = b"secret" * 4
RUSSIAN = "E-Mail;Имя;Город\nivan@zavod.example;Иван Петрович Сидоров;Казань\nmaria@kama.example;Мария Кузнецова;Уфа\n"
HISTORY = {
    "id": "crm-{Номер}",
    "time": {"column": "Создан", "format": "%d.%m.%Y %H:%M", "zone": "Europe/Moscow"},
    "traits": {"email": "E-Mail", "company.employees": {"column": "Штат", "as": "number"}},
    "events": [
        {
            "name": "contract signed",
            "when": {"Итог": ["сделка"]},
            "properties": {"amount": {"column": "Сумма", "as": "number"}},
            "answers": {"timeline": {"column": "Срок", "values": {"сейчас": "now"}}},
        }
    ],
}
ROWS = """Номер,Создан,E-Mail,Штат,Итог,Сумма,Срок
7,01.03.2026 11:30,ivan@zavod.example,340,сделка,"640 000,50",сейчас
8,28.02.2026 09:00,maria@kama.example,,отказ,,
"""


def _import(conn: psycopg.Connection[Any], path: Path, mapping: ColumnMap, **options: Any) -> ImportReport:
    return import_file(conn, path, mapping, source=1, secret=SECRET, now=NOW, **options)


def _facts(conn: psycopg.Connection[Any]) -> list[Event]:
    return [event for _, event in facts_after(conn, 0, shard=0, shards=1, limit=1000)[0]]


def _file(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "leads.csv"
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1251"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_encoding_and_delimiter_are_found_out(tmp_path: Path, encoding: str, delimiter: str) -> None:
    file = CsvFile(_file(tmp_path, RUSSIAN.replace(";", delimiter), encoding))
    assert file.header == ["E-Mail", "Имя", "Город"]
    assert [row.cells[2] for row in file.rows()] == ["Казань", "Уфа"]


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("name;price\npump, small;1,5\nvalve;2,75\n", ";"),
        ("name,note\na;b,c\nd,e;f;g\n", ","),
        ("a;b;c,d\n", ";"),
        ('"a;b",c\n"d;e",f\n', ","),
        ("alone\n", ","),
        (",'a" * 60_000, ","),
        ("; " * 60_000, ";"),
    ],
)
def test_the_delimiter_is_the_one_that_parts_most_lines_alike(text: str, delimiter: str) -> None:
    assert find_delimiter(text) == delimiter


def test_quoted_line_breaks_and_delimiters_stay_in_their_cell(tmp_path: Path) -> None:
    file = CsvFile(_file(tmp_path, 'email;note\na@b.example;"one; two\nthree ""four"""\n\n'))
    assert [row.cells for row in file.rows()] == [["a@b.example", 'one; two\nthree "four"']]


def test_a_header_whose_quotes_are_not_closed_is_said(tmp_path: Path) -> None:
    with pytest.raises(ImportProblem, match="first line"):
        CsvFile(_file(tmp_path, '"email\na@b.example\n'))


def test_a_named_encoding_that_does_not_fit_is_said(tmp_path: Path) -> None:
    with pytest.raises(ImportProblem, match="encoding"):
        CsvFile(_file(tmp_path, RUSSIAN, "cp1251"), encoding="utf-8")


def test_a_row_tells_who_it_is_and_what_they_did(conn: psycopg.Connection[Any], tmp_path: Path) -> None:
    report = _import(conn, _file(tmp_path, ROWS), read_mapping(HISTORY))
    assert report == ImportReport(rows=2, imported=2)
    identify, signed = [event for event in _facts(conn) if event.t == NOW - DAY]
    assert identify.body["traits"]["email"] == "ivan@zavod.example"
    assert identify.body["traits"]["company.employees"] == 340
    assert (signed.name, signed.subject, signed.answers) == ("contract signed", identify.subject, {"timeline": ["now"]})
    assert signed.body["properties"]["amount"] == 640000.5


def test_the_same_file_twice_changes_nothing(conn: psycopg.Connection[Any], tmp_path: Path) -> None:
    path, mapping = _file(tmp_path, ROWS), read_mapping(HISTORY)
    _import(conn, path, mapping)
    before = _facts(conn)
    assert _import(conn, path, mapping) == ImportReport(rows=2, repeated=2)
    assert _facts(conn) == before


def test_an_import_cut_short_is_completed_by_the_next(conn: psycopg.Connection[Any], tmp_path: Path) -> None:
    lines = ["email", *(f"person{number}@plant.example" for number in range(1200))]
    path, mapping = _file(tmp_path, "\n".join(lines)), mapping_of_pairs(["email=email"])

    class Killed(Exception):
        pass

    def die(rows: int, share: float) -> None:
        raise Killed

    with pytest.raises(Killed):
        _import(conn, path, mapping, progress=die)
    report = _import(conn, path, mapping)
    assert report.rows == 1200
    assert 0 < report.repeated < 1200
    assert conn.execute("SELECT count(*), count(DISTINCT subject) FROM journal").fetchone() == (1200, 1200)


def test_people_without_an_id_keep_their_events_by_their_address(conn: psycopg.Connection[Any], tmp_path: Path) -> None:
    path = _file(tmp_path, "mail,attended\nA@plant.example,yes\na@plant.example,no\n")
    mapping = read_mapping(
        {"traits": {"email": "mail"}, "events": [{"name": "webinar attended", "when": {"attended": "yes"}}]}
    )
    _import(conn, path, mapping)
    events = _facts(conn)
    attended = next(event for event in events if event.name == "webinar attended")
    assert all(attended.subject in event.keys for event in events)


@pytest.mark.parametrize(("language", "words"), [("ru", "не число"), ("en", "not a number")])
def test_refused_rows_are_written_with_their_reason_and_the_others_are_kept(
    conn: psycopg.Connection[Any], tmp_path: Path, language: Any, words: str
) -> None:
    text = ROWS + "9,04.03.2026 09:00,oleg@kama.example,many,,,\n10,yesterday,a@b.example,,,,\n11,x\n"
    refused = tmp_path / "refused.csv"
    report = _import(conn, _file(tmp_path, text), read_mapping(HISTORY), language=language, refused_path=refused)
    assert report == ImportReport(rows=5, imported=2, refused=3)
    kept = list(CsvFile(refused).rows())
    assert [row.cells[0] for row in kept] == ["9", "10", "11"]
    assert words in kept[0].cells[-1]
    assert "yesterday" in kept[1].cells[-1]


def test_a_file_without_refused_rows_leaves_no_file_of_them(conn: psycopg.Connection[Any], tmp_path: Path) -> None:
    _import(conn, _file(tmp_path, ROWS), read_mapping(HISTORY), refused_path=tmp_path / "refused.csv")
    assert not (tmp_path / "refused.csv").exists()


def test_an_address_that_cannot_be_one_names_nobody(conn: psycopg.Connection[Any], tmp_path: Path) -> None:
    path = _file(tmp_path, "email,name\nnot an address,Ivan\n")
    assert _import(conn, path, mapping_of_pairs(["email=email", "name=name"])).refused == 1
    assert _facts(conn) == []


@pytest.mark.parametrize(
    ("pairs", "code"),
    [(["email=Post"], "unknown_column"), (["name=Имя"], "no_identity"), (["email"], "pair")],
)
def test_a_mapping_that_does_not_fit_imports_nothing(
    conn: psycopg.Connection[Any], tmp_path: Path, pairs: list[str], code: str
) -> None:
    with pytest.raises(ImportProblem) as problem:
        _import(conn, _file(tmp_path, RUSSIAN), mapping_of_pairs(pairs))
    assert problem.value.code == code
    assert problem.value.text("ru") != problem.value.text("en")


def test_a_mapping_with_an_unknown_key_says_where() -> None:
    with pytest.raises(ImportProblem, match=r"when_"):
        read_mapping({"id": "{a}", "events": [{"name": "x", "when_": {}}]})


def test_rows_in_order_without_a_year_pass_into_the_next_where_the_date_falls_back() -> None:
    mapping = read_mapping(
        {"id": "{row}", "time": {"template": "{day} {month} {year}", "format": "%d %b %Y", "first_year": 2007}}
    )
    reader = RowReader(mapping)
    days = [("30", "nov"), ("2", "jan"), ("29", "feb"), ("1", "mar"), ("1", "feb")]
    messages = [
        reader.messages({"row": str(number), "day": day, "month": month})[0] for number, (day, month) in enumerate(days)
    ]
    assert [each["timestamp"][:10] for each in messages] == [
        "2007-11-30",
        "2008-01-02",
        "2008-02-29",
        "2008-03-01",
        "2009-02-01",
    ]


@given(st.dictionaries(st.sampled_from(["email", "phone", "name", "city"]), st.text(max_size=20), min_size=4))
@settings(max_examples=50, deadline=None)
def test_message_ids_depend_on_what_the_row_says_alone(cells: dict[str, str]) -> None:
    mapping = msgspec.structs.replace(mapping_of_pairs(["email=email", "name=name"]), id="known-{row}")
    row = {**cells, "row": "1"}
    assert RowReader(mapping).messages(row) == RowReader(mapping).messages(dict(reversed(row.items())))
    moved = RowReader(mapping).messages({**row, "row": "2"})
    assert moved[0]["messageId"] != RowReader(mapping).messages(row)[0]["messageId"]
