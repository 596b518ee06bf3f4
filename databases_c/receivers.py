"""Listens for changed series, and queues the statistics that are divided by them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from adme.observations.signals import concerns

from .models import RecipeVersion


def queue_where_divided(sender: Any, *, codes: frozenset[str], **kwargs: Any) -> None:
    """Runs inside the transaction that changed the series: the jobs commit with it."""
    found = RecipeVersion.objects.filter(state=RecipeVersion.State.IN_FORCE, statistic__retired_at__isnull=True)
    in_force = {version.statistic.series_code: version for version in found.select_related("statistic")}
    divided_by = {code: divisor(version) for code, version in in_force.items()}
    for code, version in in_force.items():
        series = divided_by[code]
        if series and concerns(codes, [series]) and not in_circle(code, divided_by):
            from .services.compile import recompile  # not at start: it loads numpy

            recompile(version.statistic)


def divisor(version: RecipeVersion) -> str:
    """Code of the series that a recipe divides by, or ''."""
    return (version.recipe.get("denominator") or {}).get("series") or ""


def in_circle(code: str, divided_by: Mapping[str, str]) -> bool:
    """Statistics that divide by one another would compile each other without end."""
    seen, one = {code}, divided_by.get(code, "")
    while one and one not in seen:
        seen.add(one)
        one = divided_by.get(one, "")
    return bool(one)
