"""Fitting: past leads that people judge blind before a draft is proposed. Times are microseconds UTC."""

from django.db import models


class Fitting(models.Model):
    """The fitting of one draft; it is over when the draft is proposed."""

    version = models.OneToOneField("AgreementVersion", on_delete=models.CASCADE, related_name="fitting")
    begun_at = models.BigIntegerField()
    begun_by = models.ForeignKey("User", null=True, on_delete=models.SET_NULL)

    class Meta:
        db_table = "fitting"


class FittingLead(models.Model):
    """One of its leads, the same for everybody, judged in the order of `place` as it was at `as_of`."""

    fitting = models.ForeignKey(Fitting, on_delete=models.CASCADE, related_name="leads")
    place = models.SmallIntegerField()
    lead = models.BigIntegerField(db_index=True)
    as_of = models.BigIntegerField()

    class Meta:
        db_table = "fitting_lead"
        constraints = [models.UniqueConstraint(fields=["fitting", "place"], name="fitting_lead_once")]


class FittingJudge(models.Model):
    """Somebody invited to judge, for the `side` they are on: `sales` or `marketing`."""

    fitting = models.ForeignKey(Fitting, on_delete=models.CASCADE, related_name="judges")
    user = models.ForeignKey("User", on_delete=models.CASCADE)
    side = models.TextField()
    invited_at = models.BigIntegerField()

    class Meta:
        db_table = "fitting_judge"
        constraints = [models.UniqueConstraint(fields=["fitting", "user"], name="fitting_judge_once")]


class FittingJudgement(models.Model):
    """What a judge would do with a lead: `take`, `not`, or `unsure`."""

    judge = models.ForeignKey(FittingJudge, on_delete=models.CASCADE, related_name="judgements")
    of = models.ForeignKey(FittingLead, on_delete=models.CASCADE, related_name="judgements")
    judgement = models.TextField()
    judged_at = models.BigIntegerField()

    class Meta:
        db_table = "fitting_judgement"
        constraints = [models.UniqueConstraint(fields=["judge", "of"], name="fitting_judged_once")]
