"""The set-based core: what differs from the database, and the merge that writes just that.

Everything here is SQL over the staging tables of one batch. Nothing unchanged is touched, and no row of Python is
made per observation.
"""

# ruff: noqa: S608
from __future__ import annotations

from dataclasses import dataclass

from .engine import Engine
from .staging import Tables, execute, fetch

_COLUMNS = """
    {kind} AS kind, {series_no} AS series_no, {period} AS period, s.value, s.obs_status, s.note_no, s.row_no,
    o.id AS old_id, o.value AS old_value, o.obs_status AS old_status, o.note_id AS old_note_id"""
_ROWS_WITH_NOTES = "(SELECT r.*, n.note_id FROM {rows} r LEFT JOIN {notes} n ON n.note_no = r.note_no)"
_STORED_TOO = "FROM {series} m JOIN databases_b_observation o ON o.series_id = m.series_id AND o.closed_by_id IS NULL"
_FIND_SERIES = """
UPDATE {series} SET series_id = s.id FROM databases_b_series s
WHERE {series}.series_id IS NULL AND s.indicator_id = {series}.indicator_id AND s.area_id = {series}.area_id
  AND s.frequency = {series}.frequency AND s.dimensions = {series}.dimensions"""


@dataclass(frozen=True, slots=True)
class Difference:
    new: int
    changed: int
    vanished: int


def resolve_ids(tables: Tables) -> None:
    """Fill in the ids of series and footnotes that exist already."""
    execute(_FIND_SERIES, tables)
    execute(
        "UPDATE {notes} SET note_id = (SELECT n.id FROM databases_b_note n WHERE n.text = {notes}.text)",
        tables,
    )


def compare(tables: Tables, engine: Engine, *, staged: int, with_notes: bool) -> Difference:
    """Make the table `changes`: kind n (new), c (changed) or v (vanished: stored, but no longer in the file).

    A file without any footnote is silent about notes, so notes are compared only where the file has some. A footnote
    nobody knows yet has no id; minus its number stands for it and equals nothing.
    """
    if not fetch("SELECT 1 FROM {series} WHERE series_id IS NOT NULL LIMIT 1", tables):
        _all_is_new(tables)
        return Difference(new=staged, changed=0, vanished=0)
    with engine.comparing():
        execute(f"{engine.create} {{changes}} AS {_new_and_changed(engine, with_notes)}", tables)
    found = dict(fetch("SELECT kind, count(*) FROM {changes} GROUP BY kind", tables))
    new, changed = found.get("n", 0), found.get("c", 0)
    # Counting what is stored is cheap; looking for what the file lacks is worth it only if there is something.
    vanished = fetch(f"SELECT count(*) {_STORED_TOO}", tables)[0][0] - (staged - new)
    if vanished:
        _add_vanished(tables)
    engine.analyze(tables.changes)
    return Difference(new=new, changed=changed, vanished=vanished)


def _all_is_new(tables: Tables) -> None:
    """None of the series is stored yet: the staged rows become the changes, without being copied."""
    execute("ALTER TABLE {rows} RENAME TO {changes}", tables)
    for column in (
        "kind varchar(1) NOT NULL DEFAULT 'n'",
        "old_id bigint",
        "old_value double precision",
        "old_status varchar(1)",
        "old_note_id bigint",
    ):
        execute(f"ALTER TABLE {{changes}} ADD COLUMN {column}", tables)


def _new_and_changed(engine: Engine, with_notes: bool) -> str:
    differs = f"s.value {engine.differs} o.value OR s.obs_status {engine.differs} o.obs_status"
    if with_notes:
        differs += f" OR COALESCE(s.note_id, -s.note_no) {engine.differs} o.note_id"
    columns = _COLUMNS.format(
        kind="CASE WHEN o.id IS NULL THEN 'n' ELSE 'c' END", series_no="s.series_no", period="s.period"
    )
    return (
        f"SELECT {columns} FROM {_ROWS_WITH_NOTES if with_notes else '{rows}'} s "
        "JOIN {series} m ON m.series_no = s.series_no LEFT JOIN databases_b_observation o "
        "ON o.series_id = m.series_id AND o.period = s.period AND o.closed_by_id IS NULL "
        f"WHERE o.id IS NULL OR {differs}"
    )


def _add_vanished(tables: Tables) -> None:
    columns = _COLUMNS.format(kind="'v'", series_no="m.series_no", period="o.period")
    execute(
        f"INSERT INTO {{changes}} SELECT {columns} {_STORED_TOO} "
        "LEFT JOIN {rows} s ON s.series_no = m.series_no AND s.period = o.period WHERE s.row_no IS NULL",
        tables,
    )


def create_series(tables: Tables) -> int:
    """Make the series that do not exist yet, in the order of the file, and the footnotes; fill in their ids."""
    execute(
        """UPDATE {series} SET indicator_id =
             (SELECT i.indicator_id FROM {indicators} i WHERE i.indicator_no = {series}.indicator_no)
           WHERE indicator_id IS NULL""",
        tables,
    )
    created = execute(
        """INSERT INTO databases_b_series (indicator_id, area_id, frequency, dimensions)
           SELECT indicator_id, area_id, frequency, dimensions FROM {series} WHERE series_id IS NULL
           ORDER BY series_no""",
        tables,
    )
    if created:
        execute(_FIND_SERIES, tables)
    _create_notes(tables)
    return created


def _create_notes(tables: Tables) -> None:
    # Two datasets may bring the same footnote at the same time; then one of them finds it already there.
    added = execute(
        """INSERT INTO databases_b_note (text) SELECT text FROM {notes} WHERE note_id IS NULL
           ORDER BY note_no ON CONFLICT (text) DO NOTHING""",
        tables,
    )
    if added or fetch("SELECT 1 FROM {notes} WHERE note_id IS NULL LIMIT 1", tables):
        execute(
            """UPDATE {notes} SET note_id = (SELECT n.id FROM databases_b_note n WHERE n.text = {notes}.text)
               WHERE note_id IS NULL""",
            tables,
        )


def close_old(tables: Tables, *, batch_id: int, vanished_too: bool) -> int:
    """Close the current rows that this batch replaces."""
    kinds = "('c', 'v')" if vanished_too else "('c')"
    return execute(
        f"""UPDATE databases_b_observation SET closed_by_id = %s
            WHERE closed_by_id IS NULL AND id IN (SELECT old_id FROM {{changes}} WHERE kind IN {kinds})""",
        tables,
        batch_id,
    )


def open_new(tables: Tables, engine: Engine, *, batch_id: int) -> int:
    """Insert new and changed values, in series order, so that reading a series touches few pages."""
    query = f"""
        SELECT m.series_id, c.period, c.value, c.obs_status, n.note_id, CAST({int(batch_id)} AS bigint)
        FROM {{changes}} c JOIN {{series}} m ON m.series_no = c.series_no
        LEFT JOIN {{notes}} n ON n.note_no = c.note_no
        WHERE c.kind IN ('n', 'c') ORDER BY m.series_id, c.period"""
    columns = ("series_id", "period", "value", "obs_status", "note_id", "opened_by_id")
    return engine.insert_from("databases_b_observation", columns, query.format(**tables.names))


def touched_codes(tables: Tables, *, vanished_too: bool) -> frozenset[str]:
    """Series codes of the indicators of which some observation is written."""
    kinds = "('n', 'c', 'v')" if vanished_too else "('n', 'c')"
    rows = fetch(
        f"""SELECT DISTINCT i.dataset, i.code
            FROM (SELECT DISTINCT series_no FROM {{changes}} WHERE kind IN {kinds}) c
            JOIN {{series}} m ON m.series_no = c.series_no
            JOIN {{indicators}} i ON i.indicator_no = m.indicator_no""",
        tables,
    )
    return frozenset(f"{dataset}:{code}" for dataset, code in rows)
