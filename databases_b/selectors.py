"""Reads of observations: current, or as known at a past time. Nothing here makes a model instance per observation."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db import connection
from django.db.models import Q

from adme.observations.periods import TimePeriod

from .models import Observation, Series
from .origins import files_behind, release_of

NO_LIMIT = 9_999_999


class ObservationRow(NamedTuple):
    series_code: str
    area: str
    dimensions: str
    period: int
    value: float | None
    obs_status: str


@dataclass(frozen=True, slots=True)
class Revision:
    """One value a key has had, from when to when it was known, and by which file."""

    value: float | None
    obs_status: str
    note: str
    known_from: datetime | None
    known_until: datetime | None
    filename: str
    release_date: str
    batch: str


def chosen(codes: Iterable[str], path: str = "") -> Q:
    """Series codes ('WB_WDI:SL.UEM.NEET.ZS') as a condition on indicators, one IN list per dataset."""
    by_dataset: dict[str, list[str]] = {}
    for code in codes:
        dataset, colon, indicator = code.partition(":")
        if colon:
            by_dataset.setdefault(dataset, []).append(indicator)
    condition = Q(pk__in=[])
    for dataset, indicators in by_dataset.items():
        condition |= Q(**{f"{path}dataset__code": dataset, f"{path}code__in": indicators})
    return condition


_CURRENT = """
SELECT o.series_id, o.period, o.value, o.obs_status, o.id
FROM databases_b_observation o
WHERE o.closed_by_id IS NULL AND o.series_id {among} AND o.period BETWEEN %s AND %s
ORDER BY o.series_id, o.period"""
# Two halves, because each half has an index of its own: current values, and closed ones.
_AS_OF = """
SELECT o.series_id, o.period, o.value, o.obs_status, o.id
FROM databases_b_observation o JOIN ingest_importbatch b ON b.id = o.opened_by_id
WHERE o.closed_by_id IS NULL AND b.applied_at <= %s AND o.series_id {among} AND o.period BETWEEN %s AND %s
UNION ALL
SELECT o.series_id, o.period, o.value, o.obs_status, o.id
FROM databases_b_observation o
JOIN ingest_importbatch b ON b.id = o.opened_by_id
JOIN ingest_importbatch c ON c.id = o.closed_by_id
WHERE o.closed_by_id IS NOT NULL AND b.applied_at <= %s AND c.applied_at > %s
  AND o.series_id {among} AND o.period BETWEEN %s AND %s
ORDER BY 1, 2"""


def known_rows(
    series_ids: Collection[int], *, first: int = 0, last: int = NO_LIMIT, as_of: datetime | None = None
) -> list[tuple[int, int, float | None, str, int]]:
    """(series id, period, value, obs_status, observation id) in order of series and period; one statement."""
    if not series_ids:
        return []
    numbers = ", ".join(str(int(pk)) for pk in series_ids)
    among = f"IN ({numbers})" if connection.vendor == "sqlite" else f"= ANY(ARRAY[{numbers}]::bigint[])"
    with connection.cursor() as cursor:
        if as_of is None:
            cursor.execute(_CURRENT.format(among=among), [first, last])
        else:
            moment = connection.ops.adapt_datetimefield_value(as_of)
            cursor.execute(_AS_OF.format(among=among), [moment, first, last, moment, moment, first, last])
        return cursor.fetchall()


def observations(
    codes: Collection[str],
    *,
    areas: Collection[str] | None = None,
    first: int = 0,
    last: int = NO_LIMIT,
    as_of: datetime | None = None,
) -> list[ObservationRow]:
    """Observations of these series codes, all dimensions, in order of code, area, dimensions, period."""
    series = Series.objects.filter(chosen(codes, "indicator__"))
    if areas is not None:
        series = series.filter(area__code__in=list(areas))
    keys = {
        pk: (f"{dataset}:{code}", area, dimensions)
        for pk, dataset, code, area, dimensions in series.order_by().values_list(
            "id", "indicator__dataset__code", "indicator__code", "area__code", "dimensions"
        )
    }
    rows = [
        ObservationRow(*keys[series_id], period, value, status)
        for series_id, period, value, status, _ in known_rows(list(keys), first=first, last=last, as_of=as_of)
    ]
    return sorted(rows, key=lambda row: row[:4])


def revisions(*, series_id: int, period: TimePeriod) -> list[Revision]:
    """Every value this key has had, oldest first."""
    found = Observation.objects.filter(series_id=series_id, period=period.key).order_by("opened_by__applied_at", "id")
    rows = found.select_related("series__indicator__dataset", "note", "opened_by", "closed_by")
    files = files_behind(rows)
    return [
        Revision(
            value=row.value,
            obs_status=row.obs_status,
            note=row.note.text if row.note else "",
            known_from=row.opened_by.applied_at,
            known_until=row.closed_by.applied_at if row.closed_by else None,
            filename=files[row.pk].filename,
            release_date=release_of(files[row.pk], row.series.indicator.series_code),
            batch=str(row.opened_by.public_id),
        )
        for row in rows
    ]
