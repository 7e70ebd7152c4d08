from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pomona.domain.agreement import AgreementErrors, read_agreement
from pomona.formats.yaml_document import MOST_CHARACTERS, YamlRefused, fault_lines, read_yaml


def values(text: str) -> Any:
    return read_yaml(f"x: {text}")[0]["x"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("true", True),
        ("false", False),
        ("yes", "yes"),
        ("No", "No"),
        ("on", "on"),
        ("True", "True"),
        ("5", 5),
        ("-15", -15),
        ("0.03", 0.03),
        ("1.5e3", 1500.0),
        ("+78430000001", "+78430000001"),
        ("007", "007"),
        ("0x1F", "0x1F"),
        ("1_000", "1_000"),
        (".5", ".5"),
        ("2026-03-02", "2026-03-02"),
        ("12:30", "12:30"),
        ("30d", "30d"),
        (".inf", ".inf"),
        ('"5"', "5"),
        ("'true'", "true"),
        ("null", None),
        ("", None),
        ("[a, {b: 1}]", ["a", {"b": 1}]),
        ("12345678901234567890123", "12345678901234567890123"),
    ],
)
def test_only_what_json_calls_a_number_is_one(text: str, value: Any) -> None:
    read = values(text)
    assert (read, type(read)) == (value, type(value))


def test_keys_are_texts_as_written() -> None:
    assert read_yaml('{1: a, true: b, "0..49": c, 2026: d}')[0] == {"1": "a", "true": "b", "0..49": "c", "2026": "d"}


def test_an_empty_text_is_an_empty_mapping() -> None:
    assert read_yaml("")[0] == {}
    assert read_yaml("# nothing\n")[0] == {}


TEXT = """\
campaign: spring
ready:
  fit:
    - {name: a, when: {known: email}, points: ten}
    - name: b
      points: 1
"""


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ((), (1, 1)),
        (("campaign",), (1, 1)),
        (("ready",), (2, 1)),
        (("ready", "fit"), (3, 3)),
        (("ready", "fit", 0), (4, 7)),
        (("ready", "fit", 0, "points"), (4, 39)),
        (("ready", "fit", 0, "when", "known"), (4, 24)),
        (("ready", "fit", 1), (5, 7)),
        (("ready", "fit", 1, "points"), (6, 7)),
        (("ready", "fit", 1, "when", "known"), (5, 7)),
        (("respond",), (1, 1)),
    ],
)
def test_every_entry_has_its_place(path: tuple[str | int, ...], place: tuple[int, int]) -> None:
    assert read_yaml(TEXT)[1](path) == place


def test_faults_of_an_agreement_are_told_with_line_and_column() -> None:
    document, locate = read_yaml(TEXT)
    with pytest.raises(AgreementErrors) as refused:
        read_agreement(document)
    assert "Line 4, column 39: ready.fit.1.points: this must be a number." in fault_lines(refused.value, locate, "en")
    assert any(line.startswith("Строка 4, знак 39: ") for line in fault_lines(refused.value, locate, "ru"))


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("a: [1", "yaml_syntax", (1, 6)),
        ("a: 1\nb: :\n  c", "yaml_syntax", (2, 4)),
        ("a: 1\na: 2", "yaml_repeated", (2, 1)),
        ("a: &x 1", "yaml_not_taken", (1, 4)),
        ("a: *x", "yaml_not_taken", (1, 4)),
        ("a: !!python/object:os.system x", "yaml_not_taken", (1, 4)),
        ("a: 1\n---\nb: 2", "yaml_not_taken", (2, 1)),
        ("? [a]\n: 1", "yaml_key", (1, 3)),
        ("- 1", "yaml_no_mapping", (1, 1)),
        ("text", "yaml_no_mapping", (1, 1)),
        ("a: \x00", "yaml_syntax", (1, 1)),
        ('a: [b, "\\0"]', "yaml_no_character", (1, 8)),
        ('"\\uD800": 1', "yaml_no_character", (1, 1)),
    ],
)
def test_what_is_refused_is_refused_with_its_place(text: str, code: str, place: tuple[int, int]) -> None:
    with pytest.raises(YamlRefused) as refused:
        read_yaml(text)
    assert (refused.value.code, refused.value.place) == (code, place)
    for language in ("ru", "en"):
        assert refused.value.text(language)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        "x" * 10_000_000,
        "a: " + "[" * 10_000,
        "a: " + "{a: " * 10_000,
        "\n".join(" " * depth + "a:" for depth in range(600)),
        "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]",
    ],
)
def test_what_would_hurt_is_refused_before_it_does(text: str) -> None:
    with pytest.raises(YamlRefused):
        read_yaml(text)


def test_the_largest_text_taken_is_read() -> None:
    line = "  - {name: n, when: {event: page}, points: 10}\n"
    text = "x:\n" + line * ((MOST_CHARACTERS - 3) // len(line))
    assert len(read_yaml(text)[0]["x"]) > 1000


@given(st.text(alphabet=st.sampled_from("ab:-[]{}#&*!|>'\"%@`?,0 \n\t\u00a0я\ufeff\x00"), max_size=40))
@settings(max_examples=300, deadline=None)
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(YamlRefused):
        document, locate = read_yaml(text)
        assert all(min(locate((keyword,))) > 0 for keyword in document)
