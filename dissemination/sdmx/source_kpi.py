"""KPI values as SDMX series."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

from django.db.models import Q, QuerySet

from databases_a.rfmd.models import KpiValue

from .catalogue import Catalogue
from .dimensions import TOTAL
from .flows import IndicatorCode
from .periods import frequency_of
from .queries import DataQuery
from .reading import Raw, RawSeries, in_time, period_range

_FIELDS = (
    "leaf_id", "area__code", "period", "value", "obs_status", "withheld", "coverage_of", "states_reporting",
    "states_expected", "states_carried", "population_share", "recipe__version", "recipe__unit", "recipe__decimals",
)  # fmt: skip


def read(query: DataQuery, known: Catalogue) -> Iterator[RawSeries]:
    """One statement."""
    rows = _values(query, known).order_by("leaf__position", "leaf__code", "area__code", "period")
    indicators = query.flow.indicators
    for (leaf, area), found in groupby(rows.values_list(*_FIELDS).iterator(chunk_size=5000), key=lambda row: row[:2]):
        yield from _series(indicators, known, leaf, area, [row[2:] for row in found])


def _values(query: DataQuery, known: Catalogue) -> QuerySet[KpiValue]:
    if query.as_of is None:
        found = KpiValue.objects.filter(closed_by__isnull=True)
    else:
        still_open = Q(closed_by__isnull=True) | Q(closed_by__finished_at__gt=query.as_of)
        found = KpiValue.objects.filter(still_open, run__finished_at__lte=query.as_of)
    if query.updated_after is not None:
        found = found.filter(run__finished_at__gt=query.updated_after)
    areas = query.codes(1, known.areas)
    if areas is not None:
        found = found.filter(area__code__in=sorted(areas))
    leaves = query.codes(2, {one.id: one.id for one in query.flow.indicators.values()})
    if leaves is not None:
        found = found.filter(leaf_id__in=[pk for pk, one in query.flow.indicators.items() if one.id in leaves])
    return found.filter(**period_range(query))


def _series(
    indicators: Mapping[int, IndicatorCode], known: Catalogue, leaf: int, area: str, rows: list[tuple[Any, ...]]
) -> Iterator[RawSeries]:
    indicator = indicators.get(leaf) or IndicatorCode(f"LEAF_{leaf}")
    by_frequency: dict[str, list[Raw]] = {}
    for row in rows:
        by_frequency.setdefault(frequency_of(row[0]), []).append(_raw(row, known))
    for frequency, found in sorted(by_frequency.items()):
        key = (frequency, area, indicator.id, TOTAL, TOTAL)
        yield RawSeries(key, ("Y" if indicator.is_demonstration else "N",), in_time(found))


def _raw(row: tuple[Any, ...], known: Catalogue) -> Raw:
    period, value, status, withheld, coverage_of, reporting, expected, carried, share, version, unit, decimals = row
    counts = coverage_of if reporting is not None or expected is not None else None
    return Raw(
        period,
        value,
        (
            status, "F", known.unit(unit), "0", decimals, counts, reporting, expected, carried, share, version,
            withheld or None,
        ),
    )  # fmt: skip
