"""Listens for changed series, and queues the statistics that are divided by them."""

from __future__ import annotations

from typing import Any

from adme.observations.signals import concerns

from .models import RecipeVersion


def queue_where_divided(sender: Any, *, codes: frozenset[str], **kwargs: Any) -> None:
    """Runs inside the transaction that changed the series: the jobs commit with it."""
    in_force = RecipeVersion.objects.filter(state=RecipeVersion.State.IN_FORCE, statistic__retired_at__isnull=True)
    for version in in_force.select_related("statistic"):
        series = (version.recipe.get("denominator") or {}).get("series") or ""
        if series and concerns(codes, [series]):
            from .services.compile import recompile  # not at start: it loads numpy

            recompile(version.statistic)
