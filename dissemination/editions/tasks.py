"""The job of editions: what deadlines and embargoes ask for, every five minutes."""

from __future__ import annotations

from typing import Any

from adme.jobs.context import JobContext
from adme.jobs.registry import handler

from . import services
from .apps import KEEP_JOB


@handler(KEEP_JOB, lease=120)
def keep(context: JobContext) -> dict[str, Any]:
    """Harmless to repeat: each act asks anew whether it is due."""
    done = services.keep()
    message = (
        f"Right of reply closed: {done['closed']}. Reminders: {done['reminded']}. Editions announced: "
        f"{done['announced']}."
    )
    return {"message": message, **done}
