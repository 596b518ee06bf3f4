"""Jobs of products: building a file, and removing old ones once a day."""

from __future__ import annotations

from typing import Any

from adme.jobs.context import JobContext
from adme.jobs.failures import explain
from adme.jobs.registry import handler

from . import services
from .kinds import FileState
from .models import ProductFile

CLEAN_JOB = "products.clean"


@handler(services.BUILD_JOB, queue="exports", lease=180)
def build(context: JobContext) -> dict[str, Any] | None:
    file = ProductFile.objects.select_related("edition", "requested_by").get(pk=context.args["file"])
    if file.state != FileState.WAITING:
        return {"message": "The file stands already."}
    try:
        return services.build(context, file)
    except Exception as error:
        failure = explain(error)
        if context.job.attempts >= context.job.max_attempts or not failure.may_retry:
            services.fail(file, failure.sentence)
        raise


@handler(CLEAN_JOB, lease=120)
def clean(context: JobContext) -> dict[str, Any]:
    removed = services.remove_old()
    return {"message": f"Files removed: {removed}.", "removed": removed}
