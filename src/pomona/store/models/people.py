"""Who works here: users with one role each, sellers, teams, working hours, and the installation itself."""

from django.contrib.auth.models import AbstractUser
from django.db import models


class Installation(models.Model):
    """The one company this installation serves; exactly one row (id 1). `secret` keys the identity hashes; `currency`
    (ISO 4217) is that of all its money, `telegram_bot` the name of its bot.

    Of a demo: every `demo_lead_seconds` a new lead comes, unless it is paused.
    """

    company = models.TextField(default="")
    time_zone = models.TextField(default="Europe/Moscow")
    language = models.TextField(default="ru")
    currency = models.TextField(db_default="RUB")
    secret = models.BinaryField()
    shards = models.SmallIntegerField(default=4)
    demo_seed = models.BigIntegerField(null=True)
    demo_language = models.TextField(null=True)
    demo_paused = models.BooleanField(default=False)
    demo_lead_seconds = models.SmallIntegerField(db_default=40)
    telegram_bot = models.TextField(db_default="")
    created_at = models.BigIntegerField()

    class Meta:
        db_table = "installation"


class User(AbstractUser):
    """Somebody who logs in. Exactly one role; language and look are theirs.

    `telegram_chat` is where messages reach them; `telegram_code` is the digest (SHA-256) of the code that links it,
    good until `telegram_code_until`.
    """

    class Role(models.TextChoices):
        ADMINISTRATOR = "administrator"
        MARKETING = "marketing"
        HEAD_OF_SALES = "head_of_sales"
        SELLER = "seller"

    role = models.TextField(choices=Role.choices, default=Role.SELLER)
    language = models.TextField(default="", blank=True)
    theme = models.TextField(default="", blank=True)
    density = models.TextField(default="", blank=True)
    telegram_chat = models.BigIntegerField(null=True)
    telegram_code = models.BinaryField(null=True)
    telegram_code_until = models.BigIntegerField(null=True)

    class Meta:
        db_table = "user"

    @property
    def full_name(self) -> str:
        """The name shown to others; the log-in name where no other is given."""
        return self.get_full_name() or self.username


class ApiKey(models.Model):
    """A key with which a program does what its user may. Only `digest` is kept (SHA-256); `hint` are its last
    characters, `last_used_at` is right to the hour.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_keys")
    name = models.TextField()
    digest = models.BinaryField(unique=True)
    hint = models.TextField()
    created_at = models.BigIntegerField()
    last_used_at = models.BigIntegerField(null=True)
    revoked_at = models.BigIntegerField(null=True)

    class Meta:
        db_table = "api_key"


class Team(models.Model):
    """Sellers who share leads. `name` is how agreements refer to it."""

    name = models.TextField(unique=True)
    title = models.TextField(default="")

    class Meta:
        db_table = "team"


class Calendar(models.Model):
    """Working hours. `hours` maps weekday 0 (Monday) to 6 to `[["09:00", "18:00"], ...]`, local time.

    `holidays` is a country code whose public holidays are free (empty: none); `days_off` adds ISO dates.
    """

    name = models.TextField(unique=True)
    time_zone = models.TextField(default="Europe/Moscow")
    hours = models.JSONField(default=dict)
    holidays = models.TextField(default="", blank=True)
    days_off = models.JSONField(default=list)

    class Meta:
        db_table = "calendar"


class Seller(models.Model):
    """What routing knows of a user who takes leads. `present` is set by themselves; `away_until` by a leave."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, primary_key=True, related_name="seller")
    team = models.ForeignKey(Team, null=True, on_delete=models.PROTECT, related_name="sellers")
    calendar = models.ForeignKey(Calendar, null=True, on_delete=models.PROTECT)
    present = models.BooleanField(default=True)
    away_until = models.BigIntegerField(null=True)
    capacity = models.IntegerField(default=20)
    phone = models.TextField(default="", blank=True)
    last_handover_at = models.BigIntegerField(null=True)

    class Meta:
        db_table = "seller"
