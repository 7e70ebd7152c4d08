"""The editor of agreements: sentences that open into forms, the YAML in step with them, nothing overwritten unseen."""

import re

from django.core.files.uploadedfile import SimpleUploadedFile

from pomona.store import agreements
from pomona.web.editing.parts import Rules
from pomona.web.editing.steps import PARTS, STEPS
from tests.web.editing.browser import GUIDE, PRICES, SPRING, VISITS, Editor, Filled


def test_every_step_shows_what_is_agreed_and_where_it_comes_from(editor: Editor) -> None:
    for step in STEPS:
        page = editor.page(step=step)
        assert 'aria-current="step"' in page
        assert ("edit-origin" in page) == (step in ("ready", "route", "respond", "campaign")), step


def test_every_form_saved_untouched_leaves_every_character_where_it_is(editor: Editor) -> None:
    facts = [key for key, part in PARTS.items() if not isinstance(part, Rules)]
    for at in (*facts, PRICES, GUIDE, "route:0", "route:1"):
        assert editor.change(at, "save", editor.open(at)).status_code == 302, at
        assert editor.text == SPRING, at


def test_a_number_changed_in_the_form_is_that_number_changed_in_the_yaml(editor: Editor) -> None:
    editor.fill(GUIDE, points="7")
    assert editor.text == SPRING.replace("points: 5, once", "points: 7, once")


def test_a_condition_is_changed_and_joined_with_another_and_deeper_ones_in_their_places(editor: Editor) -> None:
    editor.fill("route:0", when__0__at_least="1000")
    more = editor.change("route:0", "", editor.open("route:0"), add="when").content.decode()
    fields = Filled(more).fields | {"when-1-kind": ["region"], "when-1-was": ["region"], "when-1-region": ["RU-TA"]}
    editor.change("route:0", "save", fields)
    assert "when: {all: [{trait: company.employees, at_least: 1000}, {region: RU-TA}]}" in editor.text
    editor.fill("mql", **{"mql__1__event": "price requested", "mql__0__1__at_least": "12"})
    assert "mql: {any: [{all: [{score: pass_mark}, {fit: {at_least: 12}}]}, {event: price requested}]}" in editor.text


def test_choosing_a_kind_shows_its_fields_and_saves_nothing(editor: Editor) -> None:
    fields = editor.open("fit:new:rule") | {"name": ["big"], "when-0-kind": ["range"]}
    page = editor.change("fit:new:rule", "", fields).content.decode()
    assert 'name="when-0-at_least"' in page
    assert 'value="big"' in page
    assert editor.text == SPRING


def test_an_inherited_rule_changed_here_replaces_the_one_of_the_house(editor: Editor) -> None:
    editor.fill(VISITS, points="30")
    assert (
        "- {name: вебинар, when: {event: webinar attended}, points: 30, half_life: 60d, once_per: webinar}"
        in editor.text
    )
    page = editor.page()
    assert "in place of the house rules:" in page
    assert "25 points for the first" in page
    editor.change(VISITS, "delete")
    assert editor.text == SPRING


def test_an_inherited_rule_is_switched_off_here(editor: Editor) -> None:
    editor.change("fit:1", "off")
    assert 'points: {"0..49": 0, "50..249": 0, "250..": 0}' in editor.text


def test_what_cannot_be_switched_off_says_so(editor: Editor) -> None:
    route = editor.page(step="route")
    inherited = route[route.index('data-at="route:2"') :]
    assert "It cannot be left out." in inherited[: inherited.index("</li>")]
    answer = editor.browser.post(
        f"/agreements/drafts/{editor.draft}/change/",
        {"edition": editor.edition, "at": "returned", "do": "save", "reasons": ""},
        follow=True,
    )
    assert "The house rules say this." in answer.content.decode()
    assert editor.text == SPRING


def test_a_line_of_a_list_that_is_inherited_as_a_whole_is_left_out(editor: Editor) -> None:
    editor.change("first_contact:0", "off")
    assert "first_contact:\n    - {otherwise: 1h, overdue: [notify]}" in editor.text


def test_what_is_said_once_is_inherited_until_it_is_changed(editor: Editor) -> None:
    editor.fill("pass_mark", start="60")
    assert "  pass_mark: {start: 60, min: 45, max: 75}\n" in editor.text
    refused = editor.fill("pass_mark", start="80")
    assert refused.status_code == 422
    assert "The pass mark must lie between min and max" in refused.content.decode()
    editor.fill("promise", handed="2", in_time="95")
    assert "  marketing: {hand_over_within: 2m, handed_over_in_time: 0.95}\n" in editor.text
    editor.fill("others", holdout="3")
    assert "holdout: 0.03" in editor.text
    editor.fill("runs", **{"from": "2026-03-02"})
    assert "runs: {time_zone: Europe/Moscow, from: 2026-03-02}" in editor.text


def test_rules_move_among_those_that_can_and_their_comments_with_them(editor: Editor) -> None:
    editor.change("route:1", "move:0")
    assert editor.text.index("service first") < editor.text.index("name: large")
    before = editor.text
    editor.change("route:0", "move:2")
    assert editor.text == before


def test_lines_that_are_inherited_as_a_whole_become_own_ones(editor: Editor) -> None:
    editor.fill("first_contact:1", otherwise="2")
    assert "- {otherwise: 2h, overdue: [notify]}" in editor.text
    assert "first_contact:\n    - {when: {grade: A}" in editor.text


def test_a_copy_has_a_name_of_its_own_and_a_deletion_can_be_undone(editor: Editor) -> None:
    editor.change(GUIDE, "copy")
    assert "name: took the guide 2" in editor.text
    editor.browser.post(f"/agreements/drafts/{editor.draft}/undo/{editor.edition}/")
    assert editor.text == SPRING


def test_faults_stand_at_their_fields_and_nothing_typed_is_lost(editor: Editor) -> None:
    answer = editor.fill(GUIDE, points="many", name="new name")
    page = answer.content.decode()
    assert answer.status_code == 422
    field = page[page.index('name="points"') :]
    assert "This must be a number" in field[: field.index("</div>")]
    assert 'value="new name"' in page
    assert editor.text == SPRING


def test_a_faulty_yaml_is_kept_and_told_at_its_line_and_at_its_rule(editor: Editor) -> None:
    faulty = SPRING.replace("points: 5, once", "points: five, once")
    editor.write(faulty)
    page = editor.page()
    assert editor.text == faulty
    assert "line 7, column" in page
    assert "points: five, once" in page
    rule = page[page.index('data-at="interest:3"') :]
    assert "This must be a number" in rule[: rule.index("</li>")]
    assert 'id="edit-form"' not in editor.page(open=GUIDE)
    editor.write("campaign: spring\nready: {a: [1\n")
    assert "this is not YAML" in editor.page()
    editor.write(SPRING)
    assert "thing to put right before" not in editor.page()


def test_of_two_writers_the_second_is_told_and_keeps_what_they_typed(editor: Editor) -> None:
    seen, fields = editor.edition, editor.open(GUIDE)
    editor.write(SPRING.replace("at_most: 15", "at_most: 10"))
    page = editor.change(GUIDE, "save", fields | {"points": ["8"]}, edition=seen)
    assert "was changed meanwhile" in page.content.decode()
    assert 'value="8"' in page.content.decode()
    mine = SPRING.replace("points: 5, once", "points: 9, once")
    told = editor.write(mine, edition=seen).content.decode()
    assert "points: 9, once" in told
    assert "Save mine over it" in told
    assert "at_most: 10" in editor.text
    editor.write(mine, over=editor.edition)
    assert editor.text == mine


def test_a_file_is_taken_in_place_of_the_text(editor: Editor) -> None:
    other = SPRING.replace("the guide", "the book")
    editor.write("", file=SimpleUploadedFile("a.yaml", other.encode()))
    assert editor.text == other
    editor.write("", file=SimpleUploadedFile("a.yaml", other.encode("cp1251")))
    assert editor.text == other


def test_what_is_offered_is_what_came_with_its_count(editor: Editor, leads: dict[str, int]) -> None:
    page = editor.page()
    pages = page[page.index('<datalist id="known-pages">') :]
    assert "/pricing" in pages[: pages.index("</datalist>")]
    events = page[page.index('<datalist id="known-events">') :]
    assert '<option value="attended webinar" label="4 times">' in events[: events.index("</datalist>")]
    assert "Волга · 1 seller" in editor.page(open="route:0")


def test_events_and_traits_are_shown_and_typed_by_their_words(editor: Editor) -> None:
    fields = editor.open(GUIDE)
    assert fields["when-0-event"] == ["download"]
    editor.change(GUIDE, "save", fields | {"when-0-event": ["Page view"], "when-0-path": ["/a*"]})
    assert "when: {event: page, content: guide, path: /a*}" in editor.text
    editor.fill("route:0", when__0__trait="number of pumps")
    assert "when: {trait: number of pumps, at_least: 500}" in editor.text


def test_what_linting_finds_leads_to_the_form_that_mends_it(editor: Editor) -> None:
    editor.write(SPRING.replace("{seller: seller}", "{seller: nobody}"))
    found = editor.browser.get(f"/agreements/drafts/{editor.draft}/findings/").content.decode()
    line = next(line for line in found.split("<li>") if "There is no seller" in line)
    assert line.startswith("<strong>large</strong>")
    assert "?open=route:0" in line


def test_the_last_step_shows_what_differs_and_proposes_at_once_or_as_a_trial(editor: Editor) -> None:
    from pomona.store.models import Trial

    page = editor.page(step="propose")
    assert "What differs from the house rules" in page
    assert "took the guide" in page
    assert "Propose as a trial" not in page
    signed = agreements.version(editor.conn, "spring", 1)
    assert signed is not None
    agreements.put_in_force(editor.conn, agreements.lock_version(editor.conn, editor.draft), start=0, end=None, now=0)
    editor.browser.post("/agreements/next/spring/")
    editor.draft += 1
    editor.fill(GUIDE, points="9")
    page = editor.page(step="propose")
    assert "What differs from version 1" in page
    stamp = re.search(r'name="stamp" value="(\w+)"', page)
    assert stamp is not None
    terms = {"share": "50", "outcome": "accepted", "smallest": "50", "most_days": "30", "trial": "yes"}
    editor.browser.post(f"/agreements/versions/{editor.draft}/propose/", terms | {"stamp": stamp[1]})
    assert (Trial.objects.get().challenger, editor.browser.get("/agreements/of/spring/2/").status_code) == (2, 200)


def test_a_campaign_that_names_no_traffic_is_the_one_of_its_name(editor: Editor) -> None:
    editor.fill("covers", covers__0__of="")
    assert "covers:" not in editor.text
    assert "campaign spring" in editor.page(step="campaign")


def test_a_text_from_outside_is_never_markup(editor: Editor) -> None:
    editor.fill(GUIDE, name="<script>alert(1)</script>")
    assert "<script>alert(1)" in editor.text
    assert "<script>alert(1)" not in editor.page() + editor.page(open=GUIDE)


def test_a_proposed_version_is_read_and_not_edited(editor: Editor) -> None:
    editor.browser.post(f"/agreements/versions/{editor.draft}/propose/")
    answer = editor.browser.get(f"/agreements/drafts/{editor.draft}/")
    assert answer.headers["Location"] == "/agreements/of/spring/1/"
    editor.write("campaign: spring")
    assert editor.text == SPRING
