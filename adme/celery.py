"""The Celery application: it carries ids of jobs to workers, and nothing else.

    celery -A adme worker -Q default,kpis          short jobs
    celery -A adme worker -Q imports -c 1          long ones, so that they never delay the short ones
    celery -A adme worker -Q exports -c 1          documents and files, long too, and never behind an import
    celery -A adme beat                            the sweep and daily jobs, once a minute; a second does no harm

Settings come from Django (CELERY_*). Imported by workers, and by a web process when it first sends a job.
"""

from __future__ import annotations

import os
from uuid import UUID

from celery import Celery
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "adme.settings.production")

app = Celery("adme")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.result_backend = None  # the Job row tells the result; a result backend only makes publishing slower
app.conf.worker_hijack_root_logger = False
app.conf.beat_schedule = {
    # A sweep that waited a minute is not needed any more: the next one is there.
    "sweep-jobs": {"task": "adme.sweep_jobs", "schedule": 60.0, "options": {"queue": "default", "expires": 55}},
    "periodic-jobs": {"task": "adme.periodic_jobs", "schedule": 60.0, "options": {"queue": "default", "expires": 55}},
}

_HARD_LIMIT = settings.CELERY_TASK_TIME_LIMIT


@app.task(name="adme.run_job", ignore_result=True, soft_time_limit=_HARD_LIMIT - 60, time_limit=_HARD_LIMIT)
def run_job(job_id: str) -> None:
    """Ring at one job. Delivered twice or too late, it finds nothing to do."""
    from adme.jobs.runner import run

    run(UUID(job_id))


@app.task(name="adme.sweep_jobs", ignore_result=True)
def sweep_jobs() -> None:
    from adme.jobs.sweeper import sweep

    sweep()


@app.task(name="adme.periodic_jobs", ignore_result=True)
def periodic_jobs() -> None:
    from adme.jobs.periodic import enqueue_due

    enqueue_due()
