import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("store", "0016_api")]
    operations = [
        migrations.AddField(
            model_name="installation",
            name="currency",
            field=models.TextField(db_default="RUB"),
        ),
        migrations.CreateModel(
            name="Spend",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("campaign", models.TextField()),
                ("day", models.DateField()),
                ("amount", models.BigIntegerField()),
                ("reason", models.TextField()),
                ("recorded_at", models.BigIntegerField()),
                (
                    "recorded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "spend",
                "indexes": [models.Index(fields=["campaign", "day", "-id"], name="spend_newest")],
            },
        ),
        migrations.CreateModel(
            name="SpendUpload",
            fields=[
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("name", models.TextField()),
                ("content", models.BinaryField()),
                ("uploaded_at", models.BigIntegerField()),
            ],
            options={"db_table": "spend_upload"},
        ),
    ]
