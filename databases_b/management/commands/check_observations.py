"""`manage.py check_observations`: proves what the database does not check row by row."""

from __future__ import annotations

from typing import Any

from django.db import connection

from adme.common.commands import AdmeCommand

_PROOFS: tuple[tuple[str, str], ...] = (
    (
        "observations without a series",
        "SELECT count(*) FROM databases_b_observation o LEFT JOIN databases_b_series s ON s.id = o.series_id "
        "WHERE s.id IS NULL",
    ),
    (
        "observations without an applied batch that opened them",
        "SELECT count(*) FROM databases_b_observation o LEFT JOIN ingest_importbatch b ON b.id = o.opened_by_id "
        "WHERE b.id IS NULL OR b.applied_at IS NULL",
    ),
    (
        "observations closed by an unknown or unapplied batch",
        "SELECT count(*) FROM databases_b_observation o LEFT JOIN ingest_importbatch b ON b.id = o.closed_by_id "
        "WHERE o.closed_by_id IS NOT NULL AND (b.id IS NULL OR b.applied_at IS NULL)",
    ),
    (
        "observations closed before they were opened",
        "SELECT count(*) FROM databases_b_observation o JOIN ingest_importbatch a ON a.id = o.opened_by_id "
        "JOIN ingest_importbatch b ON b.id = o.closed_by_id WHERE b.applied_at <= a.applied_at",
    ),
    (
        "keys with two current values",
        "SELECT count(*) FROM (SELECT 1 FROM databases_b_observation WHERE closed_by_id IS NULL "
        "GROUP BY series_id, period HAVING count(*) > 1) twice",
    ),
    (
        "keys with two values known at the same time",
        "SELECT count(*) FROM (SELECT o.series_id, o.period, a.applied_at AS starts, "
        "lag(b.applied_at) OVER w AS ended, lag(o.id) OVER w AS earlier "
        "FROM databases_b_observation o JOIN ingest_importbatch a ON a.id = o.opened_by_id "
        "LEFT JOIN ingest_importbatch b ON b.id = o.closed_by_id "
        "WINDOW w AS (PARTITION BY o.series_id, o.period ORDER BY a.applied_at, o.id)) one "
        "WHERE earlier IS NOT NULL AND (ended IS NULL OR ended > starts)",
    ),
    (
        "observations with an unknown footnote",
        "SELECT count(*) FROM databases_b_observation o LEFT JOIN databases_b_note n ON n.id = o.note_id "
        "WHERE o.note_id IS NOT NULL AND n.id IS NULL",
    ),
    (
        "values that contradict their status",
        "SELECT count(*) FROM databases_b_observation WHERE (value IS NULL) <> (obs_status IN ('L', 'M', 'O', 'Q'))",
    ),
)


class Command(AdmeCommand):
    help = "Check every observation against series, batches and footnotes. Ends with code 1 when something is wrong."
    has_dry_run = False

    def handle(self, *args: Any, **options: Any) -> None:
        found = {name: _count(statement) for name, statement in _PROOFS}
        self.show_table(["must be none", "found"], found.items())
        wrong = {name: count for name, count in found.items() if count}
        if wrong:
            self.refuse(
                "; ".join(f"{count:,} {name}" for name, count in wrong.items()),
                problems=[{"check": name, "found": count} for name, count in wrong.items()],
            )
        self.say("Every observation holds.")
        self.close({"checks": found, "holds": True})


def _count(statement: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return int(cursor.fetchone()[0])
