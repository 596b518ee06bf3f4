"""The database itself refuses to change a published edition. Replies remember which figures the state saw.

Row triggers, as of the audit trail (audit 0002): emptying a whole table (TRUNCATE, or Django's `flush`, which SQLite
does by DELETE while adme.audit.flush says so) stays possible, as tests need it. Of the edition itself one thing may
still be written once: when readers were told.
"""

# ruff: noqa: S608 - table names from the list below, nothing from outside

from django.db import migrations, models

PARTS = ("editionfigure", "editionpart", "editiontext", "editionchange", "reply")
SENTENCE = "A published edition never changes."
_FIELDS = (
    "id", "public_id", "number", "title", "meeting", "meeting_on", "framework", "state", "version", "drafted_by_id",
    "created_at", "taken_at", "data_version", "reply_opened_at", "reply_until", "reply_closed_at", "embargo_until",
    "published_at", "published_by_id", "previous_id", "hash", "is_demonstration",
)  # fmt: skip

POSTGRESQL = (
    f"""
    CREATE FUNCTION editions_part_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP <> 'INSERT' AND EXISTS (
            SELECT 1 FROM editions_edition WHERE id = OLD.edition_id AND state = 'published'
        ) OR TG_OP <> 'DELETE' AND EXISTS (
            SELECT 1 FROM editions_edition WHERE id = NEW.edition_id AND state = 'published'
        ) THEN
            RAISE EXCEPTION '{SENTENCE}' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN COALESCE(NEW, OLD);
    END
    $$
    """,
    f"""
    CREATE FUNCTION editions_edition_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'UPDATE' AND OLD.announced_at IS NULL
            AND to_jsonb(NEW) - 'announced_at' = to_jsonb(OLD) - 'announced_at' THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION '{SENTENCE}' USING ERRCODE = 'integrity_constraint_violation';
    END
    $$
    """,
    """
    CREATE TRIGGER editions_edition_frozen BEFORE UPDATE OR DELETE ON editions_edition
    FOR EACH ROW WHEN (OLD.state = 'published') EXECUTE FUNCTION editions_edition_is_frozen()
    """,
    *(
        f"""
        CREATE TRIGGER editions_{part}_frozen BEFORE INSERT OR UPDATE OR DELETE ON editions_{part}
        FOR EACH ROW EXECUTE FUNCTION editions_part_is_frozen()
        """
        for part in PARTS
    ),
)
POSTGRESQL_BACK = (
    *(f"DROP TRIGGER editions_{part}_frozen ON editions_{part}" for part in PARTS),
    "DROP TRIGGER editions_edition_frozen ON editions_edition",
    "DROP FUNCTION editions_edition_is_frozen()",
    "DROP FUNCTION editions_part_is_frozen()",
)
_SAME = " AND ".join(f"NEW.{name} IS OLD.{name}" for name in _FIELDS)


def _is_published(row: str) -> str:
    return f"EXISTS (SELECT 1 FROM editions_edition WHERE id = {row}.edition_id AND state = 'published')"


_ABORT = f"BEGIN SELECT RAISE(ABORT, '{SENTENCE}'); END"
SQLITE = (
    f"""
    CREATE TRIGGER editions_edition_no_update BEFORE UPDATE ON editions_edition
    WHEN OLD.state = 'published' AND NOT (OLD.announced_at IS NULL AND {_SAME}) {_ABORT}
    """,
    f"""
    CREATE TRIGGER editions_edition_no_delete BEFORE DELETE ON editions_edition
    WHEN OLD.state = 'published' AND NOT adme_is_flushing() {_ABORT}
    """,
    # INSERT OR REPLACE deletes without firing DELETE triggers.
    f"""
    CREATE TRIGGER editions_edition_no_replace BEFORE INSERT ON editions_edition
    WHEN EXISTS (
        SELECT 1 FROM editions_edition WHERE state = 'published'
        AND (id = NEW.id OR public_id = NEW.public_id OR number = NEW.number)
    ) {_ABORT}
    """,
    *(
        statement
        for part in PARTS
        for statement in (
            f"CREATE TRIGGER editions_{part}_no_insert BEFORE INSERT ON editions_{part} "
            f"WHEN {_is_published('NEW')} OR EXISTS (SELECT 1 FROM editions_{part} AS old WHERE old.id = NEW.id "
            f"AND {_is_published('old')}) {_ABORT}",
            f"CREATE TRIGGER editions_{part}_no_update BEFORE UPDATE ON editions_{part} "
            f"WHEN {_is_published('OLD')} OR {_is_published('NEW')} {_ABORT}",
            f"CREATE TRIGGER editions_{part}_no_delete BEFORE DELETE ON editions_{part} "
            f"WHEN {_is_published('OLD')} AND NOT adme_is_flushing() {_ABORT}",
        )
    ),
)
SQLITE_BACK = (
    *(f"DROP TRIGGER editions_{part}_no_{act}" for part in PARTS for act in ("insert", "update", "delete")),
    "DROP TRIGGER editions_edition_no_replace",
    "DROP TRIGGER editions_edition_no_delete",
    "DROP TRIGGER editions_edition_no_update",
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
    dependencies = [("editions", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="reply",
            name="seen",
            field=models.JSONField(
                blank=True,
                default=dict,
                help_text="Of a word on a whole series: the figures it was about, {period key: value}.",
            ),
        ),
        migrations.RunPython(forwards, backwards),
    ]
