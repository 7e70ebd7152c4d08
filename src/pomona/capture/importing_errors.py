"""Why a file, or one row of it, cannot be imported."""

from typing import ClassVar

from pomona.domain.errors import PomonaError


class ImportProblem(PomonaError):
    """The file or its mapping cannot be used, or cannot be read on; whatever was imported before stays."""

    texts: ClassVar[dict[str, tuple[str, str]]] = {
        "no_file": ("Файл {path} не читается: {why}.", "The file {path} cannot be read: {why}."),
        "encoding_unknown": (
            "Кодировка файла не распознана. Укажите её: utf-8, utf-16 или windows-1251.",
            "The encoding of the file is not recognised. Name it: utf-8, utf-16 or windows-1251.",
        ),
        "encoding_wrong": (
            "Файл записан не в кодировке {encoding}. Укажите другую.",
            "The file is not written in {encoding}. Name another encoding.",
        ),
        "header_quoting": (
            "Кавычки в первой строке не закрыты: {why}.",
            "The quotes of the first line are not closed: {why}.",
        ),
        "empty": ("В файле нет строки заголовков.", "The file has no header line."),
        "repeated_column": (
            "Столбец «{column}» встречается в заголовке дважды. Переименуйте один из них.",
            'The header names the column "{column}" twice. Rename one of them.',
        ),
        "unknown_column": (
            "В файле нет столбца «{column}», на который ссылается разметка. Есть: {columns}.",
            'The mapping refers to a column "{column}" that the file does not have. It has: {columns}.',
        ),
        "mapping": ("Разметка не читается: {why}.", "The mapping cannot be read: {why}."),
        "pair": (
            "«{pair}» — не пара «свойство=столбец», например email=E-Mail.",
            '"{pair}" is not a pair "trait=column", for example email=E-Mail.',
        ),
        "spend_columns": (
            "Не нашлось столбцов: нужны кампания, дата (или начало и конец периода) и расход.",
            "The columns were not found: campaign, date (or the period's start and end) and cost are needed.",
        ),
        "spend_currency": (
            "Расход в файле — в {found}, а здесь всё в {currency}.",
            "The cost in the file is in {found}, all money here in {currency}.",
        ),
        "no_identity": (
            "Разметка не говорит, чей это столбец: нужны id, email или phone.",
            "The mapping does not say whose row it is: it needs id, email or phone.",
        ),
    }


class RefusedRow(PomonaError):
    """One row cannot be taken; nothing of it is kept, the others are."""

    texts: ClassVar[dict[str, tuple[str, str]]] = {
        "cells": (
            "В строке {found} ячеек, в заголовке {expected}.",
            "The row has {found} cells, the header {expected}.",
        ),
        "quoting": ("Кавычки в строке не закрыты: {why}.", "The quotes of the row are not closed: {why}."),
        "no_identity": (
            "Нет ни e-mail, ни телефона, ни идентификатора.",
            "There is neither an e-mail address nor a phone number nor an id.",
        ),
        "amount": (
            "«{value}» не читается как сумма в {currency}.",
            '"{value}" cannot be read as an amount in {currency}.',
        ),
        "currency": (
            "Валюта {value}, а здесь всё в {currency}.",
            "The currency is {value}, all money here is {currency}.",
        ),
        "day": (
            "«{value}» не читается как дата: нужна 2026-03-31 или 31.03.2026.",
            '"{value}" cannot be read as a date: write 2026-03-31 or 31.03.2026.',
        ),
        "number": ("«{value}» в столбце «{column}» — не число.", '"{value}" in the column "{column}" is not a number.'),
        "time": (
            "«{value}» не читается как время (ожидалось: {format}).",
            '"{value}" cannot be read as a time (expected: {format}).',
        ),
    }
