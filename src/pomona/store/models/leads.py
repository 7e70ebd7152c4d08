"""Leads as they are now. Derived from the journal; `rebuild` makes the same rows again."""

from django.db import models
from django.db.models import Q


class Lead(models.Model):
    """A lead: `state` columns mirror `domain.stages.Lead`; names and profile are derived from its facts.

    `person` is the smallest key of its connected set. `score` (thousandths) and `score_grade` are stored for
    sorting only, refreshed nightly; the number shown is computed at reading.
    """

    id = models.BigIntegerField(primary_key=True)
    person = models.BinaryField(db_index=True)
    anchor = models.BinaryField(db_index=True)
    stage = models.TextField()
    agreement = models.TextField(null=True)
    version = models.IntegerField(null=True)
    owner = models.ForeignKey("User", null=True, on_delete=models.SET_NULL, db_constraint=False, related_name="leads")
    merged_into = models.BigIntegerField(null=True)
    captured_at = models.BigIntegerField()
    cycle_from = models.BigIntegerField()
    ripe_at = models.BigIntegerField(null=True)
    queued_at = models.BigIntegerField(null=True)
    waiting = models.JSONField(null=True)
    grade = models.TextField(null=True)
    handed_over_at = models.BigIntegerField(null=True)
    remind_at = models.BigIntegerField(null=True)
    due_at = models.BigIntegerField(null=True)
    overdue = models.IntegerField(default=0)
    accepted_at = models.BigIntegerField(null=True)
    contacted_at = models.BigIntegerField(null=True)
    later_at = models.BigIntegerField(null=True)
    qualified_at = models.BigIntegerField(null=True)
    closed_at = models.BigIntegerField(null=True)
    returned_at = models.BigIntegerField(null=True)
    again_at = models.BigIntegerField(null=True)
    reason = models.TextField(null=True)

    name = models.TextField(default="")
    company = models.TextField(default="")
    job_title = models.TextField(default="")
    email = models.TextField(default="")
    phone = models.TextField(default="")
    campaign = models.TextField(null=True)
    channel = models.TextField(null=True)
    last_act_at = models.BigIntegerField(null=True)
    profile = models.BinaryField()
    score = models.IntegerField(default=0)
    score_grade = models.TextField(null=True)
    scored_at = models.BigIntegerField(default=0)

    class Meta:
        db_table = "lead"
        indexes = [
            models.Index(
                fields=["queued_at"], name="lead_queue", condition=Q(queued_at__isnull=False, merged_into=None)
            ),
            models.Index(fields=["due_at"], name="lead_due", condition=Q(due_at__isnull=False)),
            models.Index(fields=["remind_at"], name="lead_remind", condition=Q(remind_at__isnull=False)),
            models.Index(fields=["again_at"], name="lead_again", condition=Q(again_at__isnull=False)),
            models.Index(fields=["owner", "stage"], name="lead_owner_stage"),
            models.Index(fields=["stage", "score", "id"], name="lead_stage_score"),
            models.Index(fields=["captured_at"], name="lead_captured"),
        ]


class LeadScore(models.Model):
    """The bounded state of (lead, agreement) under one version: `tally` is `domain.scoring.Tally`, encoded.

    A lead has one for each version in force that scores it, and for each that is to come. `ripe_up_to`: the highest
    pass mark (thousandths) at which a captured lead is ripe, as of when it was stored; NULL: at none.
    """

    lead = models.BigIntegerField()
    agreement = models.TextField()
    version = models.IntegerField()
    tally = models.BinaryField()
    ripe_up_to = models.IntegerField(null=True)

    class Meta:
        db_table = "lead_score"
        constraints = [models.UniqueConstraint(fields=["lead", "agreement", "version"], name="lead_score_once")]
        indexes = [
            models.Index(
                fields=["agreement", "version", "ripe_up_to"],
                name="lead_score_ripe",
                condition=Q(ripe_up_to__isnull=False),
            )
        ]
