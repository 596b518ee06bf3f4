"""Writes of the trail. Call `record` inside the transaction of the act itself, as its last step."""

from __future__ import annotations

from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from .chain import clean_text, digest, storable
from .models import AuditEvent

_LOCK = 0x41444D45  # one advisory lock, so that two events never chain from the same predecessor


@transaction.atomic
def record(
    *,
    action: str,
    actor: str,
    target: str = "",
    before: Any = None,
    after: Any = None,
    reason: str = "",
) -> AuditEvent:
    """Append one event, chained by hash to the one before.

    On PostgreSQL the lock is held until the surrounding transaction ends: record after the long work, not before it.
    On SQLite the IMMEDIATE transaction already lets one writer in at a time.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    last = AuditEvent.objects.order_by("-sequence").values_list("sequence", "hash").first()
    sequence, previous = last or (0, "")
    event = AuditEvent(
        sequence=sequence + 1,
        at=timezone.now(),
        actor=clean_text(actor)[:254],
        action=action,
        target=clean_text(target)[:200],
        before=storable(before),
        after=storable(after),
        reason=clean_text(reason),
        previous_hash=previous,
    )
    event.hash = digest(event)
    event.save(force_insert=True)
    return event
