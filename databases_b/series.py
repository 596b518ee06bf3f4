"""Publishes the series of Database B to the registry, from which KPI aggregation reads. Three statements at most."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from django.urls import reverse

from adme.common.addresses import web_address
from adme.ingest.models import ImportBatch
from adme.observations.points import ObservationInfo, SeriesInfo, SeriesPoint

from .models import Indicator, Observation, Series
from .origins import files_behind, release_of
from .selectors import chosen, known_rows


class _Key(NamedTuple):
    code: str
    area: str
    dimensions: str


class DatabaseBSource:
    prefix = "B"

    def read(
        self,
        codes: Collection[str],
        *,
        areas: Collection[str],
        first_period: int = 0,
        totals_only: bool = True,
        as_of: datetime | None = None,
    ) -> Iterable[SeriesPoint]:
        keys = _series(codes, areas, totals_only)
        found: dict[int, list[tuple]] = {}
        for row in known_rows(list(keys), first=first_period, as_of=as_of):
            found.setdefault(row[0], []).append(row)
        return [
            SeriesPoint(*key, period, value, status, f"B:{pk}")
            for series_id, key in sorted(keys.items(), key=lambda item: item[1])
            for _, period, value, status, pk in found.get(series_id, ())
        ]

    def describe(self, codes: Collection[str]) -> Mapping[str, SeriesInfo]:
        indicators = Indicator.objects.filter(chosen(codes)).select_related("dataset__provider")
        return {one.series_code: _info(one) for one in indicators}

    def describe_observations(self, references: Collection[str]) -> Mapping[str, ObservationInfo]:
        numbers = [int(reference[2:]) for reference in references if reference[2:].isdigit()]
        rows = Observation.objects.filter(pk__in=numbers).select_related(
            "series__indicator__dataset", "series__area", "note", "opened_by", "closed_by"
        )
        files = files_behind(rows)
        return {f"B:{row.pk}": _observation(row, files[row.pk]) for row in rows}


def _series(codes: Collection[str], areas: Collection[str], totals_only: bool) -> dict[int, _Key]:
    found = Series.objects.filter(chosen(codes, "indicator__"), area__code__in=list(areas), frequency__isnull=False)
    if totals_only:
        found = found.filter(dimensions="")
    rows = found.order_by().values_list("id", "indicator__dataset__code", "indicator__code", "area__code", "dimensions")
    return {pk: _Key(f"{dataset}:{code}", area, dimensions) for pk, dataset, code, area, dimensions in rows}


def _info(indicator: Indicator) -> SeriesInfo:
    dataset = indicator.dataset
    provider = dataset.provider
    return SeriesInfo(
        code=indicator.series_code,
        title=indicator.title,
        unit=indicator.unit,
        source=indicator.source,
        provider=provider.name,
        licence=indicator.licence or dataset.licence or provider.licence,
        citation=indicator.citation or citation(indicator),
        link=web_address(indicator.link) or web_address(dataset.url),
        release_date=indicator.release_date.isoformat() if indicator.release_date else "",
        url=reverse("indicator_detail", args=[dataset.code, indicator.code]),
        is_demonstration=dataset.is_demonstration,
    )


def citation(indicator: Indicator) -> str:
    """How to cite, when the provider does not say: who, what, where, and which release."""
    dataset = indicator.dataset
    release = f", release of {indicator.release_date:%-d %B %Y}" if indicator.release_date else ""
    return f"{dataset.provider.name}, {dataset.name}: {indicator.title} ({indicator.code}){release}."


def _observation(row: Observation, file: ImportBatch) -> ObservationInfo:
    batch, closer = row.opened_by, row.closed_by
    return ObservationInfo(
        reference=f"B:{row.pk}",
        series=row.series.indicator.series_code,
        area=row.series.area.code,
        period=row.period,
        value=row.value,
        obs_status=row.obs_status,
        note=row.note.text if row.note else "",
        filename=file.filename,
        sha256=file.sha256,
        release_date=release_of(file, row.series.indicator.series_code),
        known_from=batch.applied_at.isoformat() if batch.applied_at else "",
        known_until=closer.applied_at.isoformat() if closer and closer.applied_at else "",
        batch_url=reverse("import_detail", args=[file.public_id]),
    )
