from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("store", "0018_idempotency")]
    operations = [
        migrations.CreateModel(
            name="Change",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("document", models.TextField()),
                ("row", models.TextField()),
                ("made_at", models.BigIntegerField()),
                ("made_by", models.IntegerField(null=True)),
                ("before", models.JSONField()),
                ("after", models.JSONField()),
                ("why", models.TextField(default="")),
            ],
            options={
                "db_table": "change",
                "indexes": [models.Index(fields=["document", "row", "-id"], name="change_of")],
            },
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(fields=["-score", "id"], name="lead_score_order"),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(
                fields=["campaign"], name="lead_campaign", condition=models.Q(("campaign__isnull", False))
            ),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(
                fields=["merged_into"], name="lead_merged", condition=models.Q(("merged_into__isnull", False))
            ),
        ),
    ]
