"""What is wrong, as `application/problem+json` (RFC 9457): one shape for every refusal."""

from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any, ClassVar, cast

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, RawPostDataException
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError

from pomona.actions.agreements import ChangedMeanwhile, FaultyAgreement, RefusedSignature, UnsignableAgreement
from pomona.actions.lists import UnreadableItems
from pomona.domain.errors import PomonaError
from pomona.formats.yaml_document import YamlRefused
from pomona.store.access import NotAllowed
from pomona.web.request import PageRequest

MEDIA_TYPE = "application/problem+json"


class Fault(Schema):
    """One thing that is wrong, with its place in the text or in the request."""

    line: int | None = None
    column: int | None = None
    path: str | None = None
    code: str | None = None
    detail: str


class Problem(Schema):
    """A refusal (RFC 9457): `code` is stable, `detail` says what to do, `errors` lists each fault."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[Fault] | None = None


STATUS: dict[type[PomonaError], HTTPStatus] = {
    NotAllowed: HTTPStatus.FORBIDDEN,
    ChangedMeanwhile: HTTPStatus.PRECONDITION_FAILED,
    RefusedSignature: HTTPStatus.CONFLICT,
}
"""What is not named here or in `STATUS_OF_CODE` is 422: understood, and refused as it stands."""
STATUS_OF_CODE = {
    "list_moved": HTTPStatus.PRECONDITION_FAILED,
    "list_taken": HTTPStatus.PRECONDITION_FAILED,
    "no_key": HTTPStatus.UNAUTHORIZED,
    "nothing_here": HTTPStatus.NOT_FOUND,
    "no_precondition": HTTPStatus.PRECONDITION_REQUIRED,
    "too_large": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "not_text": HTTPStatus.BAD_REQUEST,
    "not_json": HTTPStatus.BAD_REQUEST,
    "bad_idempotency_key": HTTPStatus.BAD_REQUEST,
    "still_going_on": HTTPStatus.CONFLICT,
    "rebuilding": HTTPStatus.SERVICE_UNAVAILABLE,
}


class RefusedRequest(PomonaError):
    """The request itself cannot be answered; nothing was changed."""

    texts: ClassVar[dict[str, tuple[str, str]]] = {
        "no_key": (
            "Нужен действующий ключ: Authorization: Bearer … Ключ делают на странице настроек.",
            "A key in use is needed: Authorization: Bearer … Make one on the settings page.",
        ),
        "nothing_here": (
            "Здесь ничего нет, или вам это не показывают.",
            "There is nothing here, or it is not shown to you.",
        ),
        "no_precondition": (
            "Скажите, какую версию вы читали: If-Match с её ETag; If-None-Match: *, если её ещё нет.",
            "Say which version you read: If-Match with its ETag; If-None-Match: * if there is none yet.",
        ),
        "other_name": (
            "В тексте названо соглашение «{inside}», а в адресе «{name}». Исправьте одно из двух.",
            "The text names the agreement “{inside}”, the address “{name}”. Correct one of them.",
        ),
        "not_text": ("Тело запроса — не текст в UTF-8.", "The body of the request is not UTF-8 text."),
        "not_json": (
            "Тело запроса — не JSON. Пришлите JSON с Content-Type: application/json.",
            "The body of the request is not JSON. Send JSON with Content-Type: application/json.",
        ),
        "too_large": (
            "Тело запроса больше {most} байт.",
            "The body of the request is larger than {most} bytes.",
        ),
        "bad_idempotency_key": (
            "Idempotency-Key — от 1 до 255 печатных знаков ASCII, без кавычек и обратной косой черты внутри.",
            "Idempotency-Key: 1 to 255 printable ASCII characters, without quotation marks and backslashes within.",
        ),
        "no_such_page": (
            "Такой страницы нет: возьмите after из поля next предыдущей страницы.",
            "There is no such page: take `after` from the field `next` of the page before.",
        ),
        "invalid": ("Запрос не такой, как в описании API.", "The request is not as the API describes it."),
    }


def tell_problems(api: NinjaAPI) -> None:
    """Let the API answer every refusal as a problem."""
    for kind, tell in _TOLD.items():
        api.add_exception_handler(kind, tell)


def describe_problems(document: dict[str, Any]) -> dict[str, Any]:
    """The OpenAPI document, which says of every operation how it refuses."""
    shape = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    document["components"]["schemas"] |= {**shape.pop("$defs"), "Problem": shape}
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for operations in document["paths"].values():
        for operation in operations.values():
            operation["responses"]["default"] = {"description": "It was refused.", "content": content}
    return document


def problem(request: HttpRequest, error: PomonaError, errors: Iterable[Fault] = ()) -> HttpResponse:
    """A refusal in the language of the request."""
    status = STATUS_OF_CODE.get(error.code) or STATUS.get(type(error), HTTPStatus.UNPROCESSABLE_ENTITY)
    told = Problem(
        type=f"urn:pomona:problem:{error.code}",
        title=status.phrase,
        status=status,
        detail=error.text(cast(PageRequest, request).language),
        code=error.code,
        errors=list(errors) or None,
    )
    return JsonResponse(told.model_dump(exclude_none=True), status=status, content_type=MEDIA_TYPE)


def _refusal(request: HttpRequest, error: PomonaError) -> HttpResponse:
    return problem(request, error, _errors(request, error))


def _errors(request: HttpRequest, error: PomonaError) -> Iterable[Fault]:
    """Each fault with its place in the text, where an agreement is what is wrong."""
    language = cast(PageRequest, request).language
    match error:
        case YamlRefused(place=(line, column)):
            yield Fault(line=line, column=column, code=error.code, detail=error.text(language))
        case FaultyAgreement(faults=faults, locate=locate):
            for fault in faults.errors:
                line, column = locate(fault.path)
                detail = fault.text(language)
                yield Fault(line=line, column=column, path=fault.place, code=fault.code, detail=detail)
        case UnsignableAgreement(findings=findings):
            for finding in findings:
                yield Fault(path=finding.place, code=finding.code, detail=finding.text(language))
        case UnreadableItems(parameters={"change": change}):
            for item in change.unreadable:
                yield Fault(line=item.number, detail=item.written)


def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    faults = [Fault(path=".".join(map(str, each["loc"])), detail=each["msg"]) for each in error.errors]
    return problem(request, RefusedRequest("invalid"), faults)


_TOLD: dict[type[Exception], Callable[..., HttpResponse]] = {
    PomonaError: _refusal,
    ValidationError: _invalid,
    AuthenticationError: lambda request, _: problem(request, RefusedRequest("no_key")),
    HttpError: lambda request, _: problem(request, RefusedRequest("not_json")),
    RawPostDataException: lambda request, _: problem(request, RefusedRequest("not_json")),
    Http404: lambda request, _: problem(request, RefusedRequest("nothing_here")),
    RequestDataTooBig: lambda request, _: problem(
        request, RefusedRequest("too_large", most=settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
    ),
}
