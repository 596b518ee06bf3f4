"""Delivery through Celery: one message with the job's id, to the job's queue, in bounded time."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string

if TYPE_CHECKING:
    from celery import Celery

TASK = "adme.run_job"
# A person waits for the answer of the request that publishes. A Redis that hangs blocks a publisher for ever otherwise.
PATIENCE = {"socket_timeout": 1, "socket_connect_timeout": 1, "retry_on_timeout": False, "max_retries": 0}


def deliver(*, job_id: UUID, queue: str, wait: float = 0) -> bool:
    """Publish over a connection of its own, so that neither a stale pool nor a retry makes anyone wait."""
    app: Celery = import_string("adme.celery.app")
    with app.connection_for_write(
        transport_options={**settings.CELERY_BROKER_TRANSPORT_OPTIONS, **PATIENCE}, connect_timeout=1
    ) as connection:
        app.send_task(TASK, args=[str(job_id)], queue=queue, countdown=wait or None, connection=connection, retry=False)
    return True
