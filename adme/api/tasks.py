"""The one job of this package, every day."""

from __future__ import annotations

from typing import Any

from adme.jobs.context import JobContext
from adme.jobs.registry import handler

from .reminders import tell_owners

REMINDERS = "api.token_reminders"


@handler(REMINDERS)
def remind(context: JobContext) -> dict[str, Any]:
    sent = tell_owners()
    return {"message": f"{sent} owner{'' if sent == 1 else 's'} of tokens told."}
