"""RFMD under /api/v1/: KPI leaves, and their values with coverage."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from adme.accounts.permissions import Permission
from adme.api.parameters import CodeListField, PeriodField, end_of
from adme.api.tables import TableView
from adme.observations.periods import TimePeriod

from .models import KpiLeaf, KpiValue


class LeafFilters(serializers.Serializer):
    leaf = CodeListField(required=False, help_text="Leaf codes, such as 31c.")
    characteristic = CodeListField(required=False, help_text="A to E.")
    kra = CodeListField(required=False, help_text="KRA codes, such as E.3.")
    source_type = CodeListField(required=False, help_text="A1, A2, A3, B or C.")


class LeafRow(serializers.Serializer):
    leaf = serializers.CharField()
    kpi = serializers.IntegerField()
    framework = serializers.CharField()
    characteristic = serializers.CharField()
    kra = serializers.CharField()
    title = serializers.CharField()
    wording = serializers.CharField(help_text="official, reported, topic-known or provisional: how sure the title is.")
    unit = serializers.CharField()
    direction = serializers.CharField()
    source_type = serializers.CharField()
    likely_series = serializers.CharField()
    baseline_year = serializers.IntegerField(allow_null=True)


class LeafList(TableView):
    """The KPI leaves of the results framework."""

    permission = Permission.DASHBOARD_VIEW
    filters = LeafFilters
    row = LeafRow

    def rows(self, filters: dict[str, Any]) -> QuerySet[KpiLeaf, Any]:
        names = {
            "leaf": "code__in",
            "characteristic": "kpi__kra__parent__code__in",
            "kra": "kpi__kra__code__in",
            "source_type": "source_type__in",
        }
        chosen = {names[name]: value for name, value in filters.items()}
        return (
            KpiLeaf.objects.filter(retired_at__isnull=True, **chosen)
            .order_by("position", "code")
            .values_list(
                "code",
                "kpi__number",
                "kpi__framework__code",
                "kpi__kra__parent__code",
                "kpi__kra__code",
                "title",
                "wording",
                "unit",
                "direction",
                "source_type",
                "likely_series",
                "baseline_year",
            )
        )


class ValueFilters(serializers.Serializer):
    leaf = CodeListField(required=False, help_text="Leaf codes, such as 31c.")
    area = CodeListField(required=False, help_text="Area codes, such as IDN or ASEAN.")
    to = PeriodField(required=False, help_text="Last period.")

    def get_fields(self) -> dict[str, serializers.Field]:
        return {**super().get_fields(), "from": PeriodField(required=False, help_text="First period, such as 2016.")}


class ValueRow(serializers.Serializer):
    leaf = serializers.CharField()
    area = serializers.CharField()
    period = serializers.CharField()
    value = serializers.FloatField(allow_null=True, help_text="Null where a regional value is withheld.")
    unit = serializers.CharField()
    obs_status = serializers.CharField()
    withheld = serializers.CharField(help_text="Why a regional value is not shown.")
    coverage_of = serializers.CharField(help_text="Whom the next two count: states, or (sectoral) bodies.")
    states_reporting = serializers.IntegerField(allow_null=True)
    states_expected = serializers.IntegerField(allow_null=True)
    states_carried = serializers.IntegerField(
        allow_null=True, help_text="How many of the reporting states stand with a value of an earlier period."
    )
    population_share = serializers.FloatField(allow_null=True, help_text="0 to 1.")
    recipe_version = serializers.IntegerField()
    run = serializers.IntegerField()


class ValueList(TableView):
    """Computed values of the KPI leaves, by state and for ASEAN with coverage."""

    permission = Permission.DASHBOARD_VIEW
    filters = ValueFilters
    row = ValueRow

    def rows(self, filters: dict[str, Any]) -> QuerySet[KpiValue, Any]:
        found = KpiValue.objects.filter(closed_by__isnull=True)
        if codes := filters.get("leaf"):
            found = found.filter(leaf__code__in=codes)
        if areas := filters.get("area"):
            found = found.filter(area__code__in=areas)
        if "from" in filters:
            found = found.filter(period__gte=filters["from"])
        if "to" in filters:
            found = found.filter(period__lte=end_of(filters["to"]))
        return found.order_by("leaf__position", "leaf__code", "area__code", "period").values_list(
            "leaf__code",
            "area__code",
            "period",
            "value",
            "recipe__unit",
            "obs_status",
            "withheld",
            "coverage_of",
            "states_reporting",
            "states_expected",
            "states_carried",
            "population_share",
            "recipe__version",
            "run_id",
        )

    def present(self, row: Sequence[Any]) -> Sequence[Any]:
        return (*row[:2], str(TimePeriod.from_key(row[2])), *row[3:])
