"""Which state of the data an answer shows: what caches and ETags key on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Max

from adme.observations.services import current_data_version
from databases_b import models as b


@dataclass(frozen=True, slots=True)
class Stamp:
    """Which state of the data an answer shows: ADME's data version, and the newest import of Database B."""

    version: int
    batch: int
    changed_at: datetime

    @property
    def text(self) -> str:
        return f"{self.version}.{self.batch}"


def stamp() -> Stamp:
    """Two statements. Imports count by themselves: not every one changes a KPI, and so the data version."""
    version = current_data_version()
    newest = b.ImportBatch.objects.filter(applied_at__isnull=False).aggregate(number=Max("id"), at=Max("applied_at"))
    moments = [one for one in (version.changed_at, newest["at"]) if one is not None]
    return Stamp(version.number, newest["number"] or 0, max(moments, default=datetime(2000, 1, 1, tzinfo=UTC)))
