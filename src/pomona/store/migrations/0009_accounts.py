from django.db import migrations, models

EMPTY_PROFILE = (
    "8ba674726169747380a4746f6c6480a7746f756368657380ab66697273745f746f756368c0aa6c6173745f746f756368c0a4"
    "62616e7480a86d61696c696e677380ab6d61696c5f646f6d61696ec0a567726f7570c0aa66697273745f7365656ec0a86c61"
    "73745f616374c0"
)
NOBODYS = f"UPDATE lead SET profile = '\\x{EMPTY_PROFILE}' WHERE merged_into IS NOT NULL"
"""What an absorbed lead keeps is never folded again, so it is written here as it is now."""


class Migration(migrations.Migration):
    """A profile holds more than before: with their tallies gone, all leads are folded anew when they are touched."""

    dependencies = [("store", "0008_tour")]
    operations = [
        migrations.RunSQL("DELETE FROM lead_score", migrations.RunSQL.noop),
        migrations.RunSQL(NOBODYS, migrations.RunSQL.noop),
        migrations.CreateModel(
            name="AccountAct",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("lead", models.BigIntegerField()),
                ("pattern", models.TextField()),
                ("t", models.BigIntegerField(null=True)),
                ("key", models.BinaryField(null=True)),
            ],
            options={
                "db_table": "account_act",
                "constraints": [models.UniqueConstraint(fields=("lead", "pattern"), name="account_act_once")],
            },
        ),
        migrations.CreateModel(
            name="AccountDue",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("account", models.TextField()),
                ("was_left", models.BooleanField(db_default=False)),
                ("after", models.BigIntegerField(db_default=0)),
            ],
            options={"db_table": "account_due"},
        ),
        migrations.AddField(model_name="lead", name="account", field=models.TextField(null=True)),
        migrations.AddField(model_name="lead", name="company_traits", field=models.BinaryField(default=b"")),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(
                condition=models.Q(("account__isnull", False)), fields=["account", "id"], name="lead_account"
            ),
        ),
    ]
