"""Doorbell of the queue: one call of the service."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adme.jobs.errors import JobRefused
from adme.jobs.registry import handler

from .services import preview as previewing
from .services import publish
from .services import recheck as rechecking
from .services.compile import RECOMPILE

if TYPE_CHECKING:
    from adme.jobs.context import JobContext


@handler(publish.COMPILE, queue="kpis", lease=120)
def compile_report(context: JobContext) -> dict[str, Any]:
    args = context.args
    return _told(publish.compile_standing(args["obligation"], actor=args.get("actor") or "system"))


@handler(RECOMPILE, queue="kpis", lease=120)
def recompile(context: JobContext) -> dict[str, Any]:
    def progress(done: int, total: int) -> None:
        context.progress(done=done, total=total, message=f"{done} of {total} reports")

    actor = context.job.created_by.email if context.job.created_by else "system"
    return _told(publish.recompile(context.args["statistic"], actor=actor, progress=progress))


@handler(previewing.PREVIEW, queue="imports", lease=120)
def preview(context: JobContext) -> dict[str, Any]:
    args = context.args
    return previewing.of_job(draft=args["draft"], seen=args["seen"], submission=args["submission"], by=args["by"])


def _told(report: publish.Report) -> dict[str, Any]:
    """What could not be compiled is shown as the job's own failure; what could stays published."""
    if report.problems:
        more = f" And {len(report.problems) - 1} more." if len(report.problems) > 1 else ""
        raise JobRefused(f"{report.problems[0]}{more}")
    message = f"{report.compiled} compiled, {report.unchanged} unchanged"
    return {"compiled": report.compiled, "unchanged": report.unchanged, "message": message}


@handler(rechecking.JOB, queue="imports", lease=120)
def recheck(context: JobContext) -> dict[str, Any]:
    def progress(done: int, message: str) -> None:
        context.progress(done=done, message=message)

    args = context.args
    told = rechecking.recheck_all(
        version_id=args["version"], submission_ids=args["submissions"], by_id=args["by"], progress=progress
    )
    return {"done": told.done, "absent": told.absent, "message": told.message}
