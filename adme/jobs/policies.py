"""What may be done with a job: what its state allows, and who may see and act."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adme.accounts.permissions import Permission, may

from .models import JobState

if TYPE_CHECKING:
    from .models import Job

TRANSITIONS: dict[tuple[str, str], str] = {
    (JobState.QUEUED, "cancel"): JobState.CANCELLED,
    (JobState.FAILED, "retry"): JobState.QUEUED,
}


def allows(job: Job, act: str) -> bool:
    return (job.state, act) in TRANSITIONS


def may_see(user: Any, job: Job) -> bool:
    """Everybody sees, cancels and retries what they started; the jobs of others need the permission."""
    return user.is_authenticated and (job.created_by_id == user.pk or may(user, Permission.JOB_VIEW))
