"""An agreement in a file, read without a database: what it extends is the file of that name beside it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

from pomona.domain.agreement import Agreement, AgreementErrors, lists_named, read_agreement
from pomona.domain.errors import Language, PomonaError
from pomona.formats.yaml_document import Locate, fault_lines, read_yaml


class RefusedFile(PomonaError):
    """A file that cannot be read."""

    texts: ClassVar[dict[str, tuple[str, str]]] = {
        "agreement_faults": (
            "Соглашение {file} не читается:\n{faults}",
            "The agreement {file} cannot be read:\n{faults}",
        ),
        "not_text": ("Файл {file} — не текст в UTF-8.", "The file {file} is not UTF-8 text."),
        "unreadable": ("Файл {file} не открывается: {reason}", "The file {file} cannot be opened: {reason}"),
    }


class _Faulty(RefusedFile):
    """The faults are told in the language asked for."""

    def text(self, language: Language = "en") -> str:
        lines = fault_lines(self.parameters["faults"], self.parameters["locate"], language)
        return RefusedFile(self.code, file=self.parameters["file"], faults="\n".join(lines)).text(language)


class AgreementFile(NamedTuple):
    """The agreement of a file, its document as written, and where each entry of it stands."""

    agreement: Agreement
    document: Mapping[str, Any]
    locate: Locate


def read_agreement_file(path: Path, *, may_extend: bool = True, any_lists: bool = False) -> AgreementFile:
    """The agreement of a YAML file; with `any_lists` it may ask for lists that only the company's Pomona holds, and
    nothing stands in them here. Raises RefusedFile, YamlRefused.
    """
    document, locate = read_yaml(read_text(path))
    extended = path.with_name(f"{document.get('extends')}.yaml")
    house = None
    if may_extend and extended.is_file():
        house = read_agreement_file(extended, may_extend=False, any_lists=any_lists).agreement
    lists = dict.fromkeys(lists_named(document), frozenset[str]()) if any_lists else {}
    try:
        return AgreementFile(read_agreement(document, house=house, lists=lists), document, locate)
    except AgreementErrors as faults:
        raise _Faulty("agreement_faults", file=path.name, faults=faults, locate=locate) from None


def read_text(path: Path) -> str:
    """The file's text. Raises RefusedFile."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise RefusedFile("not_text", file=path.name) from None
    except OSError as error:
        raise RefusedFile("unreadable", file=path.name, reason=error.strerror) from None
