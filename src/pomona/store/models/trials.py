"""Trials: two versions of one agreement side by side."""

from django.db import models
from django.db.models import Q


class Trial(models.Model):
    """A version proposed as a trial against the one in force; `challenger` and `incumbent` are version numbers.

    `needed` leads on each side, as `smallest` (the smallest difference of interest) and `baseline` (the share as it
    was when it was proposed) ask for; both shares from 0 to 1. Goes on in [`started_at`, `ended_at`).
    """

    agreement = models.TextField()
    challenger = models.IntegerField()
    incumbent = models.IntegerField(null=True)
    share = models.FloatField()
    outcome = models.TextField()
    smallest = models.FloatField()
    most_days = models.IntegerField()
    needed = models.IntegerField()
    baseline = models.FloatField()
    started_at = models.BigIntegerField(null=True)
    ended_at = models.BigIntegerField(null=True)
    ended_by = models.ForeignKey("User", null=True, on_delete=models.SET_NULL)

    class Meta:
        db_table = "trial"
        constraints = [
            models.UniqueConstraint(fields=["agreement", "challenger"], name="trial_once"),
            models.UniqueConstraint(
                fields=["agreement"],
                name="trial_one_at_a_time",
                condition=Q(started_at__isnull=False, ended_at=None),
            ),
        ]
