"""Leads as they are now. Derived from the journal; `rebuild` makes the same rows again."""

from django.db import models
from django.db.models import Q


class Lead(models.Model):
    """A lead: `state` columns mirror `domain.stages.Lead`; names and profile are derived from its facts.

    `person` is the smallest key of its connected set. `account` names its company; `company_traits` are what the
    lead told of it (`domain.account`, encoded). `score` (thousandths) and `score_grade` are stored for
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
    account = models.TextField(null=True)
    company_traits = models.BinaryField(default=b"")
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
            # Not for unmerged leads only: before its first ANALYZE PostgreSQL would look up there who is not merged.
            models.Index(fields=["-score", "id"], name="lead_score_order"),
            models.Index(fields=["campaign"], name="lead_campaign", condition=Q(campaign__isnull=False)),
            models.Index(fields=["merged_into"], name="lead_merged", condition=Q(merged_into__isnull=False)),
            models.Index(fields=["captured_at"], name="lead_captured"),
            models.Index(fields=["account", "id"], name="lead_account", condition=Q(account__isnull=False)),
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


class AccountAct(models.Model):
    """The newest act of a lead that fits a pattern by which an agreement counts people; `t` NULL: there is none."""

    lead = models.BigIntegerField()
    pattern = models.TextField()
    t = models.BigIntegerField(null=True)
    key = models.BinaryField(null=True)

    class Meta:
        db_table = "account_act"
        constraints = [models.UniqueConstraint(fields=["lead", "pattern"], name="account_act_once")]


class AccountDue(models.Model):
    """An account that changed: its leads with an id above `after` are still to be looked at again.

    `was_left`: a lead went away from it, so even one that is alone now sees something else. Only ever inserted by
    whoever changes a lead, so that nobody waits for whoever works it off.
    """

    id = models.BigAutoField(primary_key=True)
    account = models.TextField()
    was_left = models.BooleanField(db_default=False)
    after = models.BigIntegerField(db_default=0)

    class Meta:
        db_table = "account_due"
