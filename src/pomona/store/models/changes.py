"""Who changed what: the trail of documents that are changed in place."""

from django.db import models


class Change(models.Model):
    """One change of a document; only added. `document` says what kind, `row` which one: a number, or the name of a
    team or calendar.

    `before` and `after` hold the changed fields only: `before` {} when it was made, `after` {} when it was deleted. A
    secret is null in both. `made_by` null is whoever runs commands on the installation's machine.
    """

    document = models.TextField()
    row = models.TextField()
    made_at = models.BigIntegerField()
    made_by = models.IntegerField(null=True)
    before = models.JSONField()
    after = models.JSONField()
    why = models.TextField(default="")

    class Meta:
        db_table = "change"
        indexes = [models.Index(fields=["document", "row", "-id"], name="change_of")]
