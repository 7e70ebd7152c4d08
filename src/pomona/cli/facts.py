"""`pomona import` and `pomona score`: facts from files.

What knows phones and places of the world is imported only when used: it costs half a second.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import psycopg
import typer

from pomona import clock
from pomona.cli.environment import installation
from pomona.cli.progress import progress_bar
from pomona.domain.event import SECOND
from pomona.setup import SetupError, language, say

if TYPE_CHECKING:
    from pomona.capture.importing import ImportReport
    from pomona.capture.importing_mapping import ColumnMap

SOURCE = "CSV"


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command(
        "import",
        help=say(
            "Загрузить лидов с историей из CSV. Тот же файл второй раз ничего не меняет; прерванную загрузку "
            "завершает повторный запуск. Отклонённые строки с причинами — в отдельном CSV.",
            "Import leads with their history from a CSV file. The same file twice changes nothing; an interrupted "
            "import is completed by running it again. Refused rows with reasons go to a CSV of their own.",
        ),
    )(import_)
    app.command(
        help=say(
            "Посчитать баллы людей из файла событий (JSON Lines) по соглашению, без базы данных.",
            "Score the people of a file of events (JSON Lines) by an agreement, without a database.",
        )
    )(score)


def import_(
    file: Annotated[Path, typer.Argument(help=say("Файл CSV.", "The CSV file."))],
    mapping: Annotated[
        Path | None,
        typer.Option(
            help=say(
                "YAML: какой столбец что значит. Пример: docs/examples/imports/bank-marketing.yaml",
                "YAML: what each column means. An example: docs/examples/imports/bank-marketing.yaml",
            )
        ),
    ] = None,
    column: Annotated[
        list[str] | None,
        typer.Option(
            "--map",
            metavar="TRAIT=COLUMN",
            help=say(
                "Вместо YAML: свойство=столбец, сколько нужно раз. Например: --map email=E-Mail --map id=Номер",
                "In place of YAML: trait=column, as often as needed. For example: --map email=E-Mail --map id=Number",
            ),
        ),
    ] = None,
    source: Annotated[
        str,
        typer.Option(
            help=say(
                "Имя источника на странице источников. Одни и те же номера в разных источниках — разные события.",
                "The source's name on the sources page. Equal numbers in different sources are different events.",
            )
        ),
    ] = SOURCE,
    refused: Annotated[
        Path | None,
        typer.Option(
            help=say(
                "Куда записать отклонённые строки. Обычно рядом: имя.refused.csv",
                "Where refused rows go. Usually beside: name.refused.csv",
            )
        ),
    ] = None,
) -> None:
    """Append what the rows tell, with a progress bar; tell what became of them."""
    columns = _mapping(mapping, column)
    refused_path = refused or file.with_suffix(".refused.csv")
    with installation() as conn:
        report = _import(conn, file, columns, source, refused_path)
    typer.echo(
        say(
            f"Строк {report.rows}: загружено {report.imported}, уже известно {report.repeated}, "
            f"отклонено {report.refused}.",
            f"{report.rows} rows: {report.imported} imported, {report.repeated} known already, "
            f"{report.refused} refused.",
        )
    )
    if report.refused:
        typer.echo(say(f"Отклонённые с причинами: {refused_path}", f"The refused with their reasons: {refused_path}"))


def score(
    events: Annotated[Path, typer.Argument(help=say("События, JSON Lines.", "Events, JSON Lines."))],
    agreement: Annotated[Path, typer.Option(help=say("Соглашение, YAML.", "The agreement, YAML."))],
    at: Annotated[
        str | None,
        typer.Option(
            help=say(
                "На какой момент (ISO 8601). Обычно на момент последнего события.",
                "As of when (ISO 8601). Usually as of the last event.",
            )
        ),
    ] = None,
) -> None:
    """Print each person's score with its reasons."""
    from pomona.score_file import render, score_file

    typer.echo(render(score_file(events, agreement, _moment(at)), language()))


def _moment(text: str | None) -> int | None:
    """Microseconds UTC of an ISO 8601 text; without a zone it is UTC."""
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(say(f"«{text}» — не момент ISO 8601", f'"{text}" is no ISO 8601 moment')) from None
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()) * SECOND


def _mapping(path: Path | None, pairs: list[str] | None) -> "ColumnMap":
    from pomona.capture.importing_mapping import mapping_of_pairs, read_mapping
    from pomona.formats.yaml_document import read_yaml

    if (path is None) == (not pairs):
        raise typer.BadParameter(say("нужен либо --mapping, либо --map", "either --mapping or --map is needed"))
    if path is None:
        return mapping_of_pairs(pairs or [])
    return read_mapping(read_yaml(path.read_text(encoding="utf-8"))[0])


def _import(
    conn: psycopg.Connection[Any], file: Path, mapping: "ColumnMap", source: str, refused: Path
) -> "ImportReport":
    from pomona.capture.importing import import_file
    from pomona.store.installation import installation as find

    row = find(conn)
    if row is None:
        raise SetupError("not_installed")
    with progress_bar(file.name) as progress:
        return import_file(
            conn,
            file,
            mapping,
            source=_source(conn, source),
            secret=row.secret,
            now=clock.now(),
            language=language(),
            progress=lambda _rows, share: progress(share),
            refused_path=refused,
        )


def _source(conn: psycopg.Connection[Any], name: str) -> int:
    """The id of the source of that name; made if need be."""
    from pomona.actions.sources import create_source
    from pomona.store.models import Source

    found = Source.objects.filter(name=name).values_list("id", flat=True).first()
    return found if found is not None else create_source(conn, name, "import", user=None, now=clock.now())
