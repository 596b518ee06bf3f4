"""Which facts a person may read. Every page, file and figure about other bodies' activities begins here."""

from __future__ import annotations

from typing import Any

from adme.accounts.permissions import Permission, may
from adme.reporting.access import sees_submitted

from ..models import ActivityFact


def visible_to(user: Any) -> Any:
    """Current facts: officers, analysts and administrators read what is submitted or approved, others what is approved.

    Drafts are no facts, so nobody reads them here.
    """
    if not may(user, Permission.REPORT_READ):
        return ActivityFact.objects.none()
    found = ActivityFact.objects.current()
    return found if sees_submitted(user) else found.approved()
