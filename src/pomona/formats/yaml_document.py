"""YAML to plain values: YAML 1.2 rules, the place of every entry, and limits that refuse before they hurt.

Only `true` and `false` are truth values; a number is what JSON calls a number; dates, times, codes and phone
numbers stay text. Anchors, aliases, tags and several documents are refused: nothing can grow while being read.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, ClassVar, NoReturn

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from pomona.domain.agreement import AgreementErrors
from pomona.domain.agreement.findings import Finding, path_in_document
from pomona.domain.errors import Language, PomonaError
from pomona.domain.words import pick

MOST_CHARACTERS = 200_000
DEEPEST = 40

Path = tuple[str | int, ...]
Place = tuple[int, int]
"""Line and column, both counted from 1."""
Locate = Callable[[Path], Place]
"""The place of the entry at a path; of the nearest entry above where the path itself is not in the text."""

_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,17})")
_FLOAT = re.compile(r"-?(0|[1-9][0-9]{0,17})\.[0-9]{1,18}([eE][-+]?[0-9]{1,3})?")
_NO_CHARACTER = re.compile(r"[\0\ud800-\udfff]")
"""What quotes can spell, but neither UTF-8 nor a database can hold."""
_PLAIN = {"": None, "~": None, "null": None, "true": True, "false": False}


class YamlRefused(PomonaError):
    """A text that is not the YAML we read; `place` says where."""

    texts: ClassVar[dict[str, tuple[str, str]]] = {
        "yaml_too_large": (
            "Текст длиннее {most} знаков; соглашение столько не занимает.",
            "The text is longer than {most} characters; no agreement takes that much.",
        ),
        "yaml_too_deep": (
            "Строка {line}, знак {column}: вложено глубже {most} ступеней.",
            "Line {line}, column {column}: nested deeper than {most} levels.",
        ),
        "yaml_syntax": (
            "Строка {line}, знак {column}: это не YAML ({problem}).",
            "Line {line}, column {column}: this is not YAML ({problem}).",
        ),
        "yaml_repeated": (
            "Строка {line}, знак {column}: «{keyword}» здесь уже есть.",
            "Line {line}, column {column}: “{keyword}” already stands here.",
        ),
        "yaml_not_taken": (
            "Строка {line}, знак {column}: якоря, ссылки, теги и несколько документов не принимаются.",
            "Line {line}, column {column}: anchors, aliases, tags and several documents are not taken.",
        ),
        "yaml_no_character": (
            "Строка {line}, знак {column}: в тексте стоит код, которому не соответствует никакой знак.",
            "Line {line}, column {column}: the text holds a code that stands for no character.",
        ),
        "yaml_key": (
            "Строка {line}, знак {column}: слово перед двоеточием должно быть текстом.",
            "Line {line}, column {column}: what stands before the colon must be a text.",
        ),
        "yaml_no_mapping": (
            "Строка {line}, знак {column}: текст должен начинаться словом с двоеточием, например campaign: spring.",
            "Line {line}, column {column}: the text must begin with a keyword and a colon, such as campaign: spring.",
        ),
    }

    @property
    def place(self) -> Place:
        """Line and column, both counted from 1."""
        return self.parameters.get("line", 1), self.parameters.get("column", 1)


def read_yaml(text: str) -> tuple[dict[str, Any], Locate]:
    """The mapping that a YAML text states, and where each of its entries stands. Raises YamlRefused."""
    if len(text) > MOST_CHARACTERS:
        raise YamlRefused("yaml_too_large", most=MOST_CHARACTERS)
    builder = _Builder()
    for event in _events(text):
        builder.take(event)
    return builder.document, _locate(builder.places)


def _events(text: str) -> Iterator[Event]:
    try:
        yield from YAML(typ="safe", pure=True).parse(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise YamlRefused("yaml_syntax", line=line, column=column, problem=error.problem or error.context) from error
    except YAMLError as error:
        raise YamlRefused("yaml_syntax", line=1, column=1, problem=str(error).split("\n", 1)[0]) from error


def _locate(places: dict[Path, Place]) -> Locate:
    def locate(path: Path) -> Place:
        known = next(path[:length] for length in range(len(path), -1, -1) if path[:length] in places)
        return places[known]

    return locate


class _Builder:
    """Builds plain values from parser events with a stack of its own: depth costs no recursion."""

    def __init__(self) -> None:
        self.document: dict[str, Any] = {}
        self.places: dict[Path, Place] = {(): (1, 1)}
        self._open: list[dict[str, Any] | list[Any]] = []
        self._steps: list[str | int] = []
        self._keyword: str | None = None
        self._documents = 0

    def take(self, event: Event) -> None:
        """Take the parser's next event."""
        match event:
            case DocumentStartEvent():
                self._documents += 1
                if self._documents > 1:
                    self._refuse("yaml_not_taken", event)
            case AliasEvent():
                self._refuse("yaml_not_taken", event)
            case MappingStartEvent() | SequenceStartEvent():
                self._enter(event)
            case ScalarEvent():
                self._scalar(event)
            case MappingEndEvent() | SequenceEndEvent():
                self._open.pop()
                del self._steps[len(self._open) - 1 if self._open else 0 :]

    def _enter(self, event: Event) -> None:
        value: dict[str, Any] | list[Any] = {} if isinstance(event, MappingStartEvent) else []
        self._refuse_extras(event)
        if len(self._open) >= DEEPEST:
            self._refuse("yaml_too_deep", event, most=DEEPEST)
        if self._open:
            self._steps.append(self._add(value, event))
        elif isinstance(value, dict):
            self.document = value
        else:
            self._refuse("yaml_no_mapping", event)
        self._open.append(value)

    def _scalar(self, event: Any) -> None:
        self._refuse_extras(event)
        if _NO_CHARACTER.search(event.value):
            self._refuse("yaml_no_character", event)
        value = _value(event)
        if not self._open:
            if event.value == "" and event.implicit[0]:
                return
            self._refuse("yaml_no_mapping", event)
        into = self._open[-1]
        if isinstance(into, dict) and self._keyword is None:
            self._begin_entry(into, value, event)
        else:
            self._add(value, event)

    def _begin_entry(self, into: dict[str, Any], value: Any, event: Any) -> None:
        keyword = value if isinstance(value, str) else event.value
        if keyword in into:
            self._refuse("yaml_repeated", event, keyword=keyword[:50])
        self._keyword = keyword
        self.places[(*self._steps, keyword)] = _place(event)

    def _add(self, value: Any, event: Event) -> str | int:
        """Put the value where it belongs; its step in the path."""
        into = self._open[-1]
        if isinstance(into, list):
            into.append(value)
            self.places[(*self._steps, len(into) - 1)] = _place(event)
            return len(into) - 1
        if self._keyword is None:
            self._refuse("yaml_key", event)
        keyword, self._keyword = self._keyword, None
        into[keyword] = value
        return keyword

    def _refuse_extras(self, event: Any) -> None:
        if event.anchor is not None or event.tag is not None:
            self._refuse("yaml_not_taken", event)

    def _refuse(self, code: str, event: Event, **parameters: Any) -> NoReturn:
        line, column = _place(event)
        raise YamlRefused(code, line=line, column=column, **parameters)


def _place(event: Any) -> Place:
    return event.start_mark.line + 1, event.start_mark.column + 1


def _value(event: Any) -> Any:
    """What a scalar means; in quotes it is a text."""
    return plain_value(event.value) if event.implicit[0] else event.value


def plain_value(text: str) -> Any:
    """What a scalar without quotes means: a text, null, a truth value or a number."""
    if text in _PLAIN:
        return _PLAIN[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text


def fault_lines(faults: AgreementErrors, locate: Locate, language: Language) -> list[str]:
    """Each fault of an agreement with its line and column in the text it was read from, from top to bottom."""
    placed = [(locate(fault.path), fault) for fault in sorted(faults.errors, key=lambda fault: locate(fault.path))]
    return [_at(place, f"{fault.text(language)}.", language) for place, fault in placed]


def finding_lines(
    findings: Iterable[Finding], document: Mapping[str, Any], locate: Locate, language: Language
) -> list[str]:
    """Each finding with its line and column in the text, as found."""
    return [
        _at(locate(path_in_document(finding, document)), f"{finding.place}: {finding.text(language)}", language)
        for finding in findings
    ]


def _at(place: Place, text: str, language: Language) -> str:
    line, column = place
    return f"{pick(language, f'Строка {line}, знак {column}', f'Line {line}, column {column}')}: {text}"
