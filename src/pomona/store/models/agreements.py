"""Agreements, their versions and signatures. Versions are never edited once proposed."""

from django.db import models


class Agreement(models.Model):
    """What both sides agree for one campaign; `name` is the document's `campaign` ("default": the rest)."""

    name = models.TextField(primary_key=True)
    title = models.TextField(default="")
    created_at = models.BigIntegerField()

    class Meta:
        db_table = "agreement"


class AgreementVersion(models.Model):
    """One version. `document` is the YAML as written, `parsed` the same as a plain document, `lists` the lists
    it refers to as of then, `house` the version of the house rules it extends. In force in
    [`in_force_from`, `in_force_until`).
    """

    class State(models.TextChoices):
        DRAFT = "draft"
        PROPOSED = "proposed"
        SIGNED = "signed"
        TRIAL = "trial"
        IN_FORCE = "in_force"
        SUPERSEDED = "superseded"

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="versions")
    number = models.IntegerField()
    state = models.TextField(choices=State.choices, default=State.DRAFT)
    document = models.TextField()
    parsed = models.JSONField(default=dict)
    lists = models.JSONField(default=dict)
    house = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    in_force_from = models.BigIntegerField(null=True)
    in_force_until = models.BigIntegerField(null=True)
    created_at = models.BigIntegerField()
    created_by = models.ForeignKey("User", null=True, on_delete=models.SET_NULL)

    class Meta:
        db_table = "agreement_version"
        constraints = [models.UniqueConstraint(fields=["agreement", "number"], name="agreement_version_once")]


class DraftText(models.Model):
    """What was written into a draft, step by step: the newest is what its writers see, read or not yet readable.

    The id tells one step from the next; whoever changes a draft names the one they saw.
    """

    version = models.ForeignKey(AgreementVersion, on_delete=models.CASCADE, related_name="texts")
    text = models.TextField()
    written_at = models.BigIntegerField()
    written_by = models.ForeignKey("User", null=True, on_delete=models.SET_NULL)

    class Meta:
        db_table = "draft_text"


class AgreementSignature(models.Model):
    """Marketing's or sales' signature under one version."""

    version = models.ForeignKey(AgreementVersion, on_delete=models.CASCADE, related_name="signatures")
    side = models.TextField()
    user = models.ForeignKey("User", on_delete=models.PROTECT)
    signed_at = models.BigIntegerField()
    comment = models.TextField(default="", blank=True)

    class Meta:
        db_table = "agreement_signature"
        constraints = [models.UniqueConstraint(fields=["version", "side"], name="agreement_signed_once_a_side")]


class Backtest(models.Model):
    """A version tried on the past, against another one (None: alone): what came of it, kept for who signs.

    The past is [`since`, `until`). `content` is a hash of what was tried: another one now, and it was changed since.
    `job` asked for it, None: a command did.
    """

    version = models.ForeignKey(AgreementVersion, on_delete=models.CASCADE, related_name="backtests")
    against = models.ForeignKey(AgreementVersion, null=True, on_delete=models.CASCADE, related_name="+")
    days = models.SmallIntegerField()
    since = models.BigIntegerField()
    until = models.BigIntegerField()
    content = models.TextField()
    summary = models.JSONField()
    asked_by = models.ForeignKey("User", null=True, on_delete=models.SET_NULL)
    made_at = models.BigIntegerField()
    job = models.BigIntegerField(null=True, unique=True)

    class Meta:
        db_table = "agreement_backtest"


class BacktestLead(models.Model):
    """A lead that a backtest found ripe, and when: under the version tried, and under the other one."""

    backtest = models.ForeignKey(Backtest, on_delete=models.CASCADE, related_name="leads")
    lead = models.BigIntegerField(db_index=True)
    group = models.TextField()
    ripe_at = models.BigIntegerField(null=True)
    ripe_before_at = models.BigIntegerField(null=True)

    class Meta:
        db_table = "agreement_backtest_lead"
        constraints = [models.UniqueConstraint(fields=["backtest", "group", "lead"], name="backtest_lead_once")]
