"""Who is who, derived from link facts and merges and splits by hand. Keys are hashes, nothing personal."""

from django.db import models


class Link(models.Model):
    """Two person keys that some fact named together; `a < b`."""

    a = models.BinaryField()
    b = models.BinaryField()

    class Meta:
        db_table = "identity_link"
        constraints = [models.UniqueConstraint(fields=["a", "b"], name="identity_link_once")]
        indexes = [models.Index(fields=["b"], name="identity_link_b")]


class HandLink(models.Model):
    """The last word of a person about two keys: `joined` adds a link, else the link is forbidden; `a < b`."""

    a = models.BinaryField()
    b = models.BinaryField()
    joined = models.BooleanField()

    class Meta:
        db_table = "identity_hand_link"
        constraints = [models.UniqueConstraint(fields=["a", "b"], name="identity_hand_link_once")]
        indexes = [models.Index(fields=["b"], name="identity_hand_link_b")]


class Person(models.Model):
    """The connected set a person key belongs to, named by its smallest key. A key without a row is alone."""

    key = models.BinaryField(primary_key=True)
    person = models.BinaryField(db_index=True)

    class Meta:
        db_table = "identity_person"


class Visit(models.Model):
    """A visitor was identified as `key` at `t` by the message `message`."""

    visitor = models.BinaryField()
    t = models.BigIntegerField()
    message = models.UUIDField()
    key = models.BinaryField()

    class Meta:
        db_table = "identity_visit"
        constraints = [models.UniqueConstraint(fields=["visitor", "t", "message"], name="identity_visit_once")]
        indexes = [models.Index(fields=["key"], name="identity_visit_key")]
