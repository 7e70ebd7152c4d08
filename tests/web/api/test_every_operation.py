"""Every operation that OpenAPI describes: who may ask for it, and that its answer is what was described."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import product
from json import dumps
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import psycopg
import pytest
from django.http import HttpResponse
from django.test import Client
from jsonschema import Draft202012Validator

from pomona.actions import agreements, backtests, fitting
from tests.web.api.asking import Program, code
from tests.web.company import AGREEMENT, try_on_the_past

Conn = psycopg.Connection[Any]
Known = dict[str, Any]

DOCS = Path(__file__).parents[3] / "docs" / "reference"
ROLES = {"A": "admin", "M": "marketing", "H": "head", "S": "seller", "O": "other"}
DEFAULT = {"name": "default", "number": 1}

TABLE = """
get  agreements                                                   AMHSO
get  agreements/schema                                            AMHSO
post agreements/check                                             AMH
get  agreements/{name}                                            AMHSO
get  agreements/{name}/document                                   AMHSO
put  agreements/{name}/document                                   AMH    name=spring
get  agreements/{name}/versions/{number}                          AMHSO
get  agreements/{name}/versions/{number}/document                 AMHSO
get  agreements/{name}/versions/{number}/differences              AMHSO
get  agreements/{name}/versions/{number}/ripe-at-start            AMH    name=summer
post agreements/{name}/versions/{number}/propose                  AMH    name=autumn
post agreements/{name}/versions/{number}/signatures/{side}        M      name=summer side=marketing
get  agreements/{name}/pass-mark                                  AMHSO
post agreements/{name}/pass-mark                                  MH
post agreements/preview                                           AMH
post agreements/{name}/versions/{number}/try                      AMHSO
post agreements/{name}/versions/{number}/backtests                AMH
get  agreements/{name}/versions/{number}/backtests                AMH
get  backtests/{number}                                           AMH    number={backtest}
get  backtests/{number}/leads/{group}                             AMH    number={backtest} group=ripe
get  jobs/{number}                                                AMH    number={job}
post jobs/{number}/cancel                                         AMH    number={job}
get  agreements/{name}/versions/{number}/fitting                  AMH    name=spring
post agreements/{name}/versions/{number}/fitting/invitations      AMH    name=spring
get  judgings                                                     AMHSO
get  judgings/{number}                                            MHSO   number={fitted}
put  judgings/{number}/leads/{place}                              MHSO   number={fitted} place=0
get  agreements/{name}/promises                                   AMH
get  agreements/{name}/promises/{week}/leads/{number}             AMH    week=2026-03-02 number=ripe
get  agreements/{name}/holdout                                    AMH    name=held
get  agreements/{name}/holdout/leads                              AMH    name=held
get  agreements/{name}/trials                                     AMH
get  trials/{number}                                              AMH    number={trial}
get  trials/{number}/leads                                        AMH    number={trial}
post trials/{number}/end                                          MH     number={trial}
get  campaigns/unagreed                                           AMH
get  campaigns/unagreed/leads                                     AMH
get  vocabulary                                                   AMH
get  spend                                                        AMH
put  spend                                                        AM
get  lists                                                        AMH
get  lists/{name}/items                                           AMH    name=rivals
put  lists/{name}/items                                           AMH    name=rivals
"""
"""Each operation with a letter for each who may; the arguments where they are not version 1 of `default`."""

ASKED: dict[str, str] = {
    "get agreements/{name}/versions/{number}/differences": "?against=1",
    "get agreements/{name}/holdout/leads": "?group=ripe&outcome=won",
    "get trials/{number}/leads": "?side=challenger",
    "get campaigns/unagreed/leads": "?campaign=search-broad",
}
BODIES: dict[str, Any] = {
    "post agreements/check": AGREEMENT,
    "post agreements/preview": AGREEMENT,
    "post agreements/{name}/versions/{number}/try": {"invented": {"traits": {"job_title": "директор"}}},
    "put agreements/{name}/document": "campaign: spring\nextends: default\n",
    "put lists/{name}/items": "nasos.example\n",
    "post agreements/{name}/versions/{number}/signatures/{side}": {"comment": "yes"},
    "post agreements/{name}/pass-mark": {"value": 60, "until": "2099-01-01T00:00:00Z", "reason": "fair"},
    "post agreements/{name}/versions/{number}/fitting/invitations": {"users": [1]},
    "put judgings/{number}/leads/{place}": {"judgement": "take"},
    "post trials/{number}/end": {"keep": "incumbent"},
    "post agreements/{name}/versions/{number}/backtests": {"days": 30, "against": {"agreement": "spring", "number": 1}},
    "put spend": {"items": [{"campaign": "radio", "day": "2026-03-01", "amount": 12.5}]},
}
ARGUMENT = re.compile(r"\{(\w+)\}")
HOSTILE = ("%00", "x%00y", "9" * 30, "-1", "%F0%9F%A6%84", "x" * 3000, "..%2F..")
MOVING = {"get agreements/{name}/holdout"}
"""It says until which moment leads are looked at: another one each time."""
READ_BEFORE = {
    "put agreements/{name}/document",
    "post agreements/{name}/versions/{number}/propose",
    "put lists/{name}/items",
}
"""Nobody changes what they have not read."""
HARMLESS = {
    "post agreements/check",
    "post agreements/preview",
    "post agreements/{name}/versions/{number}/try",
    "post jobs/{number}/cancel",
}
"""They save nothing, or do once what they do twice."""
NONSENSE = (None, -1, 10**30, 1e308, "\0", "x" * 10_000, [], {}, [10**30], {"\0": "\0"}, True)
UNTYPED = {"get agreements/schema"}
"""Its answer is a JSON Schema."""


class Operation(NamedTuple):
    """A line of the table."""

    method: str
    path: str
    who: str
    arguments: tuple[str, ...]

    @property
    def key(self) -> str:
        return f"{self.method} {self.path}"

    def ask(
        self, client: Client, known: Known, read: Mapping[str, str] = MappingProxyType({}), body: Any = None
    ) -> HttpResponse:
        """Send it as a program does that has read what it changes."""
        given = DEFAULT | dict(each.format(**known).split("=", 1) for each in self.arguments)
        address = f"/api/v1/{self.path.format(**given)}{ASKED.get(self.key, '')}"
        body, headers = body or BODIES.get(self.key), {"If-Match": known["etags"].get(self.key, '"none"')}
        if isinstance(body, str):
            return client.generic(self.method.upper(), address, body, "text/plain", headers=headers)
        if body is not None:
            return client.generic(self.method.upper(), address, dumps(body), "application/json", headers=headers)
        return client.generic(self.method.upper(), address, headers=headers if self.method != "get" else read)


OPERATIONS = [
    Operation(method, path, who, tuple(arguments))
    for method, path, who, *arguments in map(str.split, TABLE.strip().splitlines())
]


@pytest.fixture
def known(conn: Conn, program: Program, leads: dict[str, int], users: dict[str, int], trial: int, now: int) -> Known:
    """One thing of each kind, and the ETag of what is changed."""
    rows = {
        name: agreements.save_draft(conn, f"campaign: {name}\nextends: default\n", user=None, now=now).id
        for name in ("spring", "autumn", "summer")
    }
    agreements.propose(conn, rows["summer"], user=None, now=now)
    fitting.invite(conn, rows["spring"], users.values(), user=None, now=now)
    marketing = program("marketing")
    items = "/api/v1/lists/rivals/items"
    made = marketing.put(items, b"pump.example", content_type="text/plain", headers={"If-None-Match": "*"})
    return {
        "fitted": rows["spring"],
        "trial": trial,
        "backtest": try_on_the_past(conn, now=now),
        "job": backtests.ask(conn, rows["summer"], against=None, days=30, user=users["head"], now=now),
        "etags": {
            "put agreements/{name}/document": marketing.get("/api/v1/agreements/spring/document")["ETag"],
            "post agreements/{name}/versions/{number}/propose": marketing.get("/api/v1/agreements/autumn/document")[
                "ETag"
            ],
            "put lists/{name}/items": made["ETag"],
        },
    }


@pytest.fixture
def described(users: dict[str, int]) -> Any:
    """What OpenAPI says."""
    return Client(headers={"Host": "localhost"}).get("/api/v1/openapi.json").json()


def test_the_table_names_every_operation(described: Any) -> None:
    assert described["openapi"].startswith("3.1")
    found = [(method, path) for path, methods in described["paths"].items() for method in methods]
    assert {(each.method, f"/api/v1/{each.path}") for each in OPERATIONS} == set(found)


@pytest.mark.parametrize("document", ["api.md", "api.ru.md"])
def test_the_documents_name_every_operation(document: str) -> None:
    text = (DOCS / document).read_text()
    written = set(re.findall(r"^\| `([A-Z]+ [^`?]+)", text, re.MULTILINE))
    assert written == {f"{each.method.upper()} {each.path}" for each in OPERATIONS}


def test_nothing_answers_without_a_key(known: Known) -> None:
    stranger = Client(headers={"Host": "localhost"})
    for each in OPERATIONS:
        assert code(each.ask(stranger, known), 401) == "no_key", each.key


def test_each_role_does_what_it_may(program: Program, known: Known) -> None:
    for role, login in ROLES.items():
        client = program(login)
        for each in OPERATIONS:
            answer = each.ask(client, known)
            assert answer.status_code < 500, (role, each.key)
            refused = answer.status_code in (403, 404)
            assert refused == (role not in each.who), (role, each.key, answer.content)


def test_nothing_in_an_address_breaks_an_answer(program: Program, known: Known) -> None:
    admin = program("admin")
    for each in OPERATIONS:
        for argument, hostile in product(ARGUMENT.findall(each.path), HOSTILE):
            hacked = each._replace(arguments=(*each.arguments, f"{argument}={hostile}"))
            assert hacked.ask(admin, known).status_code < 500, (each.key, argument, hostile)


def test_nothing_in_a_body_breaks_an_answer(program: Program, known: Known) -> None:
    marketing = program("marketing")
    for each in OPERATIONS:
        body = BODIES.get(each.key)
        if isinstance(body, dict):
            for field, hostile in product(body, NONSENSE):
                answer = each.ask(marketing, known, body=body | {field: hostile})
                assert answer.status_code < 500, (each.key, field, hostile)


def test_every_answer_is_as_described(program: Program, known: Known, described: Any) -> None:
    for each in OPERATIONS:
        role = "M" if "M" in each.who else each.who[0]
        answer = each.ask(program(ROLES[role]), known)
        told = described["paths"][f"/api/v1/{each.path}"][each.method]["responses"]
        assert str(answer.status_code) in told, (each.key, answer.content)
        content = told[str(answer.status_code)].get("content", {})
        if "application/json" in content and each.key not in UNTYPED:
            schema = content["application/json"]["schema"] | {"components": described["components"]}
            Draft202012Validator(schema).validate(answer.json())


def test_every_refusal_is_as_described(program: Program, known: Known, described: Any) -> None:
    seller = program("seller")
    for each in OPERATIONS:
        answer = each.ask(seller, known)
        if answer.status_code >= 400:
            told = described["paths"][f"/api/v1/{each.path}"][each.method]["responses"]["default"]["content"]
            schema = told["application/problem+json"]["schema"] | {"components": described["components"]}
            Draft202012Validator(schema).validate(answer.json())


def test_what_is_read_again_unchanged_is_not_sent(program: Program, known: Known) -> None:
    head = program("head")
    for each in OPERATIONS:
        if each.method == "get" and "H" in each.who and each.key not in MOVING:
            tag = each.ask(head, known)["ETag"]
            again = each.ask(head, known, {"If-None-Match": tag})
            assert (again.status_code, again.content, again["ETag"]) == (304, b"", tag), each.key


def test_what_protects_a_write_is_described(described: Any) -> None:
    for each in OPERATIONS:
        parameters = described["paths"][f"/api/v1/{each.path}"][each.method]["parameters"]
        headers = {parameter["name"] for parameter in parameters if parameter["in"] == "header"}
        makes = each.method == "post" and each.key not in HARMLESS
        assert ("Idempotency-Key" in headers) == makes, each.key
        assert ("If-Match" in headers) == (each.key in READ_BEFORE), each.key


def test_every_operation_has_a_name_of_its_own(described: Any) -> None:
    names = [each["operationId"] for methods in described["paths"].values() for each in methods.values()]
    assert len(names) == len(set(names))


def test_every_shape_is_described_to_its_last_field(described: Any) -> None:
    for name, schema in described["components"]["schemas"].items():
        assert schema.get("description") or "enum" in schema, name
        assert schema.get("additionalProperties") is not True, name
        for field, of_field in schema.get("properties", {}).items():
            assert {"type", "$ref", "anyOf", "allOf", "enum", "const"} & of_field.keys(), (name, field)
            assert of_field.get("additionalProperties") is not True, (name, field)


def test_no_two_shapes_share_a_name(described: Any) -> None:
    """OpenAPI would describe only one of them."""
    from ninja import Schema

    names = [each.__name__ for each in _below(Schema) if each.__module__.startswith("pomona.")]
    assert [name for name, count in Counter(names).items() if count > 1] == []


def _below(kind: type[Any]) -> Iterator[type[Any]]:
    for each in kind.__subclasses__():
        yield each
        yield from _below(each)


def test_every_operation_says_what_it_does(described: Any) -> None:
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            assert operation.get("description"), (method, path)
