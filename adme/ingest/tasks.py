"""Jobs of this package: a batch's number in, one service call. They share the queue 'imports'."""

from __future__ import annotations

from typing import Any

from adme.jobs.context import JobContext
from adme.jobs.errors import JobRefused, LostLease
from adme.jobs.failures import explain
from adme.jobs.registry import handler

from . import services
from .errors import NotAllowedNow, PreviewOutdated, Superseded


@handler(services.PREVIEW_JOB, queue="imports", lease=120)
def preview(context: JobContext) -> None:
    def progress(done: int, message: str) -> None:
        context.progress(done=done, message=message)

    try:
        services.read(batch_id=context.args["batch"], progress=progress, finish=context.complete)
    except NotAllowedNow as error:
        raise JobRefused(str(error)) from error
    except LostLease:
        raise
    except Exception as error:
        failure = explain(error)
        if not failure.may_retry or context.job.attempts >= context.job.max_attempts:
            services.mark_failed(batch_id=context.args["batch"], sentence=failure.sentence)
        raise


@handler(services.APPLY_JOB, queue="imports", lease=120)
def apply(context: JobContext) -> dict[str, Any] | None:
    batch_id = context.args["batch"]
    context.progress(message="Applying")
    try:
        services.apply(batch_id=batch_id, finish=context.complete)
    except PreviewOutdated as error:
        services.withdraw(batch_id=batch_id, by=context.job.created_by, because=str(error.__cause__ or ""))
        return {"message": f"Nothing was written. {error}"}
    except Superseded as error:
        services.drop_undo(batch_id=batch_id, sentence=str(error))
        return {"message": f"Nothing was written. {error}"}
    except NotAllowedNow as error:
        raise JobRefused(str(error)) from error
    return None
