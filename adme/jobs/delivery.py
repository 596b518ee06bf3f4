"""How a job's id reaches a worker: in this process, or through Celery. Losing a message loses no job."""

from __future__ import annotations

import logging
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string

from .models import Job, JobState

logger = logging.getLogger(__name__)
# By name, as Django finds its own back ends: the process that runs jobs itself never imports Celery.
_BACKENDS = {"embedded": "adme.jobs.embedded.deliver", "celery": "adme.jobs.broker.deliver"}


def deliver(*, job_id: UUID, queue: str, wait: float = 0) -> bool:
    """Ring for the job. Never raises and never waits long: the row stays queued and the sweeper rings again."""
    try:
        sent = import_string(_BACKENDS[settings.JOBS_BACKEND])(job_id=job_id, queue=queue, wait=wait)
    except Exception as error:
        logger.warning("Job %s could not be sent (%s); the sweeper sends it again.", job_id, error)
        Job.objects.filter(pk=job_id, state=JobState.QUEUED, message="").update(
            message="Queued. The workers could not be told yet; this is tried again every minute."
        )
        return False
    if sent:
        Job.objects.filter(pk=job_id, state=JobState.QUEUED).update(sent_at=timezone.now())
    return True
