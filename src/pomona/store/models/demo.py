"""What only a demo company has."""

from django.contrib.postgres.fields import ArrayField
from django.db import models


class TourStop(models.Model):
    """A stop of the tour: a sentence that says what is there, one that says what to look at, and where.

    Either the `leads` that show it, or the `path` of a page.
    """

    number = models.SmallIntegerField(primary_key=True)
    title_ru = models.TextField()
    title_en = models.TextField()
    look_ru = models.TextField()
    look_en = models.TextField()
    leads = ArrayField(models.BigIntegerField(), default=list)
    path = models.TextField(default="")

    class Meta:
        db_table = "tour_stop"
