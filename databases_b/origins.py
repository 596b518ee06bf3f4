"""Where a value came from: its file, seen through undone imports, and the release that the provider states for it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from django.db.models import Q

from adme.ingest.models import ImportBatch

from .models import Observation


def release_of(batch: ImportBatch, series_code: str) -> str:
    """ISO day: a file may state one for each series (`summary["release_dates"]`), else the one of the whole file."""
    own = batch.summary.get("release_dates", {}).get(series_code, "")
    return own or (batch.release_date.isoformat() if batch.release_date else "")


def files_behind(rows: Iterable[Observation]) -> dict[int, ImportBatch]:
    """The batch that brought each value, by observation: an undo only put back what an earlier file had brought.

    One statement for each undo of an undo; none where nothing was undone. Rows need `opened_by`.
    """
    found = {row.pk: row.opened_by for row in rows}
    keys = {row.pk: (row.series_id, row.period) for row in rows}
    while restored := {pk: batch for pk, batch in found.items() if batch.undoes_id is not None}:
        wanted = Q(pk__in=[])
        for pk, batch in restored.items():
            series_id, period = keys[pk]
            wanted |= Q(series_id=series_id, period=period, closed_by_id=batch.undoes_id)
        closed = Observation.objects.filter(wanted).select_related("opened_by")
        before = {(row.series_id, row.period, row.closed_by_id): row.opened_by for row in closed}
        for pk, batch in restored.items():
            found[pk] = before.get((*keys[pk], batch.undoes_id)) or cast(ImportBatch, batch.undoes)
    return found
