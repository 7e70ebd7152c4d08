"""What the editor's templates draw: sections of lines, the open form, faults at their fields."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from zlib import crc32

import msgspec
from django.utils.functional import Promise

from pomona.actions.agreements import FaultyAgreement
from pomona.actions.drafting import Fault
from pomona.domain.agreement import AgreementError
from pomona.domain.agreement.questionnaire import Asked
from pomona.domain.errors import Language
from pomona.formats.yaml_document import Place
from pomona.web.editing.conditions import Row, When, row_at, sentence
from pomona.web.editing.draft import Draft, items
from pomona.web.editing.edits import movable
from pomona.web.editing.forms import Field, Form, Path, States
from pomona.web.editing.kinds import KINDS
from pomona.web.editing.offered import Choosable
from pomona.web.editing.parts import Fact, Rules, Section
from pomona.web.editing.steps import SECTIONS
from pomona.web.outline import Line

Options = dict[str, list[Choosable]]


class Telling(msgspec.Struct, frozen=True):
    """How a form speaks: the language, the questions in whose words, and where in the YAML something stands (None:
    the draft does not say it itself).
    """

    language: Language
    asked: Asked
    locate: Callable[[Path], Place | None]


def is_said(state: Any) -> bool:
    """Whether a state gives any value."""
    return bool(state.get("amount")) if isinstance(state, Mapping) else bool(state)


class FieldView(msgspec.Struct, frozen=True):
    """One field as drawn. `kept`: what it cannot show, as a sentence; `rows` of a condition; `place`: its line and
    column in the YAML, None: the draft does not say it itself.
    """

    name: str
    label: str | Promise
    hint: str | Promise
    control: Any
    state: Any
    rare: bool = False
    faults: Sequence[str] = ()
    kept: str = ""
    rows: Sequence["RowView"] = ()
    place: Place | None = None

    @property
    def template(self) -> str:
        """The template of its control."""
        return f"editing/controls/{self.control.template}.html"


class RowView(msgspec.Struct, frozen=True):
    """One condition of several: its kind and its fields or rows, or the sentence of what no form shows."""

    name: str
    kind: str
    negated: bool
    fields: Sequence[FieldView]
    kept: str
    sentence: str
    faults: Sequence[str]
    rows: Sequence["RowView"] = ()

    @property
    def unsaid(self) -> list[FieldView]:
        """What is rarely said, and not said here."""
        return [field for field in self.fields if field.rare and not is_said(field.state)]

    @property
    def told(self) -> list[FieldView]:
        """All other fields."""
        return [field for field in self.fields if not field.rare or is_said(field.state)]


class FormView(msgspec.Struct, frozen=True):
    """An open form: its fields, and the faults that belong to none of them."""

    at: str
    fields: Sequence[FieldView]
    faults: Sequence[str]
    template: str = ""

    @property
    def usual_fields(self) -> list[FieldView]:
        """What nearly everybody fills in."""
        return [field for field in self.fields if not field.rare]

    @property
    def rare_fields(self) -> list[FieldView]:
        """What is rarely said."""
        return [field for field in self.fields if field.rare]

    @property
    def is_rare_used(self) -> bool:
        """Whether something rare is said, or wrong: then it is open to view."""
        return any(field.faults or field.kept or is_said(field.state) for field in self.rare_fields)

    @property
    def scale(self) -> dict[str, str]:
        """The ends of the pass mark's slider and where it stands, as they are typed."""
        states = {field.name: str(field.state) for field in self.fields}
        start = states["start"] or "0"
        return {"min": states["min"] or "0", "max": states["max"] or start, "start": start}


class LineView(msgspec.Struct, frozen=True):
    """A rule or fact in its section. `at` names it in addresses, `key` stays the same when it moves; `of` is the list
    in which it can move, to the place `up` or `down`.
    """

    at: str
    key: str
    lines: Sequence[Line]
    of: str = ""
    title: str | Promise = ""
    inherited: bool = False
    replaced: Line | None = None
    up: int | None = None
    down: int | None = None
    can_switch_off: bool = False
    faults: Sequence[str] = ()
    form: FormView | None = None
    is_rule: bool = True
    preview: str = ""


class SectionView(msgspec.Struct, frozen=True):
    """A section with its lines, the buttons that add, and the form of what is being added."""

    title: str | Promise
    hint: str | Promise
    lines: Sequence[LineView]
    adding: Sequence[tuple[str, str | Promise]]
    new: FormView | None = None


def sections(draft: Draft, step: str, opened: FormView | None, language: Language) -> list[SectionView]:
    """The sections of a step; `opened` is the form that stands in place of its line."""
    return [_section(draft, section, opened, language) for section in SECTIONS if section.step == step]


def _section(draft: Draft, section: Section, opened: FormView | None, language: Language) -> SectionView:
    lines: list[LineView] = []
    adding: list[tuple[str, str | Promise]] = []
    new = None
    for part in section.parts:
        if isinstance(part, Fact):
            lines.append(_fact(draft, part, opened, language))
            continue
        lines += _rules(draft, part, opened, language)
        adding += [(f"{part.key}:new:{variant.key}", variant.label) for variant in part.variants]
        if opened is not None and opened.at in dict(adding):
            new = opened
    return SectionView(section.title, section.hint, lines, adding, new)


def _fact(draft: Draft, fact: Fact, opened: FormView | None, language: Language) -> LineView:
    keys = {field.path[0] for field in fact.form.fields if field.path}
    own, inherited = draft.own(fact.path) or {}, draft.inherited(fact.path) or {}
    lines = list(fact.says(draft.agreement, language))
    return LineView(
        at=fact.key,
        key=fact.key,
        title=fact.title,
        lines=lines,
        inherited=bool(keys & inherited.keys() & draft.seen(fact).keys()) and not keys & own.keys(),
        faults=_faults_under(draft.fault, [(*fact.path, key) for key in keys], language),
        form=opened if opened and opened.at == fact.key else None,
        is_rule=False,
        preview=fact.preview if lines else "",
    )


def _rules(draft: Draft, rules: Rules, opened: FormView | None, language: Language) -> list[LineView]:
    known = items(draft, rules, language)
    free = [index for index in range(len(known)) if movable(rules, known, index)]
    lines = []
    for index, item in enumerate(known):
        at = f"{rules.key}:{index}"
        line = LineView(
            at=at,
            key=f"{rules.key}-{crc32((item.line.name or item.line.text).encode()):08x}",
            of=rules.key,
            lines=[item.line],
            inherited=item.own is None,
            replaced=item.replaced,
            can_switch_off=item.own is None and (rules.points or not rules.named),
            faults=[] if item.own is None else _faults_under(draft.fault, [(*rules.path, item.own)], language),
            form=opened if opened and opened.at == at else None,
        )
        lines.append(_between(line, free, index))
    return lines


def _between(line: LineView, free: Sequence[int], index: int) -> LineView:
    """A line with the places to which it can move: those of its neighbours that can move, too."""
    if index not in free:
        return line
    place = free.index(index)
    up = free[place - 1] if place else None
    down = free[place + 1] if place + 1 < len(free) else None
    return msgspec.structs.replace(line, up=up, down=down)


def form_view(
    at: str,
    form: Form,
    states: States,
    *,
    document: Mapping[str, Any],
    faults: Iterable[AgreementError] = (),
    path: Path = (),
    template: str = "",
    telling: Telling,
) -> FormView:
    """A form as drawn. `document`: what it was made from, for what it cannot show; `faults` at their fields under
    `path` of the agreement.
    """
    placed: dict[str, list[AgreementError]] = {}
    for fault in faults:
        field = form.field_at(fault.path[len(path) :]) if fault.path[: len(path)] == path else None
        placed.setdefault(field.name if field else "", []).append(fault)
    fields = []
    for field in form.fields:
        view = _field(field, "", states[field.name], telling.locate((*path, *field.path)))
        of_field = placed.get(field.name, [])
        if view.state is None:
            view = msgspec.structs.replace(view, kept=msgspec.json.encode(_document_at(document, field)).decode())
        elif isinstance(field.control, When):
            view, of_field = _with_rows(view, of_field, len(path) + len(field.path), telling)
        fields.append(msgspec.structs.replace(view, faults=_all_said(of_field, telling)))
    return FormView(at, fields, _all_said(placed.get("", ()), telling), template)


def _field(field: Field, prefix: str, state: Any, place: Place | None = None) -> FieldView:
    return FieldView(
        f"{prefix}{field.name}", field.label, field.hint, field.control, state, rare=field.rare, place=place
    )


def _with_rows(
    view: FieldView, faults: Sequence[AgreementError], above: int, telling: Telling
) -> tuple[FieldView, list[AgreementError]]:
    """A condition with its rows and the faults of each; and the faults of none. It stands `above` steps deep."""
    placed = [(fault.path[above:], fault) for fault in faults]
    rows, rest = _row_views(view.name, view.state.rows, placed, telling)
    return msgspec.structs.replace(view, rows=rows), rest


def _row_views(
    name: str, rows: Sequence[Row], faults: Sequence[tuple[Path, AgreementError]], telling: Telling
) -> tuple[list[RowView], list[AgreementError]]:
    """The rows with the faults at paths within the condition that they make; and the faults of none of them."""
    placed: dict[int, list[tuple[Path, AgreementError]]] = {}
    rest = []
    for path, fault in faults:
        index, within = (0, path) if len(rows) == 1 and path else row_at(path)
        if index is None or index >= len(rows):
            rest.append(fault)
        else:
            placed.setdefault(index, []).append((within, fault))
    return [_row(f"{name}-{n}", row, placed.get(n, []), telling) for n, row in enumerate(rows)], rest


def _row(name: str, row: Row, faults: Sequence[tuple[Path, AgreementError]], telling: Telling) -> RowView:
    kind = KINDS.get(row.kind)
    fields = [_field(field, f"{name}-", row.states[field.name]) for field in (kind.form.fields if kind else ())]
    kept = sentence(msgspec.json.decode(row.kept), telling.language, telling.asked) if row.kept else ""
    rows, own = _row_views(name, row.rows, faults, telling) if row.rows else ([], [fault for _, fault in faults])
    return RowView(name, row.kind, row.negated, fields, row.kept, kept, _all_said(own, telling), rows)


def _all_said(faults: Iterable[AgreementError], telling: Telling) -> list[str]:
    return [said(fault, telling.language) for fault in faults]


def _document_at(document: Mapping[str, Any], field: Field) -> Any:
    found: Any = document
    for step in field.path:
        found = found.get(step) if isinstance(found, Mapping) else None
    return found


def said(fault: AgreementError, language: Language) -> str:
    """What is wrong, without its place: it stands there."""
    text = fault.text(language).removeprefix(f"{fault.place}: ")
    return text[:1].upper() + text[1:]


def _faults_under(fault: Fault | None, paths: Iterable[Path], language: Language) -> list[str]:
    if not isinstance(fault, FaultyAgreement):
        return []
    return [
        said(each, language) for each in fault.faults.errors if any(each.path[: len(path)] == path for path in paths)
    ]
