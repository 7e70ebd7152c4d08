"""Where a version of an agreement stands, in words."""

from django.utils.translation import gettext as _

from pomona.store.reads.agreements import Version


def version_state(version: Version, now: int) -> str:
    """In force, a draft, waiting, signed ahead, or over."""
    if version.is_in_force(now):
        return _("in force")
    if version.state == "trial":
        return _("in a trial")
    if version.state == "draft":
        return _("draft")
    if version.unsigned:
        return _("waits for signatures")
    if version.in_force_from is not None and version.in_force_from > now:
        return _("signed, not in force yet")
    return _("no longer in force")
