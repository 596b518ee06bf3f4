"""Database B under /api/v1/: indicators with metadata, observations with vintages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Concat
from rest_framework import serializers

from adme.accounts.permissions import Permission
from adme.api.parameters import AsOfField, CodeListField, PeriodField, end_of
from adme.api.tables import TableView
from adme.ingest.models import ImportBatch
from adme.observations.periods import TimePeriod

from .models import Indicator, Observation, Series
from .origins import release_of


class IndicatorFilters(serializers.Serializer):
    indicator = CodeListField(required=False, help_text="Series codes, such as WB_WDI:SL.UEM.NEET.ZS.")
    dataset = CodeListField(required=False, help_text="Dataset codes, such as WB_WDI.")
    search = serializers.CharField(required=False, help_text="Words in code, title or definition.")


class IndicatorRow(serializers.Serializer):
    indicator = serializers.CharField(help_text="Series code: dataset, colon, provider's code.")
    title = serializers.CharField()
    unit = serializers.CharField()
    dataset = serializers.CharField()
    provider = serializers.CharField()
    topic = serializers.CharField()
    definition = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]
    method = serializers.CharField()
    coverage = serializers.CharField()
    limitations = serializers.CharField()
    frequency = serializers.CharField()
    licence = serializers.CharField()
    citation = serializers.CharField()
    link = serializers.CharField()
    release_date = serializers.DateField(allow_null=True, help_text="Vintage of the newest file applied.")
    successor = serializers.CharField(allow_null=True)


class IndicatorList(TableView):
    """Indicators of Database B with their metadata."""

    permission = Permission.INDICATOR_VIEW
    filters = IndicatorFilters
    row = IndicatorRow

    def rows(self, filters: dict[str, Any]) -> QuerySet[Indicator, Any]:
        found = Indicator.objects.filter(retired_at__isnull=True)
        if codes := filters.get("indicator"):
            found = found.filter(_any_of(codes, "dataset__code", "code"))
        if datasets := filters.get("dataset"):
            found = found.filter(dataset__code__in=datasets)
        if text := filters.get("search"):
            found = found.filter(Q(title__icontains=text) | Q(code__icontains=text) | Q(definition__icontains=text))
        return found.order_by("dataset__code", "code").values_list(
            Concat("dataset__code", Value(":"), "code"),
            "title",
            "unit",
            "dataset__code",
            "dataset__provider__code",
            "topic",
            "definition",
            "source",
            "method",
            "coverage",
            "limitations",
            "frequency",
            "licence",
            "citation",
            "link",
            "release_date",
            Concat("successor__dataset__code", Value(":"), "successor__code"),
        )

    def present(self, row: Sequence[Any]) -> Sequence[Any]:
        return (*row[:-1], row[-1] if row[-1] != ":" else None)


class ObservationFilters(serializers.Serializer):
    indicator = CodeListField(help_text="Series codes, comma separated. Needed.")
    area = CodeListField(required=False, help_text="Area codes, such as IDN,VNM,ASEAN.")
    to = PeriodField(required=False, help_text="Last period, such as 2024.")
    as_of = AsOfField(required=False, help_text="What ADME knew at that time; a date means its end in UTC.")

    def get_fields(self) -> dict[str, serializers.Field]:
        return {**super().get_fields(), "from": PeriodField(required=False, help_text="First period, such as 2016.")}


class ObservationRow(serializers.Serializer):
    indicator = serializers.CharField()
    area = serializers.CharField()
    dimensions = serializers.CharField(help_text="'' for the total, else such as 'AGE=Y15T24;SEX=F'.")
    period = serializers.CharField()
    value = serializers.FloatField(allow_null=True)
    obs_status = serializers.CharField(help_text="SDMX CL_OBS_STATUS.")
    release_date = serializers.DateField(allow_null=True, help_text="Vintage the provider states for the file.")
    known_from = serializers.DateTimeField(help_text="When ADME applied it.")


class ObservationList(TableView):
    """Observations of some indicators: current values, or what was known at a past time."""

    permission = Permission.INDICATOR_VIEW
    filters = ObservationFilters
    row = ObservationRow

    def rows(self, filters: dict[str, Any]) -> QuerySet[Observation, Any]:
        series = Series.objects.filter(_any_of(filters["indicator"], "indicator__dataset__code", "indicator__code"))
        if areas := filters.get("area"):
            series = series.filter(area__code__in=areas)
        found = Observation.objects.filter(series_id__in=list(series.values_list("id", flat=True)))
        if "from" in filters:
            found = found.filter(period__gte=filters["from"])
        if "to" in filters:
            found = found.filter(period__lte=end_of(filters["to"]))
        as_of = filters.get("as_of")
        if as_of is None:
            found = found.filter(closed_by__isnull=True)
        else:
            closed_later = Q(closed_by__isnull=True) | Q(closed_by__applied_at__gt=as_of)
            found = found.filter(closed_later, opened_by__applied_at__lte=as_of)
        return found.order_by("series_id", "period").values_list(
            Concat("series__indicator__dataset__code", Value(":"), "series__indicator__code"),
            "series__area__code",
            "series__dimensions",
            "period",
            "value",
            "obs_status",
            "opened_by_id",
            F("opened_by__applied_at"),
        )

    def present(self, row: Sequence[Any]) -> Sequence[Any]:
        release = release_of(self._batch(row[6]), row[0])
        return (*row[:3], str(TimePeriod.from_key(row[3])), *row[4:6], release or None, row[7])

    def _batch(self, pk: int) -> ImportBatch:
        """A list comes from few files: each is read once."""
        known: dict[int, ImportBatch] = self.__dict__.setdefault("_batches", {})
        if pk not in known:
            known[pk] = ImportBatch.objects.get(pk=pk)
        return known[pk]


def _any_of(codes: list[str], dataset: str, indicator: str) -> Q:
    """Series codes as one condition; a code without a dataset matches in every dataset."""
    by_dataset: dict[str, list[str]] = {}
    for code in codes:
        head, colon, tail = code.partition(":")
        by_dataset.setdefault(head if colon else "", []).append(tail if colon else head)
    condition = Q(**{f"{indicator}__in": by_dataset.pop("", [])})
    for owner, own in by_dataset.items():
        condition |= Q(**{dataset: owner, f"{indicator}__in": own})
    return condition
