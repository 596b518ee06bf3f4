"""PostgreSQL: the latest fact of each activity, and the order of a list, are read from one index alone.

Nothing is needed on SQLite.
"""

from django.db import migrations

FORWARDS = (
    """
    CREATE INDEX activity_fact_latest ON tool1_activityfact (activity_id, period, standing)
    INCLUDE (id, status, year, body_id, title) WHERE closed_by_id IS NULL
    """,
)
BACKWARDS = ("DROP INDEX activity_fact_latest",)


def _run(schema_editor, statements):
    if schema_editor.connection.vendor == "postgresql":
        for statement in statements:
            schema_editor.execute(statement, params=None)


def forwards(apps, schema_editor):
    _run(schema_editor, FORWARDS)


def backwards(apps, schema_editor):
    _run(schema_editor, BACKWARDS)


class Migration(migrations.Migration):
    dependencies = [("tool1", "0002_full_text")]

    operations = [migrations.RunPython(forwards, backwards)]
