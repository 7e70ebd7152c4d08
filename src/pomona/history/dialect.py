"""Where SQL dialects differ: one small table of spellings. DuckDB's is the one proven so far."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Dialect:
    """How one engine spells what is not common to all. Each is a template for `str.format`.

    `latest`: the value of the greatest order; `overlap`: whether two lists share an element; `each`: a row for each
    element of a list that is not NULL; `listed`: a list; `pair`: an order of several parts; `lone`: a value in a
    structure of one field, which is not NULL even where the value is; `contains`: whether a text holds a part.
    """

    latest: str
    overlap: str
    size: str
    each: str
    listed: str
    pair: str
    lone: str
    contains: str

    def text(self, value: str) -> str:
        """A text as a literal."""
        return "'{}'".format(value.replace("'", "''"))

    def texts(self, values: Sequence[str]) -> str:
        """Texts as literals between commas."""
        return ", ".join(map(self.text, values))

    def field(self, column: str, name: str) -> str:
        """What a map column holds under a name; NULL where it holds nothing."""
        return f"{column}[{self.text(name)}]"

    def like(self, column: str, glob: str) -> str:
        """Whether a text fits a glob in which `*` stands for any characters."""
        if "*" not in glob:
            return f"{column} = {self.text(glob)}"
        escaped = "".join(f"!{each}" if each in "!%_" else each for each in glob)
        return f"{column} LIKE {self.text(escaped.replace('*', '%'))} ESCAPE '!'"


DUCKDB = Dialect(
    latest="arg_max({value}, {order})",
    overlap="list_has_any({a}, {b})",
    size="len({value})",
    each="unnest(list_filter({value}, lambda x: x IS NOT NULL))",
    listed="[{values}]",
    pair="row({values})",
    lone="{{'value': {value}}}",
    contains="contains({text}, {part})",
)
