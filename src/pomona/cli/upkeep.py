"""`pomona rebuild`, `check` and `erase`: what keeps the derived state right."""

from typing import Annotated

import typer

from pomona import clock
from pomona.cli.environment import installation
from pomona.setup import say


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command(
        help=say(
            "Построить состояние лидов заново из журнала событий. Приём событий при этом идёт.",
            "Build the state of the leads anew from the journal of events. Events are taken meanwhile.",
        )
    )(rebuild)
    app.command(
        help=say(
            "Проверить, что ничего не потеряно: каждый принятый ключ в журнале один раз, пересборка равна текущему "
            "состоянию, у каждого созревшего лида есть ответственный или причина.",
            "Check that nothing is lost: each accepted key stands in the journal once, a rebuild equals the present "
            "state, every ripe lead has an owner or a reason.",
        )
    )(check)
    app.command(
        help=say(
            "Стереть всё личное о лиде навсегда. Счётчики воронки остаются.",
            "Erase everything personal about a lead for ever. The funnel's counts stay.",
        )
    )(erase)


def rebuild(
    check_only: Annotated[
        bool,
        typer.Option(
            "--check",
            help=say(
                "Только сравнить пересборку с текущим состоянием; ничего не менять.",
                "Only compare a rebuild with the present state; change nothing.",
            ),
        ),
    ] = False,
) -> None:
    """Rebuild, or compare."""


def check() -> None:
    """Print what was looked at; exit code 1 if anything is wrong."""


def erase(
    lead: Annotated[int, typer.Argument(help=say("Номер лида.", "The lead's number."))],
    yes: Annotated[
        bool, typer.Option("--yes", help=say("Не переспрашивать.", "Do not ask whether you are sure."))
    ] = False,
) -> None:
    """Erase after asking once more."""
    if not yes:
        typer.confirm(
            say(
                f"Стереть всё личное о лиде {lead} навсегда?", f"Erase everything personal about lead {lead} for ever?"
            ),
            abort=True,
        )
    with installation() as conn:
        from pomona.actions.erase import erase as erase_lead

        erase_lead(conn, lead, user=None, now=clock.now())
    typer.echo(say(f"Лид {lead} стёрт.", f"Lead {lead} is erased."))
