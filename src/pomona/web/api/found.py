"""What the address of a request names, for whoever may see it."""

from typing import cast

from django.http import Http404, HttpRequest

from pomona.store.reads.agreements import AgreementLine, Version, agreement
from pomona.web.request import PageRequest


def found_agreement(request: HttpRequest, name: str) -> AgreementLine:
    """The agreement of that name. Raises Http404, NotAllowed."""
    line = agreement(cast(PageRequest, request).user, name)
    if line is None:
        raise Http404
    return line


def found_version(request: HttpRequest, name: str, number: int) -> Version:
    """A version of an agreement. Raises Http404, NotAllowed."""
    version = found_agreement(request, name).version(number)
    if version is None:
        raise Http404
    return version
