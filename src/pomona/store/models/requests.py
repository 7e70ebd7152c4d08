"""Requests of programs that may be sent again."""

from django.db import models


class KeyedRequest(models.Model):
    """A request that was carried out under an `Idempotency-Key` of its user: `digest` of what was asked, the id of what
    it `made`, and its `answer` (null until it was told).
    """

    user = models.ForeignKey("User", on_delete=models.CASCADE)
    key = models.TextField()
    digest = models.BinaryField()
    made = models.BigIntegerField(null=True)
    answer = models.JSONField(null=True)
    at = models.BigIntegerField(db_index=True)

    class Meta:
        db_table = "keyed_request"
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="keyed_request_once")]
