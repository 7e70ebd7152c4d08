from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("store", "0010_switching")]
    operations = [
        migrations.AlterField(
            model_name="agreementversion",
            name="state",
            field=models.TextField(
                choices=[
                    ("draft", "Draft"),
                    ("proposed", "Proposed"),
                    ("signed", "Signed"),
                    ("trial", "Trial"),
                    ("in_force", "In Force"),
                    ("superseded", "Superseded"),
                ],
                default="draft",
            ),
        ),
        migrations.CreateModel(
            name="Trial",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("agreement", models.TextField()),
                ("challenger", models.IntegerField()),
                ("incumbent", models.IntegerField(null=True)),
                ("share", models.FloatField()),
                ("outcome", models.TextField()),
                ("smallest", models.FloatField()),
                ("most_days", models.IntegerField()),
                ("needed", models.IntegerField()),
                ("baseline", models.FloatField()),
                ("started_at", models.BigIntegerField(null=True)),
                ("ended_at", models.BigIntegerField(null=True)),
                ("ended_by", models.ForeignKey(null=True, on_delete=models.deletion.SET_NULL, to="store.user")),
            ],
            options={"db_table": "trial"},
        ),
        migrations.AddConstraint(
            model_name="trial",
            constraint=models.UniqueConstraint(fields=("agreement", "challenger"), name="trial_once"),
        ),
        migrations.AddConstraint(
            model_name="trial",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at", None), ("started_at__isnull", False)),
                fields=("agreement",),
                name="trial_one_at_a_time",
            ),
        ),
    ]
