"""Database B under /api/v1/: datasets, indicators with metadata, observations with vintages and revisions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db.models import Case, F, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Coalesce, Concat
from rest_framework import serializers

from adme.accounts.permissions import Permission
from adme.api.copying import Among, Copied, Day, Moment, Number, Period, Text, Truth
from adme.api.parameters import (
    AsOfField,
    CodeListField,
    PeriodsFilters,
    SearchField,
    YesNoField,
    among,
    shown_period,
    within,
)
from adme.api.tables import TableView
from adme.ingest.models import ImportBatch

from .models import Dataset, Indicator, Observation, Series
from .origins import release_of

TAG = "Database B"


class DatasetRow(serializers.Serializer):
    dataset = serializers.CharField()
    name = serializers.CharField()
    description = serializers.CharField()
    url = serializers.CharField()
    licence = serializers.CharField(help_text="Of the dataset, else of its provider.")
    provider = serializers.CharField()
    provider_name = serializers.CharField()
    provider_url = serializers.CharField()
    licence_url = serializers.CharField()
    is_demonstration = serializers.BooleanField()


class DatasetList(TableView):
    """Datasets of Database B with their providers and licences."""

    permission = Permission.INDICATOR_VIEW
    tag = TAG
    row = DatasetRow

    def rows(self, filters: dict[str, Any]) -> QuerySet[Dataset, Any]:
        return Dataset.objects.order_by("code").values_list(
            "code",
            "name",
            "description",
            "url",
            Case(When(licence="", then=F("provider__licence")), default=F("licence")),
            "provider__code",
            "provider__name",
            "provider__url",
            "provider__licence_url",
            "is_demonstration",
        )


class IndicatorFilters(serializers.Serializer):
    indicator = CodeListField(required=False, help_text="Series codes, such as WB_WDI:SL.UEM.NEET.ZS.")
    dataset = CodeListField(required=False, help_text="Dataset codes, such as WB_WDI.")
    search = SearchField(help_text="Words in code, title or definition.")


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
    is_demonstration = serializers.BooleanField()


class IndicatorList(TableView):
    """Indicators of Database B with their metadata."""

    permission = Permission.INDICATOR_VIEW
    tag = TAG
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
            "dataset__is_demonstration",
        )

    def present(self, row: Sequence[Any]) -> Sequence[Any]:
        return (*row[:-2], row[-2] if row[-2] != ":" else None, row[-1])


class VintageFilters(PeriodsFilters):
    indicator = CodeListField(help_text="Series codes, comma separated. Needed.")
    area = CodeListField(required=False, help_text="Area codes, such as IDN,VNM,ASEAN.")
    total = YesNoField(help_text="yes: only figures that are not broken down by sex, age and the like.")


class ObservationFilters(VintageFilters):
    as_of = AsOfField(required=False, help_text="What ADME knew at that time; a date means its end in UTC.")


class ObservationRow(serializers.Serializer):
    indicator = serializers.CharField()
    area = serializers.CharField()
    dimensions = serializers.CharField(help_text="'' for the total, else such as 'AGE=Y15T24;SEX=F'.")
    period = serializers.CharField()
    value = serializers.FloatField(allow_null=True)
    obs_status = serializers.CharField(help_text="SDMX CL_OBS_STATUS.")
    release_date = serializers.DateField(allow_null=True, help_text="Vintage the provider states for the file.")
    known_from = serializers.DateTimeField(help_text="When ADME applied it.")
    note = serializers.CharField(help_text="Footnote of the provider.")
    is_demonstration = serializers.BooleanField()


_COLUMNS = (
    Concat("series__indicator__dataset__code", Value(":"), "series__indicator__code"),
    "series__area__code",
    "series__dimensions",
    "period",
    "value",
    "obs_status",
    "opened_by_id",
    F("opened_by__applied_at"),
    Coalesce("note__text", Value(""), output_field=TextField()),
    "series__indicator__dataset__is_demonstration",
)


class ObservationList(TableView):
    """Observations of some indicators: current values, or what was known at a past time."""

    permission = Permission.INDICATOR_VIEW
    tag = TAG
    filters: ClassVar[type[serializers.Serializer]] = ObservationFilters
    row: ClassVar[type[serializers.Serializer]] = ObservationRow

    def rows(self, filters: dict[str, Any]) -> QuerySet[Observation, Any]:
        found = _known(_of_series(filters), filters)
        return found.order_by("series_id", "period", "pk").values_list(*_COLUMNS)

    def copied(self, filters: dict[str, Any]) -> Copied:
        found = _known(within(Observation.objects.all(), filters), filters)
        return _copied(found, _series(filters), ("series_id", "period", "pk"))

    def present(self, row: Sequence[Any]) -> Sequence[Any]:
        release = release_of(self._batch(row[6]), row[0])
        return (*row[:3], shown_period(row[3]), *row[4:6], release or None, *row[7:])

    def _batch(self, pk: int) -> ImportBatch:
        """A list comes from few files: each is read once."""
        known: dict[int, ImportBatch] = self.__dict__.setdefault("_batches", {})
        if pk not in known:
            known[pk] = ImportBatch.objects.get(pk=pk)
        return known[pk]


class VintageRow(ObservationRow):
    known_until = serializers.DateTimeField(allow_null=True, help_text="When another file replaced it; null: it holds.")


class VintageList(ObservationList):
    """Every value that observations have had, oldest first: vintages with the time from which and until which."""

    filters = VintageFilters
    row = VintageRow

    def rows(self, filters: dict[str, Any]) -> QuerySet[Observation, Any]:
        found = _of_series(filters).order_by("series_id", "period", "opened_by__applied_at", "pk")
        return found.values_list(*_COLUMNS, "closed_by__applied_at")

    def copied(self, filters: dict[str, Any]) -> Copied:
        found = within(Observation.objects.all(), filters).annotate(
            opened_at=F("opened_by__applied_at"), known_until=Moment("closed_by__applied_at")
        )
        return _copied(found, _series(filters), ("series_id", "period", "opened_at", "pk"), "known_until")


def _series(filters: dict[str, Any]) -> QuerySet[Series]:
    series = Series.objects.filter(_any_of(filters["indicator"], "indicator__dataset__code", "indicator__code"))
    series = among(series, filters, area="area__code")
    if "total" in filters:
        series = series.filter(dimensions="") if filters["total"] else series.exclude(dimensions="")
    return series


def _of_series(filters: dict[str, Any]) -> QuerySet[Observation]:
    ids = list(_series(filters).values_list("id", flat=True))
    return within(Observation.objects.filter(series_id__in=ids), filters)


def _known(found: QuerySet[Observation], filters: dict[str, Any]) -> QuerySet[Observation]:
    as_of = filters.get("as_of")
    if as_of is None:
        return found.filter(closed_by__isnull=True)
    closed_later = Q(closed_by__isnull=True) | Q(closed_by__applied_at__gt=as_of)
    return found.filter(closed_later, opened_by__applied_at__lte=as_of)


# As `release_of`: what a file states for the series goes before what it states for all.
_OWN_RELEASE = "(opened_by.releases ->> series.stored)"
_RELEASE = f"CASE WHEN {_OWN_RELEASE} <> '' THEN {Text.of(_OWN_RELEASE)} ELSE opened_by.release END"


def _copied(found: QuerySet[Observation], series: QuerySet[Series], order: Sequence[str], *more: str) -> Copied:
    """_COLUMNS as text, and then those of `more`. Series and files are few: each is presented once."""
    code = Concat("indicator__dataset__code", Value(":"), "indicator__code")
    ids = list(series.values_list("id", flat=True))  # as numbers: so the database knows how many, and reads in order
    presented = {
        "shown_period": Period("period"),
        "shown_value": Number("value"),
        "status": Text("obs_status"),
        "footnote": Text("note__text"),
    }
    each_series = {
        "stored": code,
        "code": Text(code),
        "area_code": Text("area__code"),
        "breakdown": Text("dimensions"),
        "made_up": Truth("indicator__dataset__is_demonstration"),
    }
    each_file = {
        "shown_at": Moment("applied_at"),
        "release": Day("release_date"),
        "releases": F("summary__release_dates"),
    }
    rows = found.filter(Among("series_id", ids)).order_by()
    return Copied(
        rows=rows.values(*dict.fromkeys(["series_id", "opened_by_id", *order, *more]), **presented),
        beside={
            "series": Series.objects.filter(Among("id", ids)).order_by().values("id", **each_series),
            "opened_by": ImportBatch.objects.order_by().values("id", **each_file),
        },
        columns=(
            "series.code",
            "series.area_code",
            "series.breakdown",
            "rows.shown_period",
            "rows.shown_value",
            "rows.status",
            _RELEASE,
            "opened_by.shown_at",
            "rows.footnote",
            "series.made_up",
            *(f"rows.{name}" for name in more),
        ),
        order=[f"rows.{name}" for name in order],
    )


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
