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
    ]
