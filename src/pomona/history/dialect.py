"""Where SQL dialects differ: one small table of spellings."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Dialect:
    """How one engine spells what is not common to all. Each but the last two is a template for `str.format`.

    Aggregates: `latest`: the value of the greatest order; `newest`, `oldest`: the list of the `n` greatest values,
    descending, or least, ascending; `distinct`: what `how_many` makes the number of different values of.
    Lists: `nth`: the n-th element, NULL where there is none; `last`: the last n elements; `total`: the sum of a term
    in `t` over the elements `t`; `overlap`: whether two share an element; `some`: whether a term in `code` is true of
    an element; `said`: the list (an aggregate) of who said when what is wanted; `refused`: whether somebody's last word
    in it is no; `size`; `listed`: one of these elements; `each`: a row for each element.
    `pair`: an order of several parts; `lone`: a value in a structure of one field, which is not NULL even where the
    value is; `contains`: whether a text holds a part; `spells`: whether it fits a regular expression. `quotes`: what
    stands for a character within a literal text.
    """

    latest: str
    newest: str
    oldest: str
    distinct: str
    how_many: str
    nth: str
    last: str
    total: str
    overlap: str
    some: str
    said: str
    refused: str
    size: str
    listed: str
    each: str
    pair: str
    lone: str
    contains: str
    spells: str
    quotes: tuple[tuple[str, str], ...]

    def text(self, value: str) -> str:
        """A text as a literal."""
        for character, quoted in self.quotes:
            value = value.replace(character, quoted)
        return f"'{value}'"

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
    newest="max({value}, {n})",
    oldest="min({value}, {n})",
    distinct="count(DISTINCT {value})",
    how_many="{distinct}",
    nth="{list}[{n}]",
    last="{list}[-{n}:]",
    total="list_sum(list_transform({list}, lambda t: {term}))",
    overlap="list_has_any({a}, {b})",
    some="coalesce(len(list_filter({list}, lambda code: {term})) > 0, FALSE)",
    said="list({{'subject': {subject}, 'place': row(t, key), 'wants': {wants}}})",
    refused="len(list_filter({list}, lambda a: NOT a.wants AND len(list_filter({list}, "
    "lambda b: b.subject = a.subject AND b.place > a.place)) = 0)) > 0",
    size="len({value})",
    listed="[{values}]",
    each="unnest({list})",
    pair="row({values})",
    lone="{{'value': {value}}}",
    contains="contains({text}, {part})",
    spells="regexp_matches({text}, {pattern})",
    quotes=(("'", "''"),),
)
SPARK = Dialect(
    latest="max_by({value}, {order})",
    newest="max_by({value}, {value}, {n})",
    oldest="min_by({value}, {value}, {n})",
    distinct="collect_set({value})",
    how_many="size({distinct})",
    nth="get({list}, {n} - 1)",
    last="slice({list}, greatest(size({list}) - {n} + 1, 1), {n})",
    total="aggregate({list}, CAST(0 AS BIGINT), (total, t) -> total + {term})",
    overlap="arrays_overlap({a}, {b})",
    some="coalesce(exists({list}, code -> {term}), FALSE)",
    said="collect_list(named_struct('subject', {subject}, 'place', struct(t, key), 'wants', {wants}))",
    refused="exists({list}, a -> NOT a.wants AND NOT exists({list}, b -> b.subject = a.subject AND b.place > a.place))",
    size="size({value})",
    listed="array({values})",
    each="explode({list})",
    pair="struct({values})",
    lone="named_struct('value', {value})",
    contains="contains({text}, {part})",
    spells="({text} RLIKE {pattern})",
    quotes=(("\\", "\\\\"), ("'", "\\'")),
)
