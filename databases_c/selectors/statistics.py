"""Reads of published statistics and of what made them. Nothing here makes a model instance per observation."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from django.db.models import QuerySet

from adme.reporting.models import Obligation

from ..models import Compilation, Statistic, StatisticObservation
from ..series import known


class FigureRow(NamedTuple):
    """One observation. `value` is None where it is suppressed (obs_status Q) or there is none."""

    area: str
    dimensions: str
    period: int
    value: float | None
    obs_status: str
    conf_status: str
    is_demonstration: bool


def observations(
    statistic: Statistic,
    *,
    areas: Collection[str] | None = None,
    first_period: int = 0,
    totals_only: bool = False,
    as_of: datetime | None = None,
) -> list[FigureRow]:
    """Current (or then-current) observations in order of area, dimensions, period. One statement."""
    found = StatisticObservation.objects.filter(known(as_of), series__statistic=statistic, period__gte=first_period)
    if areas is not None:
        found = found.filter(series__area__code__in=list(areas))
    if totals_only:
        found = found.filter(series__dimensions="")
    rows = found.order_by("series__area__code", "series__dimensions", "period").values_list(
        "series__area__code", "series__dimensions", "period", "value", "obs_status", "conf_status", "is_demonstration"
    )
    return [FigureRow(*row) for row in rows]


def compilations_of(obligation: Obligation, *, previews: bool = False) -> QuerySet[Compilation]:
    """Runs over this report, newest first."""
    found = Compilation.objects.filter(obligation=obligation).select_related("recipe__statistic", "submission")
    return (found if previews else found.filter(is_preview=False)).order_by("-id")


class RevisionRow(NamedTuple):
    """A value that one key has had, from when until when."""

    value: float | None
    obs_status: str
    conf_status: str
    known_from: datetime
    known_until: datetime | None
    recipe: int
    submission: int | None


def revisions(statistic: Statistic, *, area: str, dimensions: str, period: int) -> list[RevisionRow]:
    """Every value of this key, oldest first."""
    rows = StatisticObservation.objects.filter(
        series__statistic=statistic, series__area__code=area, series__dimensions=dimensions, period=period
    ).order_by("opened_at", "id")
    return [
        RevisionRow(*row)
        for row in rows.values_list(
            "value", "obs_status", "conf_status", "opened_at", "closed_at", "opened_by__recipe__number",
            "opened_by__submission__number",
        )
    ]  # fmt: skip
