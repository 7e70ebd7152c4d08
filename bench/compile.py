"""How long does it take to compile an agreement of many rules? To the fold's trackers and to SQL, against a limit.

    python -m bench.compile [--rules 100]

The rules are of every kind in turn, each with names of its own. The best of some runs counts. The exit code is not 0
where the limit is passed.
"""

import sys
from collections.abc import Callable
from time import perf_counter
from typing import Any

import typer
from msgspec.structs import replace
from rich.console import Console
from rich.table import Table

from pomona.domain.agreement import Agreement, read_agreement
from pomona.formats.yaml_document import read_yaml
from pomona.history import emit
from pomona.history.dialect import DUCKDB, SPARK

LIMIT = 20.0
"""Milliseconds for each form."""
RUNS = 20

KINDS = [
    ("interest", "{name: r%d, when: {event: page, path: /p%d*}, points: 10, half_life: 14d, at_most: 30}"),
    ("interest", "{name: r%d, when: {event: content downloaded, content: c%d}, points: 7, once_per: content}"),
    ("interest", "{name: r%d, when: {event: seen %d}, points: 2, half_life: 7d, once_per: 1d}"),
    ("interest", "{name: r%d, when: {event: webinar %d}, points: 25, half_life: 60d, once: true}"),
    ("interest", "{name: r%d, when: {event: form %d, times: 3, within: 30d}, points: 15}"),
    ("interest", "{name: r%d, when: {event: read %d, different: content, times: 3, within: 30d}, points: 15}"),
    ("interest", "{name: r%d, when: {none_of: {event: step %d}, for: 30d}, points: -15}"),
    ("fit", "{name: r%d, when: {trait: trait_%d, is: [a, b]}, points: 5}"),
    ("fit", '{name: r%d, by: size_%d, points: {"0..49": 0, "50..249": 10, "250..": 20}}'),
    ("answers", "{name: r%d, when: {answer: question_%d, in: [now, quarter]}, points: 30}"),
]


def agreement(rules: int) -> Agreement:
    """An agreement with so many rules."""
    sections: dict[str, list[str]] = {"fit": [], "interest": [], "answers": []}
    for number in range(rules):
        section, rule = KINDS[number % len(KINDS)]
        sections[section].append(f"    - {rule % (number, number)}")
    written = "\n".join("\n".join([f"  {name}:", *lines]) for name, lines in sections.items())
    text = (
        f"campaign: bench\nready:\n{written}\n  pass_mark: 40\n"
        "route: [{otherwise: {team: inbound}}]\nrespond: {first_contact: [{otherwise: 1wd}]}\n"
    )
    return read_agreement(read_yaml(text)[0])


def main(rules: int = 100) -> None:
    """Measure, print, and say by the exit code whether the limit is kept."""
    terms = agreement(rules)
    assert len(terms.rules) == rules
    forms: dict[str, Callable[[], Any]] = {
        "trackers of the fold": lambda: replace(terms).trackers,
        "SQL, at a moment": lambda: emit.at_moment(terms, 0),
        "SQL, at every event": lambda: emit.at_events(terms, dialect=DUCKDB),
        "SQL, at every event, for Spark": lambda: emit.at_events(terms, dialect=SPARK),
    }
    milliseconds = {name: _best(form) for name, form in forms.items()}
    table = Table("form", "ms", "limit", title=f"an agreement of {rules} rules")
    for name, taken in milliseconds.items():
        table.add_row(name, f"{taken:.2f}", f"{LIMIT:g}" if taken <= LIMIT else f"[red]{LIMIT:g}")
    Console().print(table)
    sys.exit(max(milliseconds.values()) > LIMIT)


def _best(compile_it: Callable[[], Any]) -> float:
    """Milliseconds of the quickest run."""
    taken = []
    for _ in range(RUNS):
        began = perf_counter()
        compile_it()
        taken.append(perf_counter() - began)
    return min(taken) * 1000


if __name__ == "__main__":
    typer.run(main)
