"""The JSON Schema of an agreement's document, for editors and for whoever writes agreements by program.

It takes everything that `read_agreement` takes and knows the same keywords (a test holds them together). What a
schema cannot say (names that must differ, ranges that must not overlap, grades in order) only the reader refuses.
"""

from collections.abc import Collection
from typing import Any, get_args

from pomona.domain import bant
from pomona.domain.agreement import read_conditions as conditions
from pomona.domain.agreement.nodes import MOST_CHARACTERS, MOST_ITEMS, MOST_LISTED, MOST_POINTS
from pomona.domain.agreement.read_questions import FORM_TRAITS, KINDS, LANGUAGES, LONGEST_CODE, MOST_QUESTIONS
from pomona.domain.agreement.read_steps import NOTIFIED
from pomona.domain.agreement.values import CHANNELS, By

Schema = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"

_ELAPSED: Schema = {"type": "string", "pattern": "^[1-9][0-9]{0,5}[smhdw]$"}
_WORKING: Schema = {"type": "string", "pattern": "^[1-9][0-9]{0,5}(m|h|wh|wd)$"}
_SPAN: Schema = {"type": "string", "pattern": "^[1-9][0-9]{0,5}(s|m|h|d|w|wh|wd)$"}
_TEXT: Schema = {"type": ["string", "number", "boolean"], "minLength": 1, "maxLength": MOST_CHARACTERS}
"""A text; a number or a truth value is taken as its text."""
_CODE: Schema = {**_TEXT, "maxLength": LONGEST_CODE}
_NUMBER: Schema = {"type": "number"}
_TRUTH: Schema = {"type": "boolean"}
_POINTS: Schema = {"type": "number", "minimum": -MOST_POINTS, "maximum": MOST_POINTS}
_MARK: Schema = {"type": "number", "minimum": 0, "maximum": MOST_POINTS}
_COUNT: Schema = {"type": "integer", "minimum": 1, "maximum": 1_000_000}
_SHARE: Schema = {"type": "number", "minimum": 0, "maximum": 1}
_DAY: Schema = {"type": "string", "description": "ISO 8601 date: 2026-03-02"}
_HOURS: Schema = {"type": "string", "pattern": r"^([01]?\d|2[0-3]):[0-5]\d-([01]?\d|2[0-4]):[0-5]\d$"}
_RANGE: Schema = {
    "type": "object",
    "properties": {"at_least": _NUMBER, "at_most": _NUMBER},
    "additionalProperties": False,
    "minProperties": 1,
}


def agreement_schema() -> Schema:
    """The schema of a whole document (JSON Schema 2020-12)."""
    places = {
        "profile": conditions.PROFILE,
        "behaviour": conditions.BEHAVIOUR,
        "ripeness": conditions.RIPENESS,
        "everything": conditions.EVERYTHING,
    }
    return {
        "$schema": DIALECT,
        "title": "Pomona agreement",
        "description": "What marketing and sales agreed for one campaign.",
        **_object(_top(), required=("campaign",)),
        "$defs": {name: _condition(name, allowed) for name, allowed in places.items()},
    }


def _top() -> dict[str, Schema]:
    return {
        "campaign": _TEXT,
        "extends": _TEXT,
        "covers": _list(_one_of({"utm_campaign": _TEXT, "form": _TEXT, "number": _TEXT})),
        "runs": _object({"from": _DAY, "until": _DAY, "time_zone": _TEXT}),
        "promise": _object(
            {
                "marketing": _object(
                    {
                        "mql_per_week": _COUNT,
                        "accepted_share": _SHARE,
                        "hand_over_within": _SPAN,
                        "handed_over_in_time": _SHARE,
                    }
                ),
                "sales": _object({"deadlines_kept": _SHARE}),
            }
        ),
        "ready": _ready(),
        "route": _list(_either(_route_line(), _otherwise_line())),
        "respond": _respond(),
        "automate": _automate(),
        "inflow": _object(
            {"hand_over_at_most": _object({"per_day": _COUNT, "per_week": _COUNT}), "backlog_alarm": _SPAN}
        ),
        "questions": _list(_question(), most=MOST_QUESTIONS),
        "form": _form(),
        "lists": _entries(_list(_TEXT, most=MOST_LISTED)),
    }


def _question() -> Schema:
    option = _object({"code": _CODE, "text": _said(), "points": _POINTS}, required=("code", "text"))
    question = {
        "code": _CODE,
        "text": _said(),
        "kind": {"enum": list(KINDS)},
        "required": _TRUTH,
        "options": _list(option),
        "points": _entries(_POINTS),
    }
    return _object(question, required=("code", "text", "kind"))


def _form() -> Schema:
    consent = {"text": _said(), "link": {"type": "string", "format": "uri"}}
    return _object(
        {
            **dict.fromkeys(("title", "intro", "button", "thanks"), _said()),
            "fields": _one_or_more({"enum": list(FORM_TRAITS)}),
            "consent": _object(consent, required=("text",)),
            "embed_on": _texts(),
        }
    )


def _said() -> Schema:
    """One text for both languages, or one for each."""
    return _either(_TEXT, _object(dict.fromkeys(LANGUAGES, _TEXT)) | {"minProperties": 1})


def _ready() -> Schema:
    mark_or_range = _either(
        _MARK,
        _object({"start": _MARK, "min": _MARK, "max": _MARK, "lower_for_at_most": _ELAPSED}, required=("start",)),
    )
    grade = _either(_POINTS, {"const": "pass_mark"})
    returned = {"reasons": _texts(), "again_after": _ELAPSED, "unless": _ref("behaviour")}
    return _object(
        {
            "captured": _ref("profile"),
            "never": _list(_object({"name": _TEXT, "when": _ref("behaviour")}, required=("name", "when"))),
            "fit": _list(_state_rule()),
            "interest": _list(_interest_rule()),
            "answers": _list(_state_rule()),
            "pass_mark": mark_or_range,
            "grades": _entries(grade) | {"propertyNames": {"enum": list(conditions.GRADES)}},
            "mql": _ref("ripeness"),
            "sql": _ref("ripeness"),
            "won": _ref("behaviour"),
            "returned": _object(returned),
            "holdout": {"type": "number", "minimum": 0, "maximum": 0.5},
            "at_start": {"enum": ["wait", "hand_over"]},
        }
    )


def _state_rule() -> Schema:
    by_value = {"name": _TEXT, "by": _TEXT, "points": _entries(_POINTS)}
    by_condition = {"name": _TEXT, "when": _ref("profile"), "points": _POINTS}
    return _either(
        _object(by_condition, required=("name", "when", "points")),
        _object(by_value, required=("name", "by", "points")),
    )


def _interest_rule() -> Schema:
    rule = {"name": _TEXT, "when": _ref("behaviour"), "points": _POINTS}
    counting = {"half_life": _ELAPSED, "at_most": _POINTS, "once": _TRUTH, "once_per": _TEXT}
    return _object({**rule, **counting}, required=("name", "when", "points"))


_TARGETS: dict[str, Schema] = {"team": _TEXT, "seller": _TEXT, "skill": _TEXT}


def _target() -> Schema:
    return _either({"enum": ["account_manager", "owner"]}, _one_of(_TARGETS))


def _shared_out() -> dict[str, Schema]:
    overflow = _object({**_TARGETS, "after": _SPAN}, required=("after",))
    return {"by": {"enum": list(get_args(By))}, "overflow": overflow}


def _route_line() -> Schema:
    line = {"name": _TEXT, "when": _ref("everything"), "to": _target(), **_shared_out()}
    return _object(line, required=("name", "when", "to"))


def _otherwise_line() -> Schema:
    return _object({"otherwise": _target(), **_shared_out()}, required=("otherwise",))


def _respond() -> Schema:
    notify = _object({"notify": {"enum": list(NOTIFIED)}}, required=("notify",))
    action = _either({"enum": ["reassign", "notify"]}, notify)
    second = _object({"second_time": action}, required=("second_time",))
    clock = {"remind_at": _WORKING, "overdue": _one_or_more(_either(action, second))}
    attempts = {"after": _list(_WORKING), "then": _object({"return": _TEXT}, required=("return",))}
    return _object(
        {
            "calendar": _TEXT,
            "first_contact": _list(
                _either(
                    _object({"when": _ref("everything"), "within": _WORKING, **clock}, required=("when", "within")),
                    _object({"otherwise": _WORKING, **clock}, required=("otherwise",)),
                )
            ),
            "next_attempts": _object(attempts, required=("after",)),
        }
    )


def _automate() -> Schema:
    channels = _one_or_more({"enum": list(CHANNELS)})
    answer = {"enum": ["connect", "call_back", "voicemail"]}
    until = _either({"const": "mql"}, _ref("everything"))
    attendant = {
        "questions": _texts(),
        "connect_when": _ref("everything"),
        "if_unknown": answer,
        "else": _one_or_more(answer),
    }
    return _object(
        {
            "nurture": _object({"sequence": _TEXT, "until": until, "wake": _ref("everything")}, required=("sequence",)),
            "notify": _object({"seller": channels, "team": channels, "head_of_sales": channels}),
            "attendant": _object(attendant),
        }
    )


def _condition(place: str, allowed: Collection[str]) -> Schema:
    """A condition where the keywords `allowed` fit, or several of them joined."""
    inner = _ref(place)
    joins = {"all": _list(inner), "any": _list(inner), "not": inner}
    kinds = [_object({keyword: part}, required=(keyword,)) for keyword, part in joins.items()]
    known = _conditions()
    return _either(*kinds, *(_requiring(known[keyword], keyword) for keyword in allowed))


def _requiring(shape: Schema, keyword: str) -> Schema:
    return {**shape, "required": list(dict.fromkeys((keyword, *shape.get("required", ()))))}


def _conditions() -> dict[str, Schema]:
    """The shape of each condition, by the keyword it begins with."""
    sections = dict.fromkeys(("score", "fit", "interest", "answers"), _RANGE)
    points = {**_object(sections), "maxProperties": 1}
    states = {
        "is": _one_or_more({"enum": list(bant.STATES)}),
        "at_least": {"enum": [*bant.STATES[1:]]},
    }
    side_by_side = _object(
        {
            "grade": _one_or_more({"enum": list(conditions.GRADES)}),
            "region": _texts(),
            "channel": _texts(),
            "hours": _HOURS,
        }
    )
    return {
        "known": _object({"known": _TEXT}),
        "trait": _trait(),
        "answer": _answer(),
        "event": _event(),
        "none_of": _object({"none_of": _one_or_more(_pattern()), "for": _ELAPSED}, required=("for",)),
        "people_of_account": _people(),
        "subscribed": _object({"subscribed": _TEXT}),
        "account": _object({"account": {"enum": ["is_client", "has_owner"]}}),
        "bant": _object({"bant": {"enum": list(bant.CRITERIA)}, **states}) | {"maxProperties": 2},
        "score": _either(_object({"score": {"const": "pass_mark"}}), points),
        **dict.fromkeys(("fit", "interest", "answers"), points),
        **dict.fromkeys(("grade", "region", "channel", "hours"), side_by_side),
    }


def _trait() -> Schema:
    tests = {
        "is": _one_or_more(_TEXT),
        "in": _one_or_more(_TEXT),
        "in_list": _TEXT,
        "at_least": _NUMBER,
        "at_most": _NUMBER,
        "matches": _texts(),
        "known": _TRUTH,
        "kind": _texts(),
        "seniority": _texts(),
        "region": _texts(),
    }
    return _object({"trait": _TEXT, **tests}) | {"minProperties": 2, "maxProperties": 3}


def _answer() -> Schema:
    tests = {"is": _texts(), "in": _texts(), "at_least": _NUMBER, "at_most": _NUMBER, "before": _ELAPSED}
    return _object({"answer": _TEXT, **tests}) | {"minProperties": 2, "maxProperties": 3}


def _pattern() -> Schema:
    """Which events are meant; every other keyword is a property of the event."""
    words = {"event": _TEXT, "path": _TEXT, "campaign": _TEXT, "channel": _texts()}
    return _object(words, required=("event",)) | {"additionalProperties": _either(_one_or_more(_TEXT), _RANGE)}


def _times() -> Schema:
    return {"type": "integer", "minimum": 1, "maximum": conditions.MOST_TIMES}


def _event() -> Schema:
    pattern = _pattern()
    counted = {"within": _ELAPSED, "times": _times(), "different": _TEXT}
    return {
        **pattern,
        "properties": {**pattern["properties"], **counted},
        "dependentRequired": {"different": ["times"]},
    }


def _people() -> Schema:
    pattern = _pattern()
    counted = {"people_of_account": _times(), "within": _ELAPSED}
    return {**pattern, "properties": {**pattern["properties"], **counted}, "required": []}


def _object(properties: dict[str, Schema], required: Collection[str] = ()) -> Schema:
    shape: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    return {**shape, "required": list(required)} if required else shape


def _one_of(properties: dict[str, Schema]) -> Schema:
    """Exactly one of these keywords."""
    return {**_object(properties), "minProperties": 1, "maxProperties": 1}


def _entries(value: Schema) -> Schema:
    return {"type": "object", "additionalProperties": value, "minProperties": 1, "maxProperties": MOST_ITEMS}


def _list(item: Schema, most: int = MOST_ITEMS) -> Schema:
    return {"type": "array", "items": item, "minItems": 1, "maxItems": most}


def _one_or_more(item: Schema) -> Schema:
    return _either(item, _list(item))


def _texts() -> Schema:
    return _one_or_more(_TEXT)


def _either(*schemas: Schema) -> Schema:
    return {"anyOf": list(schemas)}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}
