"""What the loops of `work` keep: cursors, poison events and the outbox."""

from django.db import models


class Cursor(models.Model):
    """How far a reader of the journal has come: every row with a smaller or equal `seq` is done."""

    name = models.TextField(primary_key=True)
    seq = models.BigIntegerField(default=0)

    class Meta:
        db_table = "work_cursor"


class Poison(models.Model):
    """An event the engine could not fold; the cursor moved on. `error` has no personal value.

    Resolved: it was folded after all. Laid aside: a user wants to be asked no more; it stays out of every fold.
    """

    seq = models.BigIntegerField(primary_key=True)
    key = models.UUIDField()
    error = models.TextField()
    at = models.BigIntegerField()
    attempts = models.IntegerField(default=1)
    resolved_at = models.BigIntegerField(null=True)
    resolved_by = models.IntegerField(null=True)
    aside_at = models.BigIntegerField(null=True)
    aside_by = models.IntegerField(null=True)

    class Meta:
        db_table = "poison"


class OutboxMessage(models.Model):
    """A message to be sent once; `key` stays the same at every repeat."""

    key = models.TextField(unique=True)
    channel = models.TextField(default="mail")
    kind = models.TextField()
    user = models.ForeignKey("User", null=True, on_delete=models.CASCADE)
    lead = models.BigIntegerField(null=True)
    recipient = models.TextField(default="")
    subject = models.TextField()
    text = models.TextField()
    created_at = models.BigIntegerField()
    next_attempt_at = models.BigIntegerField(null=True)
    sent_at = models.BigIntegerField(null=True)
    attempts = models.IntegerField(default=0)
    error = models.TextField(default="")

    class Meta:
        db_table = "outbox"
        indexes = [
            models.Index(
                fields=["next_attempt_at"], name="outbox_due", condition=models.Q(next_attempt_at__isnull=False)
            )
        ]
