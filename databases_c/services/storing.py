"""Keeping a compilation and its observations. A new one closes the rows that are current and opens others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import connection
from django.utils import timezone

from adme.observations.services import bump_data_version
from adme.observations.signals import series_changed
from adme.reference.models import Area

from ..compiling import Cell
from ..models import Compilation, Statistic, StatisticObservation, StatisticSeries
from .compile import Computed, Plan, as_result

BATCH = 500


def lock(statistic: Statistic) -> Statistic:
    """One at a time publishes a statistic. On SQLite the transaction itself lets one writer in."""
    found = Statistic.objects.order_by()
    if connection.vendor == "postgresql":
        found = found.select_for_update(no_key=True)
    return found.get(pk=statistic.pk)


def replayed(plan: Plan) -> Compilation | None:
    """The published compilation of the very same recipe, rows and inputs, if its observations are the current ones."""
    last = (
        Compilation.objects.filter(
            obligation=plan.obligation, recipe__statistic=plan.version.statistic_id, is_preview=False
        )
        .order_by("-id")
        .first()
    )
    if last is None or (last.sha256, last.submission_id) != (plan.sha256, _id(plan)):
        return None
    return last if last.opened.filter(closed_at__isnull=True).exists() else None


def _id(plan: Plan) -> int | None:
    return plan.submission.pk if plan.submission else None


def keep(computed: Computed, *, by: str, is_preview: bool) -> Compilation:
    plan = computed.plan
    return Compilation.objects.create(
        recipe=plan.version,
        obligation=plan.obligation,
        submission=plan.submission,
        is_preview=is_preview,
        counts=computed.compiled.counts,
        result=[list(one) for one in as_result(computed.compiled.cells)],
        inputs=[reference for reference, _ in plan.denominators.inputs],
        sha256=plan.sha256,
        at=timezone.now(),
        by=by or "system",
    )


def publish(computed: Computed, *, by: str) -> Compilation:
    """Call in a transaction; `announce` follows once for all that it publishes."""
    plan = computed.plan
    area = plan.obligation.state_area
    if area is None:
        raise ValueError("records are sent by Member States")
    statistic = lock(plan.version.statistic)
    compilation = keep(computed, by=by, is_preview=False)
    period = plan.obligation.round.period
    close([statistic], area=area, period=period, at=compilation.at, by=compilation)
    series = _series(statistic, area, computed.compiled.cells)
    made_up = plan.obligation.is_demonstration or bool(plan.submission and plan.submission.is_demonstration)
    StatisticObservation.objects.bulk_create(
        (
            StatisticObservation(
                series_id=series[cell.dimensions],
                period=period,
                value=cell.value,
                obs_status=cell.obs_status,
                conf_status=cell.conf_status,
                opened_by=compilation,
                opened_at=compilation.at,
                is_demonstration=made_up,
            )
            for cell in computed.compiled.cells
        ),
        batch_size=BATCH,
    )
    return compilation


def close(
    statistics: Iterable[Statistic], *, area: Area, period: int, at: datetime, by: Compilation | None = None
) -> int:
    """Close what is current of this state and period. Without a successor: it was taken back."""
    current = StatisticObservation.objects.filter(
        series__statistic__in=list(statistics), series__area=area, period=period, closed_at__isnull=True
    )
    return current.update(closed_by=by, closed_at=at)


def announce(statistics: Sequence[Statistic], *, trigger: str, actor: str) -> None:
    """Once for each transaction that changed figures."""
    if statistics:
        bump_data_version()
        codes = frozenset(one.series_code for one in statistics)
        series_changed.send(sender=StatisticObservation, codes=codes, trigger=trigger, actor=actor)


def _series(statistic: Statistic, area: Area, cells: Sequence[Cell]) -> dict[str, int]:
    """Keys of the series by dimensions; those that were never published before are made."""
    held = StatisticSeries.objects.filter(statistic=statistic, area=area).order_by()
    found = dict(held.values_list("dimensions", "pk"))
    new = [
        StatisticSeries(statistic=statistic, area=area, dimensions=cell.dimensions)
        for cell in cells
        if cell.dimensions not in found
    ]
    if new:
        StatisticSeries.objects.bulk_create(new, batch_size=BATCH, ignore_conflicts=True)
        found = dict(held.values_list("dimensions", "pk"))
    return found
