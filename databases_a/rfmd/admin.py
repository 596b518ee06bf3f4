"""Operators may look at recipes, runs and values; they change through services, never here."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from .models import AggregationRun, Baseline, KpiLeaf, KpiValue, Recipe, SurveyEntry, Target


class ReadOnlyAdmin(admin.ModelAdmin):
    """A list and a page to look at."""

    list_per_page = 50
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(KpiLeaf)
class KpiLeafAdmin(ReadOnlyAdmin):
    list_display = ("code", "title", "unit", "direction", "source_type", "wording", "retired_at")
    list_filter = ("source_type", "wording", "direction")
    search_fields = ("code", "title")


@admin.register(Recipe)
class RecipeAdmin(ReadOnlyAdmin):
    list_display = ("leaf", "version", "state", "method", "area_method", "is_proxy", "adopted_at", "adopted_by")
    list_filter = ("state", "method", "area_method", "is_proxy")
    list_select_related = ("leaf",)
    search_fields = ("leaf__code", "leaf__title")


@admin.register(AggregationRun)
class AggregationRunAdmin(ReadOnlyAdmin):
    list_display = ("id", "started_at", "finished_at", "trigger", "actor", "counts")
    search_fields = ("trigger", "actor")


@admin.register(KpiValue)
class KpiValueAdmin(ReadOnlyAdmin):
    list_display = ("leaf", "area", "period", "value", "obs_status", "withheld", "recipe", "run", "closed_by")
    list_filter = ("leaf", "area")
    list_select_related = ("leaf", "area", "recipe__leaf", "run", "closed_by")


@admin.register(Baseline, Target)
class BenchmarkAdmin(ReadOnlyAdmin):
    list_display = ("leaf", "area", "year", "value", "source", "is_demonstration")
    list_filter = ("is_demonstration", "area")
    list_select_related = ("leaf", "area")


@admin.register(SurveyEntry)
class SurveyEntryAdmin(ReadOnlyAdmin):
    list_display = ("leaf", "area", "year", "value", "source", "sample_size", "closed_at")
    list_filter = ("leaf", "is_demonstration")
    list_select_related = ("leaf", "area")
