"""What time does to editions: reminders, the end of the right of reply, the end of an embargo. Harmless to repeat."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from ..models import Edition
from ..signals import edition_released
from ..states import EditionState
from .common import trail
from .replying import close_due, remind


def keep(*, now: datetime | None = None) -> dict[str, int]:
    """Everything that is due; numbers of what was done."""
    now = now or timezone.now()
    closed = close_due(now=now)
    reminded = sum(bool(remind(edition=one, now=now)) for one in Edition.objects.filter(state=EditionState.REPLY))
    return {"closed": len(closed), "reminded": reminded, "announced": len(announce_due(now=now))}


def announce_due(*, now: datetime | None = None) -> list[Edition]:
    """Mark what readers may see from now on, and tell those who listen (signal `edition_released`), once."""
    now = now or timezone.now()
    due = Edition.objects.filter(
        Q(embargo_until__isnull=True) | Q(embargo_until__lte=now), state=EditionState.PUBLISHED, announced_at=None
    )
    return [released for pk in due.order_by("number").values_list("pk", flat=True) if (released := _announce(pk, now))]


@transaction.atomic
def _announce(pk: int, now: datetime) -> Edition | None:
    edition = Edition.objects.select_for_update().get(pk=pk)
    if edition.announced_at is not None:
        return None  # another process was faster
    edition.announced_at = now
    edition.save(update_fields=["announced_at"])
    trail("announced", edition, None, after={"at": now})
    edition_released.send(sender=Edition, edition=edition, now=now)
    return edition
