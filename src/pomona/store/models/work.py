"""What the loops of `work` keep: cursors, poison events, the outbox and long jobs."""

from django.db import models


class Cursor(models.Model):
    """How far a reader of the journal has come: every row with a smaller or equal `seq` is done."""

    name = models.TextField(primary_key=True)
    seq = models.BigIntegerField(default=0)

    class Meta:
        db_table = "work_cursor"


class Switching(models.Model):
    """One row: from which plan (what leads are scored under and counted under ahead) to which they are being brought,
    since when, and how far: `score` and `lead` of the last one looked at.
    """

    id = models.SmallIntegerField(primary_key=True)
    settled = models.JSONField(default=dict)
    target = models.JSONField(default=dict)
    begun_at = models.BigIntegerField(default=0)
    changed = models.JSONField(default=list)
    score = models.IntegerField(null=True)
    lead = models.BigIntegerField(null=True)

    class Meta:
        db_table = "switching"


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


class Job(models.Model):
    """A long job: what was asked for, how far it is and what came of it. `arguments` and `result` are JSON.

    Of a `key` only one job waits or runs at a time. `share` (0 to 1) is done; `doing` is a code of what is being
    done. `error` has no personal value.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"
        CANCELLED = "cancelled"

    kind = models.TextField()
    key = models.TextField()
    arguments = models.JSONField(default=dict)
    state = models.TextField(choices=State.choices, default=State.WAITING)
    doing = models.TextField(default="")
    share = models.FloatField(default=0)
    result = models.JSONField(null=True)
    error = models.TextField(default="")
    asked_by = models.ForeignKey("User", null=True, on_delete=models.SET_NULL)
    created_at = models.BigIntegerField()
    started_at = models.BigIntegerField(null=True)
    ended_at = models.BigIntegerField(null=True)
    cancel_asked_at = models.BigIntegerField(null=True)

    class Meta:
        db_table = "job"
        constraints = [
            models.UniqueConstraint(
                fields=["key"], name="job_once", condition=models.Q(state__in=["waiting", "running"])
            )
        ]
        indexes = [models.Index(fields=["kind", "-id"], name="job_kind")]
