"""How long does one more event take, however long the lead's history? Flat is the aim.

    .venv/bin/python -m bench.fold

For histories of 10 to 10,000 events of one lead, under the great example of an agreement:
- whole: the history folded at once, µs an event (profile and tally)
- one more: a further event on top of the stored bytes of that history, as the engine does it: decoded,
  folded, scored, encoded; and the size of those bytes
Ratios are to the shortest history.
"""

from collections.abc import Callable
from pathlib import Path
from random import Random
from time import process_time
from uuid import UUID

from rich.console import Console
from rich.table import Table

from pomona.domain.agreement import Agreement, read_agreement
from pomona.domain.event import DAY, Event, Kind
from pomona.domain.profile import EMPTY_PROFILE, observe, profile_from_bytes, profile_to_bytes
from pomona.domain.scoring import EMPTY_TALLY, count, score, tally_from_bytes, tally_to_bytes
from pomona.formats.yaml_document import read_yaml

EXAMPLES = Path(__file__).parents[1] / "docs" / "examples" / "agreements"
HISTORIES = (10, 100, 1000, 10_000)
EVENTS = 40_000
FURTHER = 2_000
NOW = 1_772_440_200_000_000


def agreement() -> Agreement:
    house = read_agreement(read_yaml((EXAMPLES / "default.yaml").read_text())[0])
    return read_agreement(read_yaml((EXAMPLES / "spring-ebook.yaml").read_text())[0], house=house)


def events(random: Random, number: int) -> list[Event]:
    """What leads do: mostly pages, sometimes a download, a webinar, an answer, a word about themselves."""
    return [_event(random, number) for number in range(number)]


def _event(random: Random, number: int) -> Event:
    t = NOW - random.randrange(60 * DAY)
    name, rest = random.choices((_page, _download, _webinar, _identify), (80, 10, 6, 4))[0](random)
    return Event(key=UUID(int=random.getrandbits(128)), t=t, received_at=t, kind=Kind.TRACK, name=name, **rest)


def _page(random: Random) -> tuple[str, dict]:
    path = random.choice(("/", "/pricing", "/pricing/pumps", "/blog", "/contacts"))
    return "page", {"path": path, "channel": random.choice((None, "search", "email"))}


def _download(random: Random) -> tuple[str, dict]:
    content = random.choice(("pump-guide", "price-list", "drawing", "case"))
    return "content downloaded", {"body": {"properties": {"content": content}}, "campaign": "spring-ebook-1"}


def _webinar(random: Random) -> tuple[str, dict]:
    return "webinar attended", {"body": {"properties": {"webinar": f"webinar {random.randrange(40)}"}}}


def _identify(random: Random) -> tuple[str, dict]:
    traits = {"email": "anna@zavod.example", "company.employees": random.randrange(500), "job_title": "Chief engineer"}
    return "identify", {"body": {"traits": traits, "found": {"job_title": {"seniority": "head"}}}}


def whole(terms: Agreement, histories: list[list[Event]]) -> float:
    """µs an event of folding whole histories."""

    def fold() -> None:
        for history in histories:
            observe(EMPTY_PROFILE, history)
            count(terms, EMPTY_TALLY, history, cycle_from=0)

    return best_of(3, fold) / sum(map(len, histories)) * 1e6


def one_more(terms: Agreement, history: list[Event], further: list[Event]) -> tuple[float, float, int]:
    """µs of one more event folded alone; the same with bytes in, score, bytes out; the size of the bytes."""
    profile, tally = observe(EMPTY_PROFILE, history), count(terms, EMPTY_TALLY, history, cycle_from=0)
    stored = profile_to_bytes(profile), tally_to_bytes(tally)

    def fold() -> None:
        for event in further:
            observe(profile, (event,))
            count(terms, tally, (event,), cycle_from=0)

    def fold_stored() -> None:
        for event in further:
            new = observe(profile_from_bytes(stored[0]), (event,))
            counted = count(terms, tally_from_bytes(stored[1]), (event,), cycle_from=0)
            score(terms, new, counted, at=NOW, captured_at=NOW - DAY)
            profile_to_bytes(new), tally_to_bytes(counted)

    return (
        best_of(3, fold) / len(further) * 1e6,
        best_of(3, fold_stored) / len(further) * 1e6,
        sum(map(len, stored)),
    )


def best_of(rounds: int, work: Callable[[], None]) -> float:
    """The processor seconds of the quickest round: what else runs on the machine does not count."""
    seconds = []
    for _ in range(rounds):
        start = process_time()
        work()
        seconds.append(process_time() - start)
    return min(seconds)


def main() -> None:
    terms, random = agreement(), Random(1)
    further = events(random, FURTHER)
    table = Table(title="Fold: µs an event")
    columns = (
        "history",
        "whole",
        "ratio",
        "one more",
        "ratio",
        "one more, from bytes to bytes, scored",
        "ratio",
        "bytes",
    )
    for column in columns:
        table.add_column(column, justify="right")
    first: tuple[float, ...] = ()
    for length in HISTORIES:
        histories = [events(random, length) for _ in range(max(1, EVENTS // length))]
        together = whole(terms, histories)
        alone, stored, size = one_more(terms, histories[0], further)
        figures = (together, alone, stored)
        first = first or figures
        shown = [text for figure, base in zip(figures, first, strict=True) for text in _with_ratio(figure, base)]
        table.add_row(f"{length:,}", *shown, f"{size:,}")
    Console(width=140).print(table)


def _with_ratio(figure: float, base: float) -> tuple[str, str]:
    return f"{figure:.1f}", f"{figure / base:.2f}"


if __name__ == "__main__":
    main()
