"""Writes of the trail. Call `record` inside the transaction of the act itself."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.db import connection, transaction

from .models import AuditEvent

_LOCK = 0x41444D45  # one advisory lock, so that two events never chain from the same predecessor


def _digest(previous: str, fields: dict[str, Any]) -> str:
    text = json.dumps(fields, sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(f"{previous}\n{text}".encode()).hexdigest()


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
    """Append one event, chained by hash to the one before."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    fields = {"actor": actor, "action": action, "target": target, "before": before, "after": after, "reason": reason}
    fields = json.loads(json.dumps(fields, default=str))
    previous = AuditEvent.objects.order_by("-id").values_list("hash", flat=True).first() or ""
    salt = AuditEvent.objects.count()
    return AuditEvent.objects.create(**fields, previous_hash=previous, hash=_digest(f"{previous}{salt}", fields))
