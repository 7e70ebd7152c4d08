import pytest

from pomona.capture.errors import RefusedEvent
from pomona.capture.invented import Act, invented_facts
from pomona.domain.event import DAY
from pomona.domain.profile import EMPTY_PROFILE, observe
from tests.conftest import NOW


def test_an_invented_lead_says_and_does_what_a_real_one_would() -> None:
    acts = [Act("page", 3, 2, "/pricing"), Act("content downloaded", 10, 1, "content: pump-guide")]
    facts = invented_facts(
        {"email": "anna@mail.ru", "job_title": "Генеральный директор", "company.employees": "340"},
        {"timeline": "now"},
        acts,
        now=NOW,
    )
    happened = [(fact.name, (NOW - fact.t) // DAY) for fact in facts]
    assert sorted(happened[:2]) == [("content downloaded", 10), ("identify", 10)]
    assert happened[2:] == [("page", 3), ("page", 3), ("question answered", 0)]
    profile = observe(EMPTY_PROFILE, facts)
    assert profile.found("email")["kind"] == "free_mail"
    assert profile.found("job_title")["seniority"] == "director"
    assert profile.answers == {"timeline": ("now",)}
    assert len({fact.key for fact in facts}) == len(facts)


def test_what_no_event_can_say_is_refused() -> None:
    with pytest.raises(RefusedEvent):
        invented_facts({}, {}, [Act("x" * 1000, 0)], now=NOW)
