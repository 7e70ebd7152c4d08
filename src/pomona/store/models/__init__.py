"""Tables. Rows have no behaviour. Times are integer microseconds UTC unless a field says otherwise."""

from pomona.store.models.agreements import (
    Agreement,
    AgreementSignature,
    AgreementVersion,
    Backtest,
    BacktestLead,
    DraftText,
)
from pomona.store.models.changes import Change
from pomona.store.models.demo import TourStop
from pomona.store.models.fitting import Fitting, FittingJudge, FittingJudgement, FittingLead
from pomona.store.models.identity import HandLink, Link, Person, Visit
from pomona.store.models.journal import JournalRow, MessageKey, Source, WriteKey
from pomona.store.models.leads import AccountAct, AccountDue, Lead, LeadScore
from pomona.store.models.lists import ListItem, ListUpload, ListVersion, NamedList
from pomona.store.models.people import ApiKey, Calendar, Installation, Seller, Team, User
from pomona.store.models.requests import KeyedRequest
from pomona.store.models.spend import Spend, SpendUpload
from pomona.store.models.trials import Trial
from pomona.store.models.work import Cursor, Job, OutboxMessage, Poison, Switching

__all__ = [
    "AccountAct",
    "AccountDue",
    "Agreement",
    "AgreementSignature",
    "AgreementVersion",
    "ApiKey",
    "Backtest",
    "BacktestLead",
    "Calendar",
    "Change",
    "Cursor",
    "DraftText",
    "Fitting",
    "FittingJudge",
    "FittingJudgement",
    "FittingLead",
    "HandLink",
    "Installation",
    "Job",
    "JournalRow",
    "KeyedRequest",
    "Lead",
    "LeadScore",
    "Link",
    "ListItem",
    "ListUpload",
    "ListVersion",
    "MessageKey",
    "NamedList",
    "OutboxMessage",
    "Person",
    "Poison",
    "Seller",
    "Source",
    "Spend",
    "SpendUpload",
    "Switching",
    "Team",
    "TourStop",
    "Trial",
    "User",
    "Visit",
    "WriteKey",
]
