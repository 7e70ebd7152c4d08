"""Why an event or a whole request is not taken.

RefusedEvent    one event cannot be taken; its neighbours can
RefusedRequest  the request as a whole cannot be answered with success; nothing of it was kept
"""

from http import HTTPStatus
from typing import Any, ClassVar

from pomona.domain.errors import PomonaError


class RefusedEvent(PomonaError):
    """One event cannot be taken; nothing of it is kept."""

    texts: ClassVar[dict[str, tuple[str, str]]] = {
        "malformed": ("Событие не читается: {detail}", "The event cannot be read: {detail}"),
        "unknown_call": (
            "Неизвестный тип «{call}»: нужен track, page, screen, identify, group или alias",
            'Unknown type "{call}": send track, page, screen, identify, group or alias',
        ),
        "no_event_name": ("У события нет названия (поле event)", "The event has no name (field event)"),
        "nobody": (
            "Не сказано, чьё это событие: нужен userId или anonymousId, в identify подойдёт e-mail или телефон",
            "It is not said whose event this is: send userId or anonymousId; in identify an e-mail or phone will do",
        ),
        "no_group": ("В вызове group нет groupId", "The group call has no groupId"),
        "no_previous": ("В вызове alias нужны userId и previousId", "The alias call needs userId and previousId"),
        "bad_time": (
            "Время «{value}» не читается: нужен ISO 8601 или миллисекунды",
            'Time "{value}" cannot be read: send ISO 8601 or milliseconds',
        ),
        "too_long": ("Поле {field} длиннее {limit} символов", "Field {field} is longer than {limit} characters"),
        "too_large": ("Событие больше {limit} байт", "The event is larger than {limit} bytes"),
        "too_deep": ("Вложенность больше {limit} уровней", "Nested deeper than {limit} levels"),
        "bad_number": ("Число в поле {field} слишком велико", "The number in field {field} is too large"),
    }

    @property
    def status(self) -> HTTPStatus:
        """The HTTP status where the event was the whole request."""
        return HTTPStatus.REQUEST_ENTITY_TOO_LARGE if self.code == "too_large" else HTTPStatus.BAD_REQUEST


class RefusedRequest(PomonaError):
    """The request as a whole is refused; nothing of it was kept. `status` is the answer's HTTP status."""

    texts: ClassVar[dict[str, tuple[str, str]]] = {
        "malformed": ("Тело запроса не читается: {detail}", "The request body cannot be read: {detail}"),
        "unstorable": ("Значение нельзя сохранить", "A value cannot be stored"),
        "all_refused": ("Ни одно событие не принято", "No event was accepted"),
        "unknown_key": (
            "Ключ записи неизвестен или отозван. Ключи: страница «Источники»",
            "The write key is unknown or revoked. Keys are on the page Sources",
        ),
        "not_found": ("Такого адреса нет", "There is no such address"),
        "wrong_method": ("Здесь нужен POST", "Send POST here"),
        "too_large": ("Запрос больше {limit} байт", "The request is larger than {limit} bytes"),
        "bad_encoding": (
            "Кодировка «{encoding}» не поддерживается: только gzip",
            'Encoding "{encoding}" is not supported: gzip only',
        ),
        "busy": ("Очередь полна, повторите позже", "The queue is full, try again later"),
        "database_away": (
            "База данных недоступна, событие не принято; повторите позже",
            "The database is away, nothing was accepted; try again later",
        ),
    }

    statuses: ClassVar[dict[str, HTTPStatus]] = {
        "malformed": HTTPStatus.BAD_REQUEST,
        "unstorable": HTTPStatus.BAD_REQUEST,
        "all_refused": HTTPStatus.BAD_REQUEST,
        "unknown_key": HTTPStatus.UNAUTHORIZED,
        "not_found": HTTPStatus.NOT_FOUND,
        "wrong_method": HTTPStatus.METHOD_NOT_ALLOWED,
        "too_large": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "bad_encoding": HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        "busy": HTTPStatus.SERVICE_UNAVAILABLE,
        "database_away": HTTPStatus.SERVICE_UNAVAILABLE,
    }

    def __init__(self, code: str, **parameters: Any) -> None:
        super().__init__(code, **parameters)
        self.status = self.statuses[code]
