from django.db import migrations


class Migration(migrations.Migration):
    """A profile holds more than before: with their tallies gone, all leads are folded anew when they are touched."""

    dependencies = [("store", "0008_tour")]
    operations = [migrations.RunSQL("DELETE FROM lead_score", migrations.RunSQL.noop)]
