"""Lists that agreements name, with every version of them; an item is never taken out of the versions it stood in."""

from uuid import uuid4

from django.db import models
from django.db.models import Q


class NamedList(models.Model):
    """A list as agreements name it. `kind` says what its items are; `number` is its newest version (0: empty)."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    name = models.TextField(unique=True)
    kind = models.TextField()
    number = models.IntegerField(default=0)
    size = models.IntegerField(default=0)
    created_at = models.BigIntegerField()

    class Meta:
        db_table = "named_list"


class ListVersion(models.Model):
    """One change of a list: who made it, when, and how many items came and went."""

    list = models.ForeignKey(NamedList, on_delete=models.CASCADE, related_name="versions")
    number = models.IntegerField()
    made_at = models.BigIntegerField()
    made_by = models.ForeignKey("User", null=True, on_delete=models.SET_NULL)
    came = models.IntegerField()
    went = models.IntegerField()

    class Meta:
        db_table = "list_version"
        constraints = [models.UniqueConstraint(fields=["list", "number"], name="list_version_once")]


class ListItem(models.Model):
    """An item in the versions [`from_number`, `until_number`) of its list; compared by `normal`, shown as `written`."""

    list = models.ForeignKey(NamedList, on_delete=models.CASCADE, related_name="items")
    normal = models.TextField()
    written = models.TextField()
    from_number = models.IntegerField()
    until_number = models.IntegerField(null=True)

    class Meta:
        db_table = "list_item"
        constraints = [
            models.UniqueConstraint(
                fields=["list", "normal"], name="list_item_once", condition=Q(until_number__isnull=True)
            )
        ]


class ListUpload(models.Model):
    """The file that a user is about to take into a list; gone when it is taken in, or when the next one comes."""

    list = models.ForeignKey(NamedList, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey("User", on_delete=models.CASCADE, related_name="+")
    name = models.TextField()
    content = models.BinaryField()
    uploaded_at = models.BigIntegerField()

    class Meta:
        db_table = "list_upload"
        constraints = [models.UniqueConstraint(fields=["list", "user"], name="list_upload_one_each")]
