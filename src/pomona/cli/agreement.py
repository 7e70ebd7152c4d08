"""`pomona agreement`: agreements in files, checked and compared without a database, pushed to a running Pomona."""

import json
import os
from pathlib import Path
from typing import Annotated

import typer

from pomona import agreement_remote, clock
from pomona.agreement_file import read_agreement_file
from pomona.cli.backtest import backtest
from pomona.domain.agreement.lint import lint as lint_agreement
from pomona.domain.agreement.lint import refusing
from pomona.domain.agreement.outcomes import ANYONE, CALLER, FORM_LEAD
from pomona.domain.agreement.reach import reach
from pomona.domain.agreement.schema import agreement_schema
from pomona.domain.words import points
from pomona.formats.yaml_document import finding_lines
from pomona.setup import language, say

_FILE = typer.Argument(help=say("Соглашение, YAML.", "The agreement, YAML."))
_URL = typer.Option(envvar="POMONA_URL", help=say("Адрес Помоны.", "Where Pomona runs."))
_KEY = typer.Option(
    envvar="POMONA_API_KEY",
    help=say("Ключ со страницы настроек; лучше переменной.", "A key from the settings page; better as a variable."),
)
_OVERWRITE = typer.Option(help=say("Заменить чужие правки.", "Replace changes of others."))


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    group = typer.Typer(
        help=say(
            "Соглашения в файлах: проверить, сравнить, отправить, взять, схема.",
            "Agreements in files: check, compare, push, pull, schema.",
        ),
        no_args_is_help=True,
    )
    group.command(
        help=say(
            "Проверить соглашение. Код выхода 1, если такое не подписывают.",
            "Check an agreement. Exit code 1 if such an agreement is not signed.",
        )
    )(lint)
    group.command(help=say("Сказать, чем соглашения отличаются.", "Tell how two agreements differ."))(diff)
    group.command(
        help=say(
            "Отправить соглашение черновиком в работающую Помону.", "Push an agreement to a running Pomona, as a draft."
        )
    )(push)
    group.command(
        help=say("Взять соглашение из работающей Помоны в файл.", "Take an agreement from a running Pomona to a file.")
    )(pull)
    group.command(
        help=say(
            "Проверить соглашение на прошлом: кто созрел бы и кому достался бы. Ничего не меняет.",
            "Try an agreement on the past: who would have ripened, who would have got them. Changes nothing.",
        )
    )(backtest)
    group.command(help=say("JSON Schema соглашения.", "The JSON Schema of agreements."))(schema)
    app.add_typer(group, name="agreement")


def lint(file: Annotated[Path, _FILE]) -> None:
    """Tell what was found, each with its line, and the best scores that can be reached."""
    read = read_agreement_file(file, any_lists=True)
    findings = lint_agreement(read.agreement, now=clock.now())
    for line in finding_lines(findings, read.document, read.locate, language()):
        typer.echo(line)
    anyone, form_lead, caller = (
        points(reach(read.agreement, kind).best, language()) for kind in (ANYONE, FORM_LEAD, CALLER)
    )
    mark = points(read.agreement.ready.pass_mark.start, language())
    typer.echo(
        say(
            f"Больше всего можно набрать: {anyone}; лид с формы — {form_lead}, новый звонящий — {caller}. "
            f"Проходной балл — {mark}.",
            f"Highest score that can be reached: {anyone}; by a lead from a form {form_lead}, by a new caller "
            f"{caller}. The pass mark is {mark}.",
        )
    )
    if refusing(findings):
        raise typer.Exit(1)


def diff(before: Annotated[Path, _FILE], after: Annotated[Path, _FILE]) -> None:
    """Tell line by line what is new (+), gone (-) or another (- and +)."""
    old, new = (read_agreement_file(file, any_lists=True).agreement for file in (before, after))
    _ready_words()
    from django.utils import translation

    from pomona.web.outline import differences

    with translation.override(language()):
        found = differences(old, new, language())
    for each in found:
        typer.echo(each.place)
        for sign, line in (("-", each.before), ("+", each.after)):
            if line is not None:
                typer.echo(f"  {sign} {line.name}{': ' if line.name else ''}{line.text}")
    if not found:
        typer.echo(say("Разницы нет.", "There is no difference."))


def push(
    file: Annotated[Path, _FILE],
    key: Annotated[str, _KEY],
    url: Annotated[str, _URL] = "http://localhost:8000",
    propose: Annotated[bool, typer.Option(help=say("Сразу предложить на подпись.", "Propose it at once."))] = False,
    overwrite: Annotated[bool, _OVERWRITE] = False,
) -> None:
    """Tell which version the file became."""
    remote = agreement_remote.Remote(url, key, language())
    name, version = agreement_remote.push(remote, file, overwrite=overwrite)
    if version and propose:
        version = remote.propose(version)
    if version is None:
        typer.echo(say(f"Соглашение «{name}» на сервере такое же.", f"The server has the same text of “{name}”."))
    elif propose:
        typer.echo(
            say(
                f"Версия {version['number']} соглашения «{name}» предложена на подпись.",
                f"Version {version['number']} of “{name}” is proposed.",
            )
        )
    else:
        typer.echo(
            say(
                f"Соглашение «{name}» сохранено черновиком, версия {version['number']}.",
                f"“{name}” is saved as a draft, version {version['number']}.",
            )
        )


def pull(
    name: Annotated[str, typer.Argument(help=say("Название соглашения.", "The agreement's name."))],
    key: Annotated[str, _KEY],
    file: Annotated[
        Path | None, typer.Argument(help=say("Куда; иначе НАЗВАНИЕ.yaml.", "Where; else NAME.yaml."))
    ] = None,
    url: Annotated[str, _URL] = "http://localhost:8000",
    overwrite: Annotated[bool, _OVERWRITE] = False,
) -> None:
    """Write the text to work on."""
    into = file or Path(f"{name.replace('/', '-')}.yaml")
    agreement_remote.pull(agreement_remote.Remote(url, key, language()), name, into, overwrite=overwrite)
    typer.echo(str(into))


def schema() -> None:
    """Print the schema."""
    typer.echo(json.dumps(agreement_schema(), indent=2))


def _ready_words() -> None:
    """The words for an agreement are the pages' own; they need Django set up, but neither database nor secret."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pomona.settings")
    import django

    django.setup()
