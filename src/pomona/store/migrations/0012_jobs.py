import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("store", "0011_trials")]
    operations = [
        migrations.CreateModel(
            name='Job',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.TextField()),
                ('key', models.TextField()),
                ('arguments', models.JSONField(default=dict)),
                ('state', models.TextField(choices=[('waiting', 'Waiting'), ('running', 'Running'), ('done', 'Done'), ('failed', 'Failed'), ('cancelled', 'Cancelled')], default='waiting')),
                ('doing', models.TextField(default='')),
                ('share', models.FloatField(default=0)),
                ('result', models.JSONField(null=True)),
                ('error', models.TextField(default='')),
                ('created_at', models.BigIntegerField()),
                ('started_at', models.BigIntegerField(null=True)),
                ('ended_at', models.BigIntegerField(null=True)),
                ('cancel_asked_at', models.BigIntegerField(null=True)),
                ('asked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'db_table': 'job',
                'indexes': [models.Index(fields=['kind', '-id'], name='job_kind')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ['waiting', 'running'])), fields=('key',), name='job_once')],
            },
        ),
        migrations.CreateModel(
            name='Backtest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('days', models.SmallIntegerField()),
                ('since', models.BigIntegerField()),
                ('until', models.BigIntegerField()),
                ('content', models.TextField()),
                ('summary', models.JSONField()),
                ('made_at', models.BigIntegerField()),
                ('job', models.BigIntegerField(null=True, unique=True)),
                ('against', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='store.agreementversion')),
                ('asked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, to=settings.AUTH_USER_MODEL)),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='backtests', to='store.agreementversion')),
            ],
            options={
                'db_table': 'agreement_backtest',
            },
        ),
        migrations.CreateModel(
            name='BacktestLead',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('lead', models.BigIntegerField(db_index=True)),
                ('group', models.TextField()),
                ('ripe_at', models.BigIntegerField(null=True)),
                ('ripe_before_at', models.BigIntegerField(null=True)),
                ('backtest', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='leads', to='store.backtest')),
            ],
            options={
                'db_table': 'agreement_backtest_lead',
                'constraints': [models.UniqueConstraint(fields=('backtest', 'group', 'lead'), name='backtest_lead_once')],
            },
        ),
    ]
