"""The command-line program `pomona`. It wires rooms together and decides nothing."""

import sys

import typer

from pomona.cli import agreement, demo, facts, people, serve, upkeep
from pomona.domain.errors import PomonaError
from pomona.setup import SetupError, language, say
from pomona.work.supervisor import EXIT_UNUSABLE

app = typer.Typer(
    name="pomona",
    help=say(
        "Помона: соглашение маркетинга и продаж, которое исполняет себя само.",
        "Pomona: the agreement between marketing and sales, made executable.",
    ),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for part in (serve, demo, facts, agreement, upkeep, people):
    part.add_to(app)


def main() -> None:
    """Run the program; an error a person can act on is one sentence and an exit code that is not 0."""
    try:
        app()
    except PomonaError as error:
        print(error.text(language()), file=sys.stderr)
        sys.exit(EXIT_UNUSABLE if isinstance(error, SetupError) and error.permanent else 1)
