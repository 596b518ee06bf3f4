"""Tokens have scopes. Those made before keep what they could do: read, write reports, submit records."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import adme.api.scopes


def keep_what_they_could(apps, schema_editor):
    apps.get_model("api", "ApiToken").objects.update(scopes=["read", "reports", "records"])


class Migration(migrations.Migration):
    dependencies = [
        ("api", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="apitoken",
            name="scopes",
            field=models.JSONField(
                default=adme.api.scopes.read_only,
                help_text="Codes of adme.api.scopes.Scope: what it may be used for.",
            ),
        ),
        migrations.RunPython(keep_what_they_could, migrations.RunPython.noop),
        migrations.AddField(
            model_name="apitoken",
            name="warned_at",
            field=models.DateTimeField(blank=True, help_text="When its owner was told that it ends soon.", null=True),
        ),
        migrations.CreateModel(
            name="DoneAct",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=64)),
                ("act", models.CharField(help_text="What was done to what: 'apply import <id>'.", max_length=200)),
                ("at", models.DateTimeField(auto_now_add=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("user", "key"), name="an_act_is_done_once_per_key")],
            },
        ),
    ]
