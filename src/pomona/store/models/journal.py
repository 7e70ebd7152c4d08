"""The journal's DDL, its sources and their write keys. Written only through `pomona.journal`."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex
from django.db import models


class Source(models.Model):
    """Where events come from: a site, a server, an import, the demo."""

    name = models.TextField(unique=True)
    kind = models.TextField(default="site")
    created_at = models.BigIntegerField()

    class Meta:
        db_table = "source"


class WriteKey(models.Model):
    """A key that lets its holder append events of one source. Public by nature: it stands in the site's script."""

    key = models.TextField(primary_key=True)
    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="write_keys")
    created_at = models.BigIntegerField()
    created_by = models.IntegerField(null=True)
    revoked_at = models.BigIntegerField(null=True)
    revoked_by = models.IntegerField(null=True)

    class Meta:
        db_table = "write_key"


class MessageKey(models.Model):
    """Every message ever appended, once: the narrow table that makes repeats count once."""

    key = models.UUIDField(primary_key=True)

    class Meta:
        db_table = "message_key"


class JournalRow(models.Model):
    """One event. `seq` is drawn by the database (default nextval) under the append lock: commit order."""

    seq = models.BigAutoField(primary_key=True)
    key = models.UUIDField()
    t = models.BigIntegerField()
    received_at = models.BigIntegerField()
    kind = models.TextField()
    name = models.TextField()
    subject = models.BinaryField()
    keys = ArrayField(models.BinaryField())
    by = models.TextField()
    actor = models.IntegerField(null=True)
    source = models.IntegerField(null=True)
    campaign = models.TextField(null=True)
    channel = models.TextField(null=True)
    path = models.TextField(null=True)
    answers = models.JSONField(null=True)
    lead = models.BigIntegerField(null=True)
    seller = models.IntegerField(null=True)
    agreement = models.TextField(null=True)
    version = models.IntegerField(null=True)
    body = models.JSONField()

    class Meta:
        db_table = "journal"
        indexes = [
            models.Index(fields=["subject", "t"], name="journal_subject_t"),
            models.Index(fields=["lead", "seq"], name="journal_lead_seq", condition=models.Q(lead__isnull=False)),
            models.Index(fields=["name", "t"], name="journal_decision", condition=models.Q(kind="decision")),
            BrinIndex(fields=["received_at"], name="journal_received", autosummarize=True),
        ]
