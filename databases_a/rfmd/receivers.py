"""Listens for changed series and queues the computation of just the leaves that read them."""

from __future__ import annotations

from typing import Any

from adme.observations.signals import concerns

from .inputs import input_codes
from .models import KpiValue, Recipe


def affected_leaves(codes: frozenset[str]) -> list[str]:
    """Codes of the leaves whose adopted recipe reads one of these series, as input, weight, population or coverage.

    'TOOL1:*' stands for every series of Tool 1.
    """
    recipes = Recipe.objects.filter(state=Recipe.State.ADOPTED, leaf__retired_at__isnull=True).select_related("leaf")
    return sorted(recipe.leaf.code for recipe in recipes if concerns(codes, input_codes(recipe)))


def queue_affected_leaves(sender: Any, *, codes: frozenset[str], trigger: str, actor: str = "", **kwargs: Any) -> None:
    """Runs inside the transaction that changed the series: the job row commits with it, delivery follows."""
    from .services import enqueue_aggregation

    leaves = affected_leaves(frozenset(codes))
    if leaves:
        enqueue_aggregation(leaf_codes=leaves, trigger=trigger, actor=actor)


def queue_all_leaves(sender: Any, *, actor: str = "", **kwargs: Any) -> None:
    """A membership or a recipe may have changed with the reference data. Without values nothing is to be renewed."""
    from .services import enqueue_aggregation

    if KpiValue.objects.filter(closed_by__isnull=True).exists():
        enqueue_aggregation(trigger="reference data changed", actor=actor)
