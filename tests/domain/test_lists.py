"""What a change of a list brings and takes away."""

from hypothesis import given
from hypothesis import strategies as st

from pomona.domain.lists import Change, Item, change_of

WORDS = st.sampled_from("abcde")
GIVEN = st.lists(st.one_of(WORDS, st.none()), max_size=8)


def _items(normals: list[str | None]) -> list[Item]:
    return [Item(number, str(normal).upper(), normal) for number, normal in enumerate(normals, 1)]


def _after(current: dict[str, str], change: Change) -> dict[str, str]:
    return {normal: current[normal] for normal in current if normal not in change.went} | dict(change.came)


@given(st.dictionaries(WORDS, st.just("as it was")), GIVEN, st.booleans())
def test_the_list_holds_what_was_given_and_without_replacing_what_it_held(
    current: dict[str, str], normals: list[str | None], replace: bool
) -> None:
    change = change_of(current, _items(normals), replace=replace)
    readable = {normal for normal in normals if normal is not None}
    assert _after(current, change).keys() == (readable if replace else readable | current.keys())


@given(st.dictionaries(WORDS, st.just("as it was")), GIVEN, st.booleans())
def test_every_line_given_is_counted_once(current: dict[str, str], normals: list[str | None], replace: bool) -> None:
    change = change_of(current, _items(normals), replace=replace)
    assert len(change.came) + change.known + change.repeated + len(change.unreadable) == len(normals)


@given(st.dictionaries(WORDS, st.just("as it was")), GIVEN, st.booleans())
def test_the_same_again_changes_nothing(current: dict[str, str], normals: list[str | None], replace: bool) -> None:
    items = _items(normals)
    after = _after(current, change_of(current, items, replace=replace))
    assert change_of(after, items, replace=replace).is_empty


def test_an_item_is_shown_as_it_was_written_first() -> None:
    change = change_of({}, [Item(1, "Rival.example", "rival"), Item(2, "rival", "rival")], replace=False)
    assert change.came == {"rival": "Rival.example"}
    assert change.repeated == 1
