from django.db import migrations, models

STAYS = """
    CREATE FUNCTION agreement_version_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'version % of % was proposed: it is never edited', OLD.number, OLD.agreement_id
            USING ERRCODE = 'restrict_violation';
    END $$;
    CREATE TRIGGER agreement_version_stays BEFORE UPDATE ON agreement_version FOR EACH ROW
    WHEN (OLD.state <> 'draft' AND (NEW.state = 'draft'
        OR (NEW.agreement_id, NEW.number, NEW.document, NEW.parsed, NEW.lists, NEW.house_id)
        IS DISTINCT FROM (OLD.agreement_id, OLD.number, OLD.document, OLD.parsed, OLD.lists, OLD.house_id)))
    EXECUTE FUNCTION agreement_version_stays();
"""
"""Both sides sign what they read: whatever a program does, a version that was proposed keeps its words."""

FREE = """
    DROP TRIGGER agreement_version_stays ON agreement_version;
    DROP FUNCTION agreement_version_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("store", "0009_accounts")]
    operations = [
        migrations.CreateModel(
            name="Switching",
            fields=[
                ("id", models.SmallIntegerField(primary_key=True, serialize=False)),
                ("settled", models.JSONField(default=dict)),
                ("target", models.JSONField(default=dict)),
                ("begun_at", models.BigIntegerField(default=0)),
                ("changed", models.JSONField(default=list)),
                ("score", models.IntegerField(null=True)),
                ("lead", models.BigIntegerField(null=True)),
            ],
            options={"db_table": "switching"},
        ),
        migrations.RemoveConstraint(model_name="leadscore", name="lead_score_once"),
        migrations.RemoveIndex(model_name="lead", name="lead_stage_score"),
        migrations.AddField(
            model_name="leadscore",
            name="ripe_up_to",
            field=models.IntegerField(null=True),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(fields=["stage", "score", "id"], name="lead_stage_score"),
        ),
        migrations.AddIndex(
            model_name="leadscore",
            index=models.Index(
                condition=models.Q(("ripe_up_to__isnull", False)),
                fields=["agreement", "version", "ripe_up_to"],
                name="lead_score_ripe",
            ),
        ),
        migrations.AddConstraint(
            model_name="leadscore",
            constraint=models.UniqueConstraint(fields=("lead", "agreement", "version"), name="lead_score_once"),
        ),
        migrations.RunSQL(STAYS, FREE),
    ]
