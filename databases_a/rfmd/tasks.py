"""Doorbell of the queue: one call of the service."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adme.jobs.registry import handler

from . import services

if TYPE_CHECKING:
    from adme.jobs.context import JobContext


@handler("rfmd.aggregate", queue="kpis")
def aggregate(context: JobContext) -> dict[str, Any]:
    args = context.args
    run = services.aggregate(
        leaf_codes=args.get("leaves"), trigger=args.get("trigger") or "job", actor=args.get("actor") or "system"
    )
    return {"run": run.pk, "leaves": run.leaves, "counts": run.counts}
