"""Figures of many reports, written at once; known from the day on which each report was approved."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from ..models import Compilation, StatisticObservation, StatisticSeries
from ..services import storing
from ..services.compile import Computed, as_result

BATCH = 1_000


@dataclass
class Figures:
    computed: list[Computed] = field(default_factory=list)

    def add(self, one: Computed) -> None:
        self.computed.append(one)

    def write(self, actor: str) -> int:
        """As `storing.publish` does for one: compilations, series, observations; what stood before is closed."""
        made = Compilation.objects.bulk_create([_compilation(one, actor) for one in self.computed], batch_size=200)
        self._close_earlier(made)
        series = self._series()
        StatisticObservation.objects.bulk_create(
            (
                StatisticObservation(
                    series_id=series[_key(one, cell.dimensions)], period=one.plan.obligation.round.period,
                    value=cell.value, obs_status=cell.obs_status, conf_status=cell.conf_status, opened_by=compilation,
                    opened_at=compilation.at, is_demonstration=True,
                )
                for one, compilation in zip(self.computed, made, strict=True)
                for cell in one.compiled.cells
            ),
            batch_size=BATCH,
        )  # fmt: skip
        return len(made)

    def _close_earlier(self, made: list[Compilation]) -> None:
        """Only of reports that were approved twice."""
        revised = set(Compilation.objects.filter(
            obligation__in={one.obligation_id for one in made}, is_preview=False
        ).exclude(pk__in=[one.pk for one in made]).values_list("obligation", flat=True))  # fmt: skip
        for one in made:
            area = one.obligation.state_area
            if one.obligation_id in revised and area is not None:
                statistic, period = one.recipe.statistic, one.obligation.round.period
                storing.close([statistic], area=area, period=period, at=one.at, by=one)

    def _series(self) -> dict[tuple[int, int, str], int]:
        wanted = {_key(one, cell.dimensions) for one in self.computed for cell in one.compiled.cells}
        held = self._held()
        StatisticSeries.objects.bulk_create(
            [
                StatisticSeries(statistic_id=statistic, area_id=area, dimensions=dimensions)
                for statistic, area, dimensions in sorted(wanted - held.keys(), key=str)
            ],
            batch_size=BATCH,
        )
        return self._held()

    def _held(self) -> dict[tuple[int, int, str], int]:
        rows = StatisticSeries.objects.order_by().values_list("statistic", "area", "dimensions", "pk")
        return {(statistic, area, dimensions): pk for statistic, area, dimensions, pk in rows}


def _key(one: Computed, dimensions: str) -> tuple[int, int, str]:
    area = one.plan.obligation.state_area_id
    if area is None:
        raise ValueError("records are sent by Member States")
    return (one.plan.version.statistic_id, area, dimensions)


def _compilation(one: Computed, actor: str) -> Compilation:
    plan = one.plan
    return Compilation(
        recipe=plan.version, obligation=plan.obligation, submission=plan.submission, counts=one.compiled.counts,
        result=[list(cell) for cell in as_result(one.compiled.cells)],
        inputs=[reference for reference, _ in plan.denominators.inputs], sha256=plan.sha256, at=_known_at(one),
        by=actor,
    )  # fmt: skip


def _known_at(one: Computed) -> datetime:
    obligation = one.plan.obligation
    moment = obligation.decided_at or obligation.submitted_at
    if moment is None:
        raise ValueError(f"{obligation} was neither approved nor certified")
    return moment
