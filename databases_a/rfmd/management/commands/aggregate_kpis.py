"""`manage.py aggregate_kpis [--leaf CODE ...] [--json]`: compute KPI values now, print counts and what is withheld."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from adme.common.commands import AdmeCommand
from adme.observations.periods import TimePeriod
from databases_a.rfmd.errors import RfmdError
from databases_a.rfmd.models import AggregationRun, KpiLeaf, KpiValue
from databases_a.rfmd.reasons import reason_without_value
from databases_a.rfmd.services import aggregate


class Command(AdmeCommand):
    help = "Compute KPI values from the stored series. Running it twice changes nothing."
    has_dry_run = False

    def add_arguments(self, parser: ArgumentParser) -> None:  # type: ignore[override]
        super().add_arguments(parser)  # type: ignore[arg-type]
        parser.add_argument("--leaf", nargs="+", metavar="CODE", help="Only these leaves, such as 31c 6a.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            run = aggregate(leaf_codes=options["leaf"], trigger="command", actor="command")
        except RfmdError as error:
            raise CommandError(str(error)) from error
        report = {
            "run": run.pk,
            "leaves": len(run.leaves),
            "counts": run.counts,
            "withheld": _withheld(run),
            "without_value": _without_value(run),
        }
        self._tell(report)
        self.close(report)

    def _tell(self, report: dict[str, Any]) -> None:
        counts = ", ".join(f"{number} {name}" for name, number in report["counts"].items())
        self.say(f"Run {report['run']}: {report['leaves']} leaves; values: {counts}.")
        for line in report["withheld"]:
            self.say(f"  {line['leaf']} ASEAN {', '.join(line['periods'])}: {line['reason']}")
        for line in report["without_value"]:
            self.say(f"  {line['leaf']} has no value. {line['reason']}", level=2)


def _withheld(run: AggregationRun) -> list[dict[str, Any]]:
    """Per leaf the periods without a regional figure, with the reason of the newest."""
    rows = (
        KpiValue.objects.filter(closed_by__isnull=True, leaf__code__in=run.leaves)
        .exclude(withheld="")
        .order_by("leaf__position", "period")
        .values_list("leaf__code", "period", "withheld")
    )
    found: dict[str, dict[str, Any]] = {}
    for leaf, period, reason in rows:
        line = found.setdefault(leaf, {"leaf": leaf, "periods": [], "reason": ""})
        line["periods"].append(str(TimePeriod.from_key(period)))
        line["reason"] = reason
    return list(found.values())


def _without_value(run: AggregationRun) -> list[dict[str, str]]:
    having = KpiValue.objects.filter(closed_by__isnull=True, value__isnull=False).values("leaf_id")
    leaves = KpiLeaf.objects.filter(code__in=run.leaves).exclude(pk__in=having).prefetch_related("recipes")
    return [{"leaf": leaf.code, "reason": reason_without_value(leaf)} for leaf in leaves]
