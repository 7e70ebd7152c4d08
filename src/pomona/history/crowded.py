"""What a profile has no room for, as SQL: of a lead with very many traits or answers the fold keeps those first by
name, so a name is crowded out from the moment at which as many before it are known. Hardly any lead has so many."""

from typing import NamedTuple

from pomona.domain.profile import MOST_QUESTIONS, MOST_TRAITS, NEVER_CROWDED_OUT
from pomona.history.dialect import Dialect

_MOST = {"traits": MOST_TRAITS, "answers": MOST_QUESTIONS}


class Said(NamedTuple):
    """A trait or a question: the column of `fact` that holds it, and its name there."""

    source: str
    name: str

    @property
    def stays(self) -> bool:
        """Whether no other name crowds it out."""
        return self.source == "traits" and self.name in NEVER_CROWDED_OUT


def crowded(asked: dict[str, Said], upto: str, dialect: Dialect) -> str:
    """For each lead with very many names, from when on each of those asked for is crowded out, in a column of the
    name given; NULL: never. `upto` says which facts are looked at."""
    sources = sorted({said.source for said in asked.values()})
    columns = "".join(f", {_since(said, dialect)} AS {column}" for column, said in asked.items())
    many = f"SELECT lead FROM fact WHERE {upto} GROUP BY lead HAVING sum(told) >= {min(_MOST.values())}"
    names = " UNION ALL ".join(
        f"SELECT lead, t, '{source}' AS source, {dialect.each.format(list=f'map_keys({source})')} AS name "
        f"FROM fact WHERE {upto} AND lead IN ({many})"
        for source in sources
    )
    firsts = f"SELECT lead, source, name, min(t) AS t FROM ({names}) AS every GROUP BY lead, source, name"
    return f"SELECT lead{columns} FROM ({firsts}) AS known GROUP BY lead"


def _since(said: Said, dialect: Dialect) -> str:
    """When the last of as many names as there is room for became known."""
    before = [f"name < {dialect.text(said.name)}"]
    if said.source == "traits":
        before.append(f"name IN ({dialect.texts(sorted(NEVER_CROWDED_OUT))})")
    first = dialect.oldest.format(value="t", n=_MOST[said.source])
    among = f"source = '{said.source}' AND ({' OR '.join(before)})"
    return dialect.nth.format(list=f"{first} FILTER (WHERE {among})", n=_MOST[said.source])
