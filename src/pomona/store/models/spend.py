"""What campaigns cost, as it was told; a correction is a newer row."""

from django.db import models


class Spend(models.Model):
    """An amount (hundredths of the installation's currency) of a campaign on a day of the company's calendar.

    The newest row of a campaign and day holds; none is ever changed. `reason` is what its teller said of it.
    """

    campaign = models.TextField()
    day = models.DateField()
    amount = models.BigIntegerField()
    reason = models.TextField()
    recorded_at = models.BigIntegerField()
    recorded_by = models.ForeignKey("User", null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        db_table = "spend"
        indexes = [models.Index(fields=["campaign", "day", "-id"], name="spend_newest")]


class SpendUpload(models.Model):
    """The file that a user is about to take in; gone when it is taken in, or when the next one comes."""

    user = models.OneToOneField("User", on_delete=models.CASCADE, primary_key=True, related_name="+")
    name = models.TextField()
    content = models.BinaryField()
    uploaded_at = models.BigIntegerField()

    class Meta:
        db_table = "spend_upload"
