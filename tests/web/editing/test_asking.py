"""Questions, their answers and the hosted form in the editor, and answers wherever a condition asks for them."""

from pomona import clock
from pomona.actions.agreements import save_draft
from pomona.store import agreements
from tests.web import company
from tests.web.conftest import LogIn
from tests.web.editing.browser import SPRING, Conn, Editor, Filled

ASKING = (
    SPRING
    + """questions:
  # who hurries
  - code: timeline
    text: {ru: Когда?, en: When?}
    kind: single
    options:
      - {code: now, text: {ru: сейчас, en: now}, points: 30}   # at once
      - {code: later, text: later}
  - {code: pumps, text: How many?, kind: number, points: {"1..4": 5, "5..": 15}}   # big ones
  - {code: wish, text: What else?, kind: text}
form:
  title: {ru: Подберём, en: Let us find it}   # above
  consent: {text: I agree, link: "https://pumps.example/privacy"}
  embed_on: https://pumps.example
"""
)


def test_questions_and_the_form_saved_untouched_leave_every_character_where_it_is(editor: Editor) -> None:
    editor.write(ASKING)
    for at in ("questions:0", "questions:1", "questions:2", "form"):
        assert editor.change(at, "save", editor.open(at)).status_code == 302, at
        assert editor.text == ASKING, at


def test_a_question_is_changed_where_it_stands(editor: Editor) -> None:
    editor.write(ASKING)
    editor.fill("questions:0", options__1__ru="позже", options__0__points="25", kind="many")
    editor.fill("questions:1", points__0__points="6", required="on")
    expected = (
        ASKING.replace("points: 30}", "points: 25}")
        .replace("text: later}", "text: {ru: позже, en: later}}")
        .replace("kind: single", "kind: many")
        .replace('"1..4": 5', '"1..4": 6')
        .replace("15}}   # big", "15}, required: true}   # big")
    )
    assert editor.text == expected
    page = editor.page()
    assert "When? now (25 points), later; several may be chosen" in page


def test_a_question_is_added_moved_copied_and_deleted(editor: Editor) -> None:
    new = {"text__ru": "Как скоро?", "options__0__ru": "скоро", "options__0__points": "9"}
    assert editor.fill("questions:new:choice", **new).status_code == 302
    options = "[{code: skoro, text: {ru: скоро}, points: 9}]"
    assert f"{{code: kak_skoro, kind: single, text: {{ru: Как скоро?}}, options: {options}}}" in editor.text
    editor.fill("questions:new:number", text__en="How many?", points__0__of="5..", points__0__points="7")
    editor.change("questions:1", "move:0")
    assert editor.text.index("code: how_many") < editor.text.index("code: kak_skoro")
    editor.change("questions:0", "copy")
    assert "code: how_many 2" in editor.text
    for _each in range(3):
        editor.change("questions:0", "delete")
    assert editor.text == SPRING


def test_codes_are_made_of_words_once_and_never_change_with_them(editor: Editor) -> None:
    editor.fill("questions:new:choice", text__ru="Когда?", text__en="When?", options__0__en="Now", options__1__ru="Now")
    made = "{code: when, kind: single, text: {ru: Когда?, en: When?}, options: "
    assert made + "[{code: now, text: {en: Now}}, {code: now_2, text: {ru: Now}}]}" in editor.text
    changed = {"text__en": "How soon?", "options__0__en": "At once", "options__2__en": "Now"}
    editor.fill("questions:0", text__ru="", **changed)
    made = "{code: when, kind: single, text: {en: How soon?}, options: "
    options = "[{code: now, text: {en: At once}}, {code: now_2, text: {ru: Now}}, {code: now_3, text: {en: Now}}]}"
    assert made + options in editor.text
    editor.fill("questions:new:text", text__en="When?")
    assert "{code: when_2, kind: text" in editor.text


def test_answers_are_reordered_and_taken_out(editor: Editor) -> None:
    editor.write(ASKING)
    for asked, first, second in (({"down": "options-0"}, "later", "now"), ({"up": "options-0"}, "now", "later")):
        fields = Filled(editor.change("questions:0", "", editor.open("questions:0"), **asked).content.decode()).fields
        assert [fields[f"options-{row}-code"] for row in (0, 1)] == [[first], [second]]
    less = Filled(editor.change("questions:0", "", editor.open("questions:0"), drop="options-0").content.decode())
    editor.change("questions:0", "save", less.fields)
    assert "options: [{code: later, text: later}]" in editor.text.replace("\n      - ", " [").replace(
        "later}\n", "later}]\n"
    )


def test_a_question_without_its_words_is_told_so_at_its_fields(editor: Editor) -> None:
    answer = editor.fill("questions:new:choice", options__0__ru="сейчас", options__0__points="many")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "“text” is missing" in page
    assert 'value="сейчас"' in page
    assert editor.text == SPRING


def test_the_hosted_form_is_made_shown_and_taken_away(editor: Editor) -> None:
    assert "How the form would look" not in editor.page()
    editor.fill("form", title__ru="Подберём", fields=["name", "job_title"], consent__en="I agree")
    form = "form:\n  title: {ru: Подберём}\n  fields: [name, job_title]\n  consent: {text: {en: I agree}}\n"
    assert editor.text == SPRING + form
    page = editor.page()
    assert f'href="/agreements/versions/{editor.draft}/form/"' in page
    editor.fill("form", title__ru="", fields=[], consent__en="")
    assert editor.text == SPRING


def test_questions_of_the_house_are_marked_and_replaced_by_their_code(log_in: LogIn, conn: Conn) -> None:
    now = clock.now()
    asks = "questions: [{code: speed, text: How soon?, kind: single, options: [{code: soon, text: soon}]}]\n"
    company.agree(conn, now=now, also=asks)
    editor = Editor(log_in("marketing", "en"), conn, save_draft(conn, SPRING, user=None, now=now).id)
    page = editor.page()
    question = page[page.index('data-at="questions:0"') :]
    assert "from the house rules" in question[: question.index("</li>")]
    editor.change("questions:0", "save", editor.open("questions:0"))
    editor.fill("questions:0", required="on")
    assert "- {code: speed, text: How soon?, kind: single" in editor.text
    page = editor.page()
    question = page[page.index('data-at="questions:0"') :]
    assert "in place of the house rules:" in question[: question.index("</li>")]
    editor.change("questions:0", "delete")
    assert "questions:" not in editor.text


def test_conditions_offer_the_draft_s_own_answers_first_and_the_lists_with_their_sizes(editor: Editor) -> None:
    editor.write(ASKING + "lists: {rivals: [a.example, b.example]}\n")
    page = editor.page(open="route:1")
    assert '<option value="timeline">When?</option>' in page
    assert '<option value="product" selected>product</option>' in page
    other = Filled(page).fields | {"when-0-told-question": ["timeline"]}
    page = editor.change("route:1", "", other).content.decode()
    assert 'name="when-0-told-codes" value="now"> now</label>' in page
    chosen = Filled(page).fields | {"when-0-told-codes": ["now", "later"]}
    editor.change("route:1", "save", chosen)
    assert "when: {answer: timeline, in: [now, later]}" in editor.text
    assert "If the answer to “When?” is “now” or “later”" in editor.page(step="route")
    chosen = Filled(editor.page(open="route:1")).fields | {"when-0-kind": ["list"]}
    shown = editor.change("route:1", "", chosen).content.decode()
    assert '<option value="rivals">rivals · 2 items</option>' in shown
    assert 'href="/agreements/lists/new/"' in shown


def test_the_attendant_asks_questions_by_their_words_in_the_order_chosen(editor: Editor) -> None:
    editor.write(ASKING)
    page = editor.page(open="attendant")
    assert 'name="questions" value="timeline"> When?</label>' in page
    editor.change("attendant", "save", editor.open("attendant") | {"questions": ["pumps", "timeline"]})
    assert "attendant: {questions: [pumps, timeline]}" in editor.text
    assert editor.open("attendant")["questions"] == ["pumps", "timeline"]


def test_a_question_of_another_agreement_in_force_is_offered_in_its_words(log_in: LogIn, conn: Conn) -> None:
    now = clock.now()
    company.agree(conn, now=now)
    other = save_draft(conn, ASKING.replace("campaign: spring", "campaign: winter"), user=None, now=now)
    agreements.put_in_force(conn, agreements.lock_version(conn, other.id), start=now, end=None, now=now)
    editor = Editor(log_in("marketing", "en"), conn, save_draft(conn, SPRING, user=None, now=now).id)
    fields = editor.open("route:1") | {"when-0-told-question": ["timeline"]}
    page = editor.change("route:1", "", fields).content.decode()
    assert 'name="when-0-told-codes" value="now"> now</label>' in page
