"""The database itself refuses to change or delete a revision, its content, or a line of a field's history.

Row triggers only, as for the audit trail (adme/audit/migrations/0002): emptying the tables (TRUNCATE, Django's `flush`)
stays possible. On SQLite the DELETE triggers ask the connection whether a flush is running (adme.audit.flush).
"""

from django.db import migrations

# Tables with their unique sets of columns.
TABLES = {
    "reporting_revision": (("id",), ("obligation_id", "number"), ("obligation_id", "idempotency_key")),
    "reporting_revisioncontent": (("id",), ("sha256",)),
    "reporting_recordchange": (("id",),),
}
MESSAGE = "What was reported is append-only."
FUNCTION = f"""
    CREATE FUNCTION reporting_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '{MESSAGE}';
    END
    $$
"""


def _postgresql(table, keys):
    return (
        f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION reporting_is_append_only()",
    )


def _held(table, keys):
    same = " OR ".join(f"({' AND '.join(f'{column} = NEW.{column}' for column in key)})" for key in keys)
    return f"EXISTS (SELECT 1 FROM {table} WHERE {same})"  # noqa: S608 - names of this module only


def _sqlite(table, keys):
    refuse = f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
    return (
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {refuse}",
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} WHEN NOT adme_is_flushing() {refuse}",
        # INSERT OR REPLACE deletes without firing DELETE triggers.
        f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN {_held(table, keys)} {refuse}",
    )


def forwards(apps, schema_editor):
    is_postgresql = schema_editor.connection.vendor == "postgresql"
    statements = [FUNCTION] if is_postgresql else []
    for table, keys in TABLES.items():
        statements.extend((_postgresql if is_postgresql else _sqlite)(table, keys))
    for statement in statements:
        schema_editor.execute(statement, params=None)


def backwards(apps, schema_editor):
    is_postgresql = schema_editor.connection.vendor == "postgresql"
    for table in TABLES:
        for name in ("no_change",) if is_postgresql else ("no_replace", "no_delete", "no_update"):
            place = f" ON {table}" if is_postgresql else ""
            schema_editor.execute(f"DROP TRIGGER {table}_{name}{place}", params=None)
    if is_postgresql:
        schema_editor.execute("DROP FUNCTION reporting_is_append_only()", params=None)


class Migration(migrations.Migration):
    dependencies = [("reporting", "0001_initial"), ("audit", "0002_append_only")]

    operations = [migrations.RunPython(forwards, backwards)]
