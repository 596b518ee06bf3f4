"""The database itself refuses to change or delete a row of the trail.

Row triggers only: emptying the whole table (TRUNCATE, or Django's `flush`) stays possible, as tests need it. SQLite has
no TRUNCATE, so its DELETE trigger asks the connection whether a flush is running (adme.audit.flush). Outside Django that
function does not exist and every DELETE fails, which is what is wanted.
"""

from django.db import migrations

POSTGRESQL = (
    """
    CREATE FUNCTION audit_event_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'The audit trail is append-only.';
    END
    $$
    """,
    """
    CREATE TRIGGER audit_event_no_change BEFORE UPDATE OR DELETE ON audit_auditevent
    FOR EACH ROW EXECUTE FUNCTION audit_event_is_append_only()
    """,
)
POSTGRESQL_BACK = (
    "DROP TRIGGER audit_event_no_change ON audit_auditevent",
    "DROP FUNCTION audit_event_is_append_only()",
)
SQLITE = (
    """
    CREATE TRIGGER audit_event_no_update BEFORE UPDATE ON audit_auditevent
    BEGIN SELECT RAISE(ABORT, 'The audit trail is append-only.'); END
    """,
    """
    CREATE TRIGGER audit_event_no_delete BEFORE DELETE ON audit_auditevent WHEN NOT adme_is_flushing()
    BEGIN SELECT RAISE(ABORT, 'The audit trail is append-only.'); END
    """,
    # INSERT OR REPLACE deletes without firing DELETE triggers.
    """
    CREATE TRIGGER audit_event_no_replace BEFORE INSERT ON audit_auditevent
    WHEN EXISTS (
        SELECT 1 FROM audit_auditevent WHERE id = NEW.id OR sequence = NEW.sequence OR hash = NEW.hash
    )
    BEGIN SELECT RAISE(ABORT, 'The audit trail is append-only.'); END
    """,
)
SQLITE_BACK = (
    "DROP TRIGGER audit_event_no_replace",
    "DROP TRIGGER audit_event_no_delete",
    "DROP TRIGGER audit_event_no_update",
)


def _run(schema_editor, postgresql, sqlite):
    statements = {"postgresql": postgresql, "sqlite": sqlite}[schema_editor.connection.vendor]
    for statement in statements:
        schema_editor.execute(statement, params=None)


def forwards(apps, schema_editor):
    _run(schema_editor, POSTGRESQL, SQLITE)


def backwards(apps, schema_editor):
    _run(schema_editor, POSTGRESQL_BACK, SQLITE_BACK)


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [migrations.RunPython(forwards, backwards)]
