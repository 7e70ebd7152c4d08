"""The reference of the collector names everything it answers, takes and limits, in both languages."""

from pathlib import Path

import pytest

from pomona.capture import limits
from pomona.capture.collector import ADDRESSES
from pomona.capture.errors import RefusedEvent, RefusedRequest
from pomona.capture.segment import Message
from pomona.capture.touch import CLICK_IDS

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"


@pytest.fixture(params=["collector.md", "collector.ru.md"])
def reference(request: pytest.FixtureRequest) -> str:
    return (REFERENCE / str(request.param)).read_text()


def test_every_code_and_status_is_explained(reference: str) -> None:
    codes = {*RefusedEvent.texts, *RefusedRequest.texts}
    statuses = {str(int(status)) for status in RefusedRequest.statuses.values()}
    assert [word for word in sorted(codes) if f"`{word}`" not in reference] == []
    assert [status for status in sorted(statuses) if status not in reference] == []


def test_every_address_field_and_click_id_is_named(reference: str) -> None:
    fields = set(Message.__struct_encode_fields__) - {"type", "name", "category", "originalTimestamp"}
    words = {*fields, *(name for name in ADDRESSES if len(name) > 1), *CLICK_IDS}
    assert [word for word in sorted(words) if word not in reference] == []


def test_limits_are_the_ones_in_force(reference: str) -> None:
    for limit in (limits.EVENT_BYTES // 1024, limits.BATCH_BYTES // 1024, limits.DEPTH, limits.ID_CHARACTERS):
        assert str(limit) in reference
