"""Jobs of subscriptions. Those that tell people are atomic: all notices and the end of the job, or nothing."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from adme.jobs.context import JobContext
from adme.jobs.registry import handler
from dissemination.editions.models import Edition
from dissemination.editions.selectors import is_released

from . import telling, webhooks
from .apps import DAILY_JOB
from .receivers import EDITION_JOB, REPORT_JOB, RUN_JOB
from .run_changes import changes_of_run


@handler(RUN_JOB, lease=120, atomic=True)
def after_run(context: JobContext) -> dict[str, Any]:
    run, now = context.args["run"], timezone.now()
    changes = changes_of_run(run)
    people = telling.after_run(run, changes, now=now)
    systems = webhooks.after_run(run, changes, now=now)
    message = f"Figures changed: {len(changes)}. People told: {people}. Systems told: {systems}."
    return {"message": message, "figures": len(changes), "people": people, "systems": systems}


@handler(REPORT_JOB, atomic=True)
def after_report(context: JobContext) -> dict[str, Any]:
    told = telling.after_report(context.args["revision"])
    return {"message": f"People told: {told}.", "people": told}


@handler(EDITION_JOB, lease=120, atomic=True)
def after_release(context: JobContext) -> dict[str, Any]:
    edition, now = Edition.objects.get(pk=context.args["edition"]), timezone.now()
    if not is_released(edition, now=now):
        return {"message": "Nothing is told before the end of the embargo."}
    people = telling.after_release(edition, now=now)
    systems = webhooks.after_release(edition, now=now)
    return {"message": f"People told: {people}. Systems told: {systems}.", "people": people, "systems": systems}


@handler(DAILY_JOB, lease=300, atomic=True)
def daily(context: JobContext) -> dict[str, Any]:
    """Harmless to repeat: what was told is told no more."""
    now = timezone.now()
    digests = telling.digest(now=now)
    return {"message": f"Digests: {digests}.", "digests": digests, "removed": webhooks.clean(now=now)}


@handler(webhooks.DELIVER_JOB, max_attempts=webhooks.ATTEMPTS, back_off=webhooks.BACK_OFF)
def deliver(context: JobContext) -> dict[str, Any]:
    return {"message": webhooks.deliver(context.args["delivery"])}
