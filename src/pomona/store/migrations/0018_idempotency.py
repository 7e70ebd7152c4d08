import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("store", "0017_spend")]
    operations = [
        migrations.CreateModel(
            name="KeyedRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.TextField()),
                ("digest", models.BinaryField()),
                ("made", models.BigIntegerField(null=True)),
                ("answer", models.JSONField(null=True)),
                ("at", models.BigIntegerField(db_index=True)),
                ("user", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "db_table": "keyed_request",
                "constraints": [models.UniqueConstraint(fields=("user", "key"), name="keyed_request_once")],
            },
        ),
    ]
