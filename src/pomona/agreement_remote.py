"""Agreements between a folder of files and a running Pomona, through its public API: nothing unseen is overwritten."""

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, ClassVar, NamedTuple
from urllib.parse import quote

import httpx
import msgspec

from pomona.agreement_file import read_text
from pomona.domain.errors import Language, PomonaError
from pomona.formats.yaml_document import read_yaml

SEEN = ".pomona.json"
"""Beside the agreements: which text of each was last seen on the server. May be kept in git with them."""


class RefusedTransfer(PomonaError):
    """Nothing was transferred, or the server refused it; neither side was changed."""

    texts: ClassVar[dict[str, tuple[str, str]]] = {
        "unreachable": (
            "Помона по адресу {url} недоступна: {reason}",
            "Pomona at {url} cannot be reached: {reason}",
        ),
        "not_pomona": (
            "По адресу {url} отвечает не Помона (код {status}). Проверьте адрес: --url.",
            "What answers at {url} is not Pomona (status {status}). Check the address: --url.",
        ),
        "refused": ("{detail}", "{detail}"),
        "not_there": ("Соглашения «{name}» на сервере нет.", "There is no agreement “{name}” on the server."),
        "unnamed": ("В файле {file} не названо соглашение: campaign.", "The file {file} names no agreement: campaign."),
        "changed_there": (
            "На сервере стоит другой текст «{name}», которого в этой папке ещё не видели. Возьмите его: pomona "
            "agreement pull {name}; или отправьте поверх: --overwrite.",
            "The server has another text of “{name}” that this folder has not seen. Take it: pomona agreement pull "
            "{name}; or push over it: --overwrite.",
        ),
        "changed_here": (
            "Файл {file} отличается от сервера и не отправлен. Отправьте его, или возьмите поверх: --overwrite.",
            "The file {file} differs from the server's text and was not pushed. Push it, or pull over it: --overwrite.",
        ),
    }


class Remote:
    """A running Pomona, asked with a key. `language`: of its answers."""

    def __init__(self, url: str, key: str, language: Language) -> None:
        self._url = url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {key}", "Accept-Language": language}

    def document(self, name: str) -> tuple[str, str] | None:
        """The text to work on and its ETag; None where there is no such agreement. Raises RefusedTransfer."""
        answer = self._ask("GET", f"{_address(name)}/document", missing=True)
        return (answer.text, answer.headers["ETag"]) if answer.status_code == httpx.codes.OK else None

    def save(self, name: str, text: str, etag: str | None) -> dict[str, Any]:
        """Save the text as a draft in place of what `etag` names (None: of nothing); the version it is now."""
        headers = {"If-Match": etag} if etag else {"If-None-Match": "*"}
        return self._version(self._ask("PUT", f"{_address(name)}/document", headers, text))

    def propose(self, version: Mapping[str, Any]) -> dict[str, Any]:
        """Offer the version for signing."""
        path = f"{_address(version['agreement'])}/versions/{version['number']}/propose"
        return self._version(self._ask("POST", path, {"If-Match": f'"{version["etag"]}"'}))

    def _version(self, answer: httpx.Response) -> dict[str, Any]:
        return msgspec.json.decode(answer.content, type=dict[str, Any])

    def _ask(
        self, method: str, path: str, headers: Mapping[str, str] = {}, text: str = "", *, missing: bool = False
    ) -> httpx.Response:
        address = f"{self._url}/api/v1/agreements/{path}"
        sent = {**self._headers, **headers, "Content-Type": "application/yaml"}
        try:
            answer = httpx.request(method, address, headers=sent, content=text.encode())
        except httpx.HTTPError as error:
            raise RefusedTransfer("unreachable", url=self._url, reason=error) from error
        is_problem = answer.headers.get("Content-Type") == "application/problem+json"
        if is_problem and not (missing and answer.status_code == httpx.codes.NOT_FOUND):
            raise RefusedTransfer("refused", detail=msgspec.json.decode(answer.content)["detail"])
        if not is_problem and not answer.is_success:
            raise RefusedTransfer("not_pomona", url=self._url, status=answer.status_code)
        return answer


class Pushed(NamedTuple):
    """What became of a push: the version, None where the server had this very text already."""

    name: str
    version: dict[str, Any] | None


def push(remote: Remote, file: Path, *, overwrite: bool = False) -> Pushed:
    """Save the file as its agreement's draft on the server.

    Raises RefusedTransfer (what is there was never seen here, unless `overwrite`), RefusedFile, YamlRefused.
    """
    text = read_text(file)
    name = read_yaml(text)[0].get("campaign")
    if not isinstance(name, str):
        raise RefusedTransfer("unnamed", file=file.name)
    there = remote.document(name)
    version = None
    if there is None:
        version = remote.save(name, text, None)
    elif there[0] != text:
        if not overwrite and _seen(file.parent).get(name) != _digest(there[0]):
            raise RefusedTransfer("changed_there", name=name)
        version = remote.save(name, text, there[1])
    _remember(file.parent, name, text)
    return Pushed(name, version)


def pull(remote: Remote, name: str, file: Path, *, overwrite: bool = False) -> None:
    """Write the server's text into the file. Raises RefusedTransfer (the file has changes of its own, unless
    `overwrite`), RefusedFile.
    """
    there = remote.document(name)
    if there is None:
        raise RefusedTransfer("not_there", name=name)
    if file.exists() and not overwrite:
        here = read_text(file)
        if here != there[0] and _seen(file.parent).get(name) != _digest(here):
            raise RefusedTransfer("changed_here", file=file.name)
    file.write_text(there[0], encoding="utf-8")
    _remember(file.parent, name, there[0])


def _address(name: str) -> str:
    return quote(name, safe="/")


def _seen(folder: Path) -> dict[str, str]:
    file = folder / SEEN
    return msgspec.json.decode(file.read_bytes(), type=dict[str, str]) if file.exists() else {}


def _remember(folder: Path, name: str, text: str) -> None:
    seen = {**_seen(folder), name: _digest(text)}
    lines = msgspec.json.format(msgspec.json.encode(dict(sorted(seen.items()))), indent=1)
    (folder / SEEN).write_bytes(lines + b"\n")


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()
