"""Tells which KPI leaves read a series, for the pages of imports."""

from __future__ import annotations

from django.urls import reverse

from adme.observations.uses import Use

from .models import KpiLeaf
from .receivers import affected_leaves


def leaves_that_read(codes: frozenset[str]) -> list[Use]:
    """Leaves whose adopted recipe reads one of these series, in the order of the framework."""
    leaves = KpiLeaf.objects.filter(code__in=affected_leaves(codes))
    return [Use(leaf.code, leaf.title, reverse("leaf", args=[leaf.code])) for leaf in leaves]
