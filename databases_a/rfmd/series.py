"""Publishes survey entries in the registry of series: code 'SURVEY:<leaf code>', references 'S:<id>'."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from django.db.models import Q

from adme.observations.periods import year_key
from adme.observations.points import ObservationInfo, SeriesInfo, SeriesPoint

from .models import KpiLeaf, SurveyEntry

DATASET = "SURVEY"


class SurveySource:
    """Survey results look to aggregation like any other series, with vintages: a correction closes the old entry."""

    prefix = "S"

    def read(
        self,
        codes: Collection[str],
        *,
        areas: Collection[str],
        first_period: int = 0,
        totals_only: bool = True,
        as_of: datetime | None = None,
    ) -> Iterable[SeriesPoint]:
        leaves = _leaf_codes(codes)
        if not leaves:
            return []
        then = Q(closed_at__isnull=True)
        if as_of is not None:
            then = Q(created_at__lte=as_of) & (Q(closed_at__isnull=True) | Q(closed_at__gt=as_of))
        rows = (
            SurveyEntry.objects.filter(then, leaf__code__in=leaves, area__code__in=areas)
            .order_by("leaf__code", "area__code", "year")
            .values_list("leaf__code", "area__code", "year", "value", "pk")
        )
        return [
            SeriesPoint(f"{DATASET}:{leaf}", area, "", year_key(year), value, "A", f"{self.prefix}:{pk}")
            for leaf, area, year, value, pk in rows
            if year_key(year) >= first_period
        ]

    def describe(self, codes: Collection[str]) -> Mapping[str, SeriesInfo]:
        leaves = KpiLeaf.objects.filter(code__in=_leaf_codes(codes)) if _leaf_codes(codes) else []
        return {f"{DATASET}:{leaf.code}": _info(leaf) for leaf in leaves}

    def describe_observations(self, references: Collection[str]) -> Mapping[str, ObservationInfo]:
        keys = [int(reference.partition(":")[2]) for reference in references]
        entries = SurveyEntry.objects.filter(pk__in=keys).select_related("leaf", "area")
        return {f"{self.prefix}:{entry.pk}": _observation(entry) for entry in entries}


def _leaf_codes(codes: Collection[str]) -> list[str]:
    return [code.partition(":")[2] for code in codes if code.startswith(f"{DATASET}:")]


def _info(leaf: KpiLeaf) -> SeriesInfo:
    return SeriesInfo(
        code=f"{DATASET}:{leaf.code}",
        title=leaf.title,
        unit=leaf.unit,
        source="Survey entered by the ASEAN Secretariat; each value names its own source and sample.",
        provider="ASEAN Secretariat",
        licence="",
        citation="",
        link="",
        release_date="",
        url="",
    )


def _observation(entry: SurveyEntry) -> ObservationInfo:
    sample = f"{entry.sample_size} people asked. {entry.sample_note}".strip() if entry.sample_size else ""
    return ObservationInfo(
        reference=f"S:{entry.pk}",
        series=f"{DATASET}:{entry.leaf.code}",
        area=entry.area.code,
        period=year_key(entry.year),
        value=entry.value,
        obs_status="A",
        note="; ".join(part for part in (entry.source, sample) if part),
        filename="",
        sha256="",
        release_date="",
        known_from=entry.created_at.isoformat(),
        known_until=entry.closed_at.isoformat() if entry.closed_at else "",
        batch_url="",
    )
