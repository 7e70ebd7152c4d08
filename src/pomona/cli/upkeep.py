"""`pomona rebuild`, `check` and `erase`: what keeps the derived state right."""

from typing import Annotated

import typer

from pomona import clock
from pomona.cli.environment import installation
from pomona.cli.progress import progress_bar
from pomona.setup import language, say


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
    """Rebuild, or compare; tell what was different. A comparison that finds something has the exit code 1."""
    from pomona.actions import rebuild as actions

    with installation() as conn, progress_bar(transient=True) as progress:
        build = actions.check_rebuild if check_only else actions.rebuild
        found = build(conn, now=clock.now(), progress=progress)
    for each in found:
        typer.echo(f"{each.table} {each.row}")
    if not found:
        typer.echo(say("Пересборка равна текущему состоянию.", "The rebuild equals the present state."))
    elif check_only:
        raise typer.Exit(1)


def check() -> None:
    """Tell what is wrong; exit code 1 if anything is."""
    from pomona.actions import check as actions

    with installation() as conn, progress_bar(transient=True) as progress:
        problems = actions.check(conn, now=clock.now(), progress=progress)
    for problem in problems:
        typer.echo(problem.text(language()))
    if problems:
        raise typer.Exit(1)
    typer.echo(
        say(
            "Всё в порядке: каждое принятое событие в журнале один раз, пересборка равна текущему состоянию, у "
            "каждого созревшего лида есть ответственный или причина.",
            "All is well: each accepted event stands in the journal once, a rebuild equals the present state, every "
            "ripe lead has an owner or a reason.",
        )
    )


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

        erased = ", ".join(map(str, erase_lead(conn, lead, user=None, now=clock.now())))
    typer.echo(say(f"Стёрто: {erased}.", f"Erased: {erased}."))
