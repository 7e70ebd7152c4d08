"""The agreement between marketing and sales: its values, its conditions, and how a document is read."""

from pomona.domain.agreement.errors import AgreementError, AgreementErrors, Path
from pomona.domain.agreement.read import lists_named, read_agreement
from pomona.domain.agreement.values import (
    Agreement,
    FirstContact,
    NotYet,
    OverdueAction,
    Promise,
    Respond,
    RouteRule,
    Span,
    Target,
)

__all__ = [
    "Agreement",
    "AgreementError",
    "AgreementErrors",
    "FirstContact",
    "NotYet",
    "OverdueAction",
    "Path",
    "Promise",
    "Respond",
    "RouteRule",
    "Span",
    "Target",
    "lists_named",
    "read_agreement",
]
