from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("store", "0019_changes")]
    operations = [
        migrations.AddField("installation", "telegram_bot", models.TextField(db_default="")),
        migrations.AddField("user", "telegram_chat", models.BigIntegerField(null=True)),
        migrations.AddField("user", "telegram_code", models.BinaryField(null=True)),
        migrations.AddField("user", "telegram_code_until", models.BigIntegerField(null=True)),
        # What arrived on the outbox page alone was mail.
        migrations.RunSQL("UPDATE outbox SET channel = 'mail' WHERE channel = 'page'", migrations.RunSQL.noop),
    ]
