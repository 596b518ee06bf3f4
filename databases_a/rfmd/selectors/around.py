"""Figures just before and just after a run: for telling what it changed, however much later that is asked."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Q, QuerySet

from ..models import KpiValue
from .rows import FRAMEWORK
from .whole import WholeRow

_PATHS = {"area": "area__code", "recipe_version": "recipe__version"}
_FIELDS = tuple(_PATHS.get(name, name) for name in WholeRow._fields)
Rows = dict[str, list[WholeRow]]  # by leaf code: by area and period


def leaves_of_run(run_id: int) -> list[str]:
    """Codes of the leaves of which the run opened or closed a value. One statement."""
    touched = KpiValue.objects.filter(Q(run_id=run_id) | Q(closed_by_id=run_id), leaf__kpi__framework__code=FRAMEWORK)
    return sorted(touched.order_by().values_list("leaf__code", flat=True).distinct())


def rows_around(run_id: int, leaf_codes: Collection[str]) -> tuple[Rows, Rows]:
    """All figures of these leaves as they stood before the run, and after it. Runs follow each other one by one, so
    their ids say which was first. Two statements."""
    values = KpiValue.objects.filter(leaf__code__in=list(leaf_codes))
    before = values.filter(Q(closed_by__isnull=True) | Q(closed_by_id__gte=run_id), run_id__lt=run_id)
    after = values.filter(Q(closed_by__isnull=True) | Q(closed_by_id__gt=run_id), run_id__lte=run_id)
    return _rows(before), _rows(after)


def _rows(values: QuerySet[KpiValue]) -> Rows:
    found: Rows = {}
    for code, *row in values.order_by("leaf_id", "area_id", "period").values_list("leaf__code", *_FIELDS):
        found.setdefault(code, []).append(WholeRow(*row))
    return found
