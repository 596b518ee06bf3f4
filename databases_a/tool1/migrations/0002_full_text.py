"""Full text over the facts, kept by the database itself.

PostgreSQL: a stored tsvector column (titles weigh more; English stems and the plain words) with a GIN index over the
current facts. SQLite: an FTS5 table beside the facts, kept by triggers; a later migration that rebuilds the table of
facts on SQLite must make the triggers anew. Facts never change but for being closed, so only insert and delete matter;
the trigger of an update is there for hands at the database.
"""

from django.db import migrations

POSTGRESQL = (
    """
    ALTER TABLE tool1_activityfact ADD COLUMN search_vector tsvector GENERATED ALWAYS AS (
        setweight(to_tsvector('english', title), 'A') || setweight(to_tsvector('simple', title), 'A')
        || to_tsvector('english', search_text) || to_tsvector('simple', search_text)
    ) STORED
    """,
    """
    CREATE INDEX activity_fact_by_words ON tool1_activityfact USING gin (search_vector) WHERE closed_by_id IS NULL
    """,
)
POSTGRESQL_BACK = (
    "DROP INDEX activity_fact_by_words",
    "ALTER TABLE tool1_activityfact DROP COLUMN search_vector",
)
SQLITE = (
    """
    CREATE VIRTUAL TABLE tool1_factwords USING fts5(
        title, search_text, content='tool1_activityfact', content_rowid='id',
        tokenize='porter unicode61 remove_diacritics 2'
    )
    """,
    """
    CREATE TRIGGER activity_fact_words_added AFTER INSERT ON tool1_activityfact BEGIN
        INSERT INTO tool1_factwords (rowid, title, search_text) VALUES (NEW.id, NEW.title, NEW.search_text);
    END
    """,
    """
    CREATE TRIGGER activity_fact_words_removed AFTER DELETE ON tool1_activityfact BEGIN
        INSERT INTO tool1_factwords (tool1_factwords, rowid, title, search_text)
        VALUES ('delete', OLD.id, OLD.title, OLD.search_text);
    END
    """,
    """
    CREATE TRIGGER activity_fact_words_changed AFTER UPDATE OF title, search_text ON tool1_activityfact BEGIN
        INSERT INTO tool1_factwords (tool1_factwords, rowid, title, search_text)
        VALUES ('delete', OLD.id, OLD.title, OLD.search_text);
        INSERT INTO tool1_factwords (rowid, title, search_text) VALUES (NEW.id, NEW.title, NEW.search_text);
    END
    """,
    "INSERT INTO tool1_factwords (tool1_factwords) VALUES ('rebuild')",
)
SQLITE_BACK = (
    "DROP TRIGGER activity_fact_words_changed",
    "DROP TRIGGER activity_fact_words_removed",
    "DROP TRIGGER activity_fact_words_added",
    "DROP TABLE tool1_factwords",
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
    dependencies = [("tool1", "0001_initial")]

    operations = [migrations.RunPython(forwards, backwards)]
