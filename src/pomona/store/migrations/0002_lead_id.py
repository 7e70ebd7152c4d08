"""Lead ids are drawn once and never reused, not even by a rebuild: a sequence of their own."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("store", "0001_first")]
    operations = [migrations.RunSQL("CREATE SEQUENCE lead_id", "DROP SEQUENCE lead_id")]
