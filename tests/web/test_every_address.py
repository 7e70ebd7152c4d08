"""Every address of the pages, taken from the resolver: who may read it, who may write to it, nobody by accident."""

from datetime import date
from typing import Any, NamedTuple

import psycopg
import pytest
from django.test import Client

from pomona import clock
from pomona.actions.agreements import save_draft
from pomona.actions.spend import record_spend
from pomona.domain.spend import CampaignDay
from pomona.domain.trials import Outcome, TrialTerms
from pomona.store import agreements, trials
from tests.actions.engine import HOUSE, put_in_force
from tests.web.company import AGREEMENT, try_on_the_past
from tests.web.conftest import LogIn

Conn = psycopg.Connection[Any]
Ids = dict[str, Any]

ROLES = {"A": "admin", "M": "marketing", "H": "head", "S": "seller", "O": "other"}
"""`S` is the seller whose lead, inbox and profile are asked for, `O` another seller."""

TABLE = """
# name              arguments             read   write
home                -                     AMHSO  -
login               -                     *      *
logout              -                     -      AMHSO
settings            -                     AMHSO  -
new_api_key         -                     -      AMHSO
revoke_api_key      999                   -      AMHSO
link_telegram       -                     -      AMHSO
unlink_telegram     -                     -      AMHSO
look                -                     -      *
style               -                     AMHSO  -
inbox               -                     AHSO   -
presence            away                  -      AHSO
favicon             -                     AMHSO  -
leads               -                     AMHSO  -
lead                {lead}                AMHS   -
merge               {lead}                AMH    AMH
split               {lead}                AMH    AMH
erase               {lead}                A      A
act                 {lead} later          AHS    AHS
act                 {lead} lose           AHS    AHS
act                 {lead} assign         AH     AH
funnel              -                     AMH    -
funnel_leads        -                     AMH    -
spend               -                     AMH    -
record_spend        -                     -      AM
spend_days          radio                 AMH    -
upload_spend        -                     -      AM
spend_file          -                     AM     AM
cancel_spend_file   -                     -      AM
promises            -                     AMH    -
promises_of         default               AMH    -
promise_leads       default               AMH    -
agreements          -                     AMHSO  -
unagreed_leads      -                     AMH    -
holdout             held                  AMH    -
trial               {trial}               AMH    -
trial_leads         {trial}               AMH    -
end_trial           {trial} incumbent     -      MH
holdout_leads       held                  AMH    -
agreement           default               AMHSO  -
agreement_version   default 1             AMHSO  -
agreement_schema    -                     AMHSO  -
write_agreement     -                     AMH    AMH
next_version        default               -      AMH
begin_agreements    -                     -      AMH
draft               {draft}               AMH    -
change_draft        {draft}               -      AMH
write_draft         {draft}               -      AMH
draft_findings      {draft}               AMH    -
undo_draft          {draft} 1             -      AMH
agreement_preview   -                     -      AMH
agreement_preview_scores -                -      AMH
try_lead            -                     AMHSO  -
fitting             {draft}               AMH    AMH
mend_draft          {draft}               -      AMH
judge_leads         {draft}               MHSO   MHSO
take_judgement_back {draft}               -      MHSO
propose_version     {version}             -      AMH
redraft_version     {version}             -      AMH
form_preview        {asking}              AMH    -
hosted_form         asking                *      *
form_thanks         asking                *      -
pass_mark_effect    default               MH     -
move_pass_mark      default               -      MH
lists               -                     AMH    -
new_list            -                     AMH    AMH
list                {list}                AMH    -
add_items           {list}                -      AMH
remove_item         {list}                -      AMH
export_list         {list}                AMH    -
upload_list         {list}                -      AMH
list_file           {list}                AMH    AMH
cancel_list_file    {list}                -      AMH
delete_list         {list}                -      AMH
sign_version        {version} marketing   -      M
sign_version        {version} sales       -      H
sources             -                     AM     -
new_source          -                     AM     AM
source              {source}              AM     -
new_key             {source}              -      AM
revoke_key          -                     -      AM
poison              -                     AM     -
retry_poison        999                   -      AM
lay_poison_aside    999                   -      AM
people              -                     AH     -
new_person          -                     A      A
person              {seller}              AH     -
change_person       {seller}              -      A
change_seller       {seller}              -      AH
change_presence     {seller}              -      AH
new_calendar        -                     AH     AH
calendar            {calendar}            AH     AH
new_team            -                     AH     AH
team                {team}                AH     AH
outbox              -                     AMHSO  -
outbox_message      {message}             AHS    -
notices             -                     -      AMHSO
backtest            {version}             AMH    -
ask_backtest        {version}             -      AMH
backtest_leads      {backtest} ripe       AMH    -
job                 {job}                 AM     -
cancel_job          {job}                 -      AM
export_now          -                     -      AM
tour                -                     AMHSO  -
demo_life           -                     -      AMHSO
"""
"""A letter for each who may, `*` for everybody, logged in or not; `-` where the address does not answer so at all."""


HELD = {**HOUSE, "campaign": "held", "ready": {**HOUSE["ready"], "holdout": 0.1}}
"""An agreement with a control group."""
SPRING = "campaign: spring\nextends: default\n"
OPEN_TO_OTHER_SITES = {"hosted_form"}
"""Whoever may send it at all may send it from anywhere: it is nobody's in particular."""


class Address(NamedTuple):
    """A line of the table."""

    name: str
    arguments: str
    readers: str
    writers: str

    def path(self, ids: Ids) -> str:
        """The address with what the company has."""
        from django.urls import reverse

        return reverse(self.name, args=[each for each in self.arguments.format(**ids).split() if each != "-"])


ADDRESSES = [Address(name, " ".join(rest[:-2]), *rest[-2:]) for name, *rest in map(str.split, TABLE.splitlines()[2:])]


@pytest.fixture
def ids(conn: Conn, users: Ids, leads: Ids) -> Ids:
    """One thing of each kind, in a demo company."""
    from pomona.actions import fitting, jobs, lists, people, sources
    from pomona.actions.demo_company import complete_demo

    complete_demo(conn, seed=1)
    put_in_force(conn, HELD)
    hours = {"0": [["09:00", "18:00"]]}
    record_spend(conn, {CampaignDay("radio", date(2026, 3, 1)): 100}, user=None, now=0)
    draft = save_draft(conn, SPRING, user=None, now=clock.now()).id
    fitting.invite(conn, draft, users.values(), user=None, now=clock.now())
    return {
        "draft": draft,
        "lead": leads["Анна Петрова"],
        "seller": users["seller"],
        "source": sources.create_source(conn, "site", "site", user=None, now=0),
        "calendar": people.save_calendar(conn, "office", time_zone="UTC", hours=hours, user=None, now=clock.now()),
        "backtest": try_on_the_past(conn, now=clock.now()),
        "job": jobs.defer_export(conn, user=None, now=0),
        "team": people.save_team(conn, "volga", user=None, now=clock.now()),
        "trial": _trial(conn),
        "asking": _asking(conn),
        "list": lists.create_list(conn, "competitors", "domain", user=None, now=0),
        **{name: _first(conn, table) for name, table in (("version", "agreement_version"), ("message", "outbox"))},
    }


def _trial(conn: Conn) -> int:
    """A trial that goes on."""
    terms = TrialTerms(share=0.5, outcome=Outcome.WON, smallest=0.1, most_days=90)
    row = agreements.save_draft(conn, "held", text="", parsed=HELD, house=None, user=None, now=0)
    agreements.set_state(conn, row.id, "trial")
    trials.add(conn, "held", row.number, terms, needed=300, baseline=0.5)
    trial = _first(conn, "trial")
    trials.start(conn, trial, incumbent=1, now=0)
    return trial


def _asking(conn: Conn) -> int:
    """An agreement in force with a hosted form; its version's row."""
    text = AGREEMENT.replace("campaign: default", "campaign: asking") + "form: {title: Which pump?}\n"
    draft = save_draft(conn, text, user=None, now=0)
    agreements.put_in_force(conn, draft, start=0, end=None, now=0)
    return draft.id


def _first(conn: Conn, table: str) -> int:
    row = conn.execute(f"SELECT min(id) FROM {table}").fetchone()
    assert row is not None
    return int(row[0])


def test_the_table_names_every_address(users: Ids) -> None:
    from django.urls import URLPattern, get_resolver

    patterns = get_resolver().url_patterns
    assert {each.name for each in patterns if isinstance(each, URLPattern)} == {each.name for each in ADDRESSES}
    others = [str(each.pattern) for each in patterns if not isinstance(each, URLPattern)]
    assert others == ["api/v1/"], "walked by the API's own tests"


def test_a_stranger_is_asked_to_log_in(ids: Ids) -> None:
    stranger = Client(headers={"Host": "localhost"})
    for address in ADDRESSES:
        for answer in (stranger.get, stranger.post):
            asked_to = answer(address.path(ids)).headers.get("Location", "").startswith("/login/")
            assert asked_to or "*" in (address.readers, address.writers), address


@pytest.mark.parametrize("role", ROLES)
def test_each_role_reads_what_it_may(log_in: LogIn, ids: Ids, role: str) -> None:
    for address in ADDRESSES:
        status = log_in(ROLES[role]).get(address.path(ids), headers={"HX-Request": "true"}).status_code
        assert _outcome(status) == _expected(address.readers, role), (address, status)


@pytest.mark.parametrize("role", ROLES)
def test_each_role_changes_what_it_may(log_in: LogIn, ids: Ids, role: str) -> None:
    for address in ADDRESSES:
        status = _post(log_in(ROLES[role]), address, ids)
        assert _outcome(status) == _expected(address.writers, role), (address, status)


def test_nothing_is_changed_from_another_site(log_in: LogIn, ids: Ids) -> None:
    from pomona.store.models import User

    for address in ADDRESSES:
        if address.writers != "-" and address.name not in OPEN_TO_OTHER_SITES:
            browser = Client(headers={"Host": "localhost"}, enforce_csrf_checks=True)
            browser.force_login(User.objects.get(username=ROLES[address.writers.replace("*", "A")[0]]))
            assert _post(browser, address, ids) == 403, address


def _post(browser: Client, address: Address, ids: Ids) -> int:
    """The status after a form with a lead and a seller only; what needs more is refused, but not for want of power."""
    form = {"other": ids["lead"], "seller": ids["seller"]}
    return browser.post(address.path(ids), form, headers={"HX-Request": "true"}).status_code


def _outcome(status: int) -> str:
    """What the status says; to hide that there is such a thing (404) is to refuse it."""
    if status in (403, 404, 405):
        return "no such method" if status == 405 else "refused"
    return "allowed" if status in (200, 204, 302, 422) else f"status {status}"


def _expected(who: str, role: str) -> str:
    if who == "-":
        return "no such method"
    return "allowed" if who == "*" or role in who else "refused"
