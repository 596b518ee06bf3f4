"""Observations of a dataset of Database B as SDMX series."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter

from django.db.models import Q, QuerySet

from databases_b.models import Observation, Series

from .catalogue import Catalogue
from .flows import IndicatorCode
from .queries import DataQuery
from .reading import Raw, RawSeries, in_time, period_range


def read(query: DataQuery, known: Catalogue) -> Iterator[RawSeries]:
    """Two statements: the series, then their observations in the order in which the index holds them."""
    series = _chosen(query, known)
    keys: dict[int, tuple[tuple[str, ...], IndicatorCode]] = {}
    for pk, indicator, area, frequency, dimensions in series.order_by().values_list(
        "id", "indicator_id", "area__code", "frequency", "dimensions"
    ):
        told = query.flow.indicators.get(indicator) or IndicatorCode(f"INDICATOR_{indicator}")
        key: tuple[str, ...] = (frequency, area, told.id, *known.key(dimensions))
        if query.takes_key(key):
            keys[pk] = key, told
    if not keys:
        return
    rows = _observations(query, series).order_by("series_id", "period")
    fields = ("series_id", "period", "value", "obs_status", "note__text")
    for pk, found in groupby(rows.values_list(*fields).iterator(chunk_size=5000), key=itemgetter(0)):
        if pk not in keys:
            continue
        full, told = keys[pk]
        shared = (known.unit(told.unit), "0", told.decimals, "Y" if told.is_demonstration else "N")
        raw = [Raw(period, value, (status, "F", note)) for _, period, value, status, note in found]
        yield RawSeries(full, shared, in_time(raw) if full[0] != "A" else raw)


def _chosen(query: DataQuery, known: Catalogue) -> QuerySet[Series]:
    flow = query.flow
    found = Series.objects.filter(indicator__dataset__code=flow.code)
    areas = query.codes(1, known.areas)
    if areas is not None:
        found = found.filter(area__code__in=sorted(areas))
    indicators = query.codes(2, {one.id: one.id for one in flow.indicators.values()})
    if indicators is not None:
        found = found.filter(indicator_id__in=[pk for pk, one in flow.indicators.items() if one.id in indicators])
    return found


def _observations(query: DataQuery, series: QuerySet[Series]) -> QuerySet[Observation]:
    found = Observation.objects.filter(series_id__in=series.order_by().values("id"))
    if query.as_of is None:
        found = found.filter(closed_by__isnull=True)
    else:
        still_open = Q(closed_by__isnull=True) | Q(closed_by__applied_at__gt=query.as_of)
        found = found.filter(still_open, opened_by__applied_at__lte=query.as_of)
    if query.updated_after is not None:
        found = found.filter(opened_by__applied_at__gt=query.updated_after)
    return found.filter(**period_range(query))
