"""The data version: which state of the data a page or file shows."""

from django.db.models import F
from django.utils import timezone

from .models import DataVersion


def bump_data_version() -> None:
    """Call inside the transaction that changes published figures."""
    updated = DataVersion.objects.filter(id=1).update(number=F("number") + 1, changed_at=timezone.now())
    if not updated:
        DataVersion.objects.create(id=1, number=1)


def current_data_version() -> DataVersion:
    version = DataVersion.objects.filter(id=1).first()
    return version or DataVersion(id=1, number=0)
