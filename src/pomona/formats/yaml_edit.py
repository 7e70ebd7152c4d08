"""Changing a YAML text entry by entry: only the characters of what changes are touched, comments and order stay.

A text is one that `read_yaml` takes. Each change gives the new text; a path that is not in it raises LookupError.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec
from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

from pomona.formats.yaml_document import Path, plain_value, read_yaml

_PLAIN = re.compile(r"[\w/+(«](?:[\w/.+*@%()«»;!?=—–-]| (?![ -]|$))*")
_UNPRINTABLE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_Change = Callable[[str, Path, Any], str]


def put(text: str, path: Path, value: Any) -> str:
    """The text with `value` at `path`: what is equal there already stays as written, what is missing is added."""
    document: Any = read_yaml(text)[0]
    for depth, step in enumerate(path):
        if not _holds(document, step):
            for missing in reversed(path[depth + 1 :]):
                value = {missing: value}
            return _add(text, path[: depth + 1], value)
        document = document[step]
    for change, place, new in _changes(document, value, path):
        text = change(text, place, new)
    return text


def remove(text: str, path: Path) -> str:
    """The text without the entry at `path`, and without what would be empty then."""
    *above, step = path
    parent = _part(text, above)
    index = parent.index(step)
    if len(parent.parts) == 1 and above:
        return remove(text, tuple(above))
    begin, end = parent.starts[index], parent.parts[index].end
    if parent.flow:
        return _without_flow(text, parent, index)
    line = _line_start(text, begin)
    if text[line:begin].strip():
        return text[:begin] + text[parent.starts[index + 1] if index + 1 < len(parent.parts) else end :]
    following = _line_end(text, end) + 1
    return text[:line] + text[following:] if following <= len(text) else text[: max(line - 1, 0)]


def insert(text: str, path: Path, index: int, value: Any) -> str:
    """The text with one more item of the list at `path`, which is made where it is missing."""
    document: Any = read_yaml(text)[0]
    for step in path:
        document = document[step] if _holds(document, step) else None
    if not document:
        return put(text, path, [value])
    parent = _part(text, path)
    if index >= len(parent.parts):
        return _append(text, parent, flow(value), f"- {flow(value)}")
    begin = _slot(text, parent, index)[0]
    after = ", " if parent.flow else f"\n{' ' * parent.column}"
    return f"{text[:begin]}{'' if parent.flow else '- '}{flow(value)}{after}{text[begin:]}"


def move(text: str, path: Path, source: int, target: int) -> str:
    """The text with the list item at `source` moved to `target`; comment lines directly above go with it."""
    parent = _part(text, path)
    slots = [_slot(text, parent, index) for index in range(len(parent.parts))]
    order = list(range(len(slots)))
    order.insert(target, order.pop(source))
    parts, here = [], 0
    for (begin, end), moved in zip(slots, order, strict=True):
        parts += [text[here:begin], text[slice(*slots[moved])]]
        here = end
    return "".join([*parts, text[here:]])


def flow(value: Any) -> str:
    """A plain value on one line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{flow(str(key))}: {flow(part)}" for key, part in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(flow, value)) + "]"
    if isinstance(value, str):
        return (
            value if _PLAIN.fullmatch(value) and ".." not in value and plain_value(value) == value else _quoted(value)
        )
    if isinstance(value, float):
        return f"{value:.6f}".rstrip("0").replace(".", ".0" if value.is_integer() else ".")
    return msgspec.json.encode(value).decode()


def _quoted(value: str) -> str:
    return _UNPRINTABLE.sub(lambda match: f"\\u{ord(match[0]):04x}", msgspec.json.encode(value).decode())


def _changes(old: Any, new: Any, path: Path) -> Iterator[tuple[_Change, Path, Any]]:
    """What to do one after the other so that the value at `path` becomes `new`."""
    if msgspec.json.encode(old) == msgspec.json.encode(new):
        return
    if isinstance(old, dict) and isinstance(new, dict) and old.keys() & new.keys():
        for key in old.keys() & new.keys():
            yield from _changes(old[key], new[key], (*path, key))
        yield from ((_drop, (*path, key), None) for key in old if key not in new)
        yield from ((_add, (*path, key), value) for key, value in new.items() if key not in old)
    elif isinstance(old, list) and isinstance(new, list) and 0 < len(old) == len(new):
        for index, (before, after) in enumerate(zip(old, new, strict=True)):
            yield from _changes(before, after, (*path, index))
    else:
        yield _replace, path, new


@dataclass
class _Part:
    """A value as it stands in the text: [begin, end). Of a list or mapping also its entries and their `starts`:
    the key, the dash of a block list, the item of a flow list. `column`: of a block's entries.
    """

    begin: int
    end: int
    column: int = 0
    flow: bool = True
    steps: list[str | int] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    parts: "list[_Part]" = field(default_factory=list)

    def index(self, step: str | int) -> int:
        """The position of an entry."""
        if step not in self.steps:
            raise LookupError(step)
        return self.steps.index(step)


def _part(text: str, path: Path | list[str | int]) -> _Part:
    node = YAML(typ="safe", pure=True).compose(text)
    part = _Part(len(text), len(text), flow=False) if node is None else _read(text, node)
    for step in path:
        part = part.parts[part.index(step)]
    return part


def _read(text: str, node: Node) -> _Part:
    begin, end, column = node.start_mark.index, node.end_mark.index, node.start_mark.column
    if not isinstance(node, MappingNode | SequenceNode):
        return _Part(begin, begin + len(text[begin:end].rstrip()))
    part = _Part(begin, end, column, flow=bool(node.flow_style))
    for index, entry in enumerate(node.value):
        key, value = entry if isinstance(node, MappingNode) else (None, entry)
        part.steps.append(index if key is None else key.value)
        start = key.start_mark.index if key else value.start_mark.index if part.flow else _dash(text, part, value)
        part.starts.append(start)
        part.parts.append(_given(text, value, key.end_mark.index if key else start))
    if not part.flow:
        part.end = part.parts[-1].end
    return part


def _given(text: str, node: Node, before: int) -> _Part:
    """The value of an entry; one that is not written stands right behind its colon or dash."""
    if node.start_mark.index < node.end_mark.index:
        return _read(text, node)
    mark = re.compile(r"\s*[:-]").match(text, before)
    place = mark.end() if mark else before
    return _Part(place, place)


def _dash(text: str, parent: _Part, item: Node) -> int:
    """Where the dash of a block list's item stands: in the list's column, at the item or above it."""
    line = _line_start(text, item.start_mark.index)
    while line + parent.column > parent.begin:
        place = line + parent.column
        if text[place : place + 1] == "-" and not text[line:place].strip():
            return place
        line = _line_start(text, line - 1)
    return parent.begin


def _slot(text: str, parent: _Part, index: int) -> tuple[int, int]:
    """What moves with an item: in a block its lines, those of the comment directly above first."""
    begin, end = parent.starts[index], parent.parts[index].end
    if parent.flow:
        return begin, end
    while (line := _line_start(text, begin)) > 0:
        above = _line_start(text, line - 1)
        if text[line:begin].strip() or not text[above:line].startswith(f"{' ' * parent.column}#"):
            break
        begin = above + parent.column
    return begin, _line_end(text, end)


def _drop(text: str, path: Path, _: Any) -> str:
    return remove(text, path)


def _add(text: str, path: Path, value: Any) -> str:
    *above, key = path
    parent = _part(text, above)
    if (parent.parts and isinstance(parent.steps[0], str)) or parent.begin == len(text):
        return _append(text, parent, f"{flow(str(key))}: {flow(value)}", _entry(str(key), value, parent.column))
    return _replace(text, tuple(above), {key: value})


def _append(text: str, parent: _Part, as_flow: str, as_block: str) -> str:
    """One more entry behind the last one."""
    end = parent.end
    if parent.flow:
        last = parent.parts[-1].end
        return f"{text[:last]}, {as_flow}{text[last:]}"
    end = _line_end(text, end)
    begun = "" if not text[:end] or text[:end].endswith("\n") else "\n"
    rest = text[end:]
    return f"{text[:end]}{begun}{' ' * parent.column}{as_block}{rest}" + ("" if rest else "\n")


def _replace(text: str, path: Path, value: Any) -> str:
    part = _part(text, path)
    begin, end = part.begin, part.end
    if part.flow:
        return f"{text[:begin]}{'' if begin < end else ' '}{flow(value)}{text[end:]}"
    if path and isinstance(path[-1], str):
        key = _part(text, path[:-1])
        line = _line_end(text, key.starts[key.index(path[-1])])
        colon = re.compile(r":(?=\s)").search(text, key.starts[key.index(path[-1])])
        assert colon is not None
        return f"{text[: colon.end()]} {flow(value)}{text[colon.end() : line]}{text[end:]}"
    return f"{text[:begin]}{flow(value)}{text[end:]}"


def _without_flow(text: str, parent: _Part, index: int) -> str:
    begin, end = parent.starts[index], parent.parts[index].end
    if index + 1 < len(parent.parts):
        return text[:begin] + text[parent.starts[index + 1] :]
    comma = text.index(",", parent.parts[index - 1].end)
    between = text[comma + 1 : begin]
    return text[:comma] + (between if between.strip() else "") + text[end:]


def _entry(key: str, value: Any, column: int) -> str:
    """An entry of a block mapping: the document's own sections and lists of rules on lines, all else on one."""
    name, inner = flow(key), "\n" + " " * (column + 2)
    if isinstance(value, list) and value and all(isinstance(each, dict) for each in value):
        return f"{name}:" + "".join(f"{inner}- {flow(each)}" for each in value)
    if column == 0 and isinstance(value, dict) and any(isinstance(each, dict | list) for each in value.values()):
        return f"{name}:" + "".join(inner + _entry(str(each), part, 2) for each, part in value.items())
    return f"{name}: {flow(value)}"


def _holds(document: Any, step: str | int) -> bool:
    if isinstance(step, int):
        return isinstance(document, list) and step < len(document)
    return isinstance(document, dict) and step in document


def _line_start(text: str, place: int) -> int:
    return text.rfind("\n", 0, place) + 1


def _line_end(text: str, place: int) -> int:
    end = text.find("\n", place)
    return len(text) if end < 0 else end
