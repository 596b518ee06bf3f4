"""Taking an applied batch back: close what it opened, open again what it closed. History stays readable."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from .engine import Engine

_SAME = "c.value {same} x.value AND c.obs_status = x.obs_status AND c.note_id {same} x.note_id"
# The value that the batch left is no longer current: fine only where an undo has brought exactly it back.
_SUPERSEDED = """
SELECT COALESCE(c.opened_by_id, x.closed_by_id) AS later, count(*)
FROM databases_b_observation x
LEFT JOIN databases_b_observation c
  ON c.series_id = x.series_id AND c.period = x.period AND c.closed_by_id IS NULL
LEFT JOIN ingest_importbatch b ON b.id = c.opened_by_id
WHERE x.opened_by_id = %s AND x.closed_by_id IS NOT NULL
  AND (c.id IS NULL OR b.undoes_id IS NULL OR NOT ({content}))
GROUP BY 1"""
# The batch closed the key without a successor, and a later one has opened it again.
_REOPENED = """
SELECT c.opened_by_id, count(*)
FROM databases_b_observation x
JOIN databases_b_observation c ON c.series_id = x.series_id AND c.period = x.period AND c.closed_by_id IS NULL
WHERE x.closed_by_id = %s AND c.opened_by_id <> x.closed_by_id
  AND NOT EXISTS (SELECT 1 FROM databases_b_observation o
                  WHERE o.opened_by_id = x.closed_by_id AND o.series_id = x.series_id AND o.period = x.period)
GROUP BY 1"""
_CLOSE = """
UPDATE databases_b_observation SET closed_by_id = %s
WHERE closed_by_id IS NULL
  AND (series_id, period) IN (SELECT series_id, period FROM databases_b_observation WHERE opened_by_id = %s)"""
_REOPEN = """
INSERT INTO databases_b_observation (series_id, period, value, obs_status, note_id, opened_by_id)
SELECT series_id, period, value, obs_status, note_id, %s
FROM databases_b_observation WHERE closed_by_id = %s ORDER BY series_id, period"""
_CODES = """
SELECT DISTINCT d.code, i.code FROM databases_b_indicator i
JOIN databases_b_dataset d ON d.id = i.dataset_id JOIN databases_b_series s ON s.indicator_id = i.id
WHERE s.id IN (SELECT series_id FROM databases_b_observation WHERE opened_by_id = %s OR closed_by_id = %s)"""


@dataclass(frozen=True, slots=True)
class Undone:
    closed: int
    reopened: int
    codes: frozenset[str]


def superseding_batches(*, batch_id: int, engine: Engine) -> dict[int, int]:
    """Later batches that have replaced values of this one, with the number of keys. Empty: it may be undone."""
    found: dict[int, int] = {}
    content = _SAME.format(same=engine.same)
    with connection.cursor() as cursor:
        for statement in (_SUPERSEDED.format(content=content), _REOPENED):
            cursor.execute(statement, [batch_id])
            for later, keys in cursor.fetchall():
                found[later] = found.get(later, 0) + keys
    return found


def take_back(*, batch_id: int, undo_id: int) -> Undone:
    """Call under the dataset's lock, after `superseding_batches` found none."""
    with connection.cursor() as cursor:
        cursor.execute(_CODES, [batch_id, batch_id])
        codes = frozenset(f"{dataset}:{code}" for dataset, code in cursor.fetchall())
        cursor.execute(_CLOSE, [undo_id, batch_id])
        closed = cursor.rowcount
        cursor.execute(_REOPEN, [undo_id, batch_id])
        return Undone(closed=closed, reopened=cursor.rowcount, codes=codes)
