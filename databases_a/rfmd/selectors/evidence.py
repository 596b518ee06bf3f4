"""What past figures were made of, and which stood at a past moment: for comparing editions and files with now."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db.models import Q

from ..models import KpiValue
from .rows import FRAMEWORK
from .whole import WholeRow

_BATCH = 5000
_PATHS = {"area": "area__code", "recipe_version": "recipe__version"}
_FIELDS = tuple(_PATHS.get(name, name) for name in WholeRow._fields)


def inputs_of(value_ids: Collection[int]) -> dict[int, list[list[Any]]]:
    """KpiValue.inputs of these values, current or replaced. One statement for each 5,000; unknown ids are left out."""
    wanted = sorted(set(value_ids))
    found: dict[int, list[list[Any]]] = {}
    for start in range(0, len(wanted), _BATCH):
        part = KpiValue.objects.filter(pk__in=wanted[start : start + _BATCH])
        found.update(part.values_list("pk", "inputs"))
    return found


def rows_as_of(moment: datetime) -> dict[str, list[WholeRow]]:
    """Figures that stood at this moment, by leaf code: ASEAN first, then area and period. One statement."""
    later = Q(closed_by__isnull=True) | Q(closed_by__finished_at__gt=moment)
    stood = KpiValue.objects.filter(later, run__finished_at__lte=moment, leaf__kpi__framework__code=FRAMEWORK)
    found: dict[str, list[WholeRow]] = {}
    for code, *row in stood.order_by("leaf_id", "area_id", "period").values_list("leaf__code", *_FIELDS):
        found.setdefault(code, []).append(WholeRow(*row))
    return found
