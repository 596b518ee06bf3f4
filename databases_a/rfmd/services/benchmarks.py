"""Baselines and targets of a leaf: set with a source, audited, one per area (and year)."""

from __future__ import annotations

import math
from typing import Any

from django.db import IntegrityError, transaction

from adme.accounts.models import User
from adme.audit import services as audit
from adme.observations.services import bump_data_version
from adme.reference.models import Area

from ..errors import NotAllowedNow
from ..models import Baseline, KpiLeaf, Target


@transaction.atomic
def set_target(*, leaf: KpiLeaf, area: Area, year: int, value: float, source: str, by: User, reason: str) -> Target:
    """Add the target of this leaf, area and year, or change it; a change needs a reason."""
    target = Target.objects.select_for_update().filter(leaf=leaf, area=area, year=year).first()
    before = _shown(target) if target else None
    target = target or Target(leaf=leaf, area=area, year=year)
    _write(target, value, source, reason, changes=before is not None)
    key = f"target:{leaf.code}:{area.code}:{year}"
    _record("target.changed" if before else "target.set", key, target, before, by, reason)
    return target


@transaction.atomic
def set_baseline(*, leaf: KpiLeaf, area: Area, year: int, value: float, source: str, by: User, reason: str) -> Baseline:
    """Add the explicit baseline of this leaf and area, or change it; a change needs a reason."""
    baseline = Baseline.objects.select_for_update().filter(leaf=leaf, area=area).first()
    before = _shown(baseline) if baseline else None
    baseline = baseline or Baseline(leaf=leaf, area=area)
    baseline.year = year
    _write(baseline, value, source, reason, changes=before is not None)
    key = f"baseline:{leaf.code}:{area.code}"
    _record("baseline.changed" if before else "baseline.set", key, baseline, before, by, reason)
    return baseline


def _write(benchmark: Target | Baseline, value: float, source: str, reason: str, *, changes: bool) -> None:
    if not math.isfinite(value):
        raise NotAllowedNow("The value is not a number.", "value")
    if not source.strip():
        raise NotAllowedNow("Name the document or decision the value comes from.", "source")
    if changes and not reason.strip():
        raise NotAllowedNow("Say why the value is changed.", "reason")
    benchmark.value, benchmark.source, benchmark.is_demonstration = value, source.strip(), False
    try:
        with transaction.atomic():
            benchmark.save()
    except IntegrityError as error:
        raise NotAllowedNow("Somebody has just saved a value at this place. Look at it, then try again.") from error


def _record(
    action: str, key: str, benchmark: Target | Baseline, before: dict[str, Any] | None, by: User, reason: str
) -> None:
    audit.record(
        action=action, actor=by.email, target=key, before=before, after=_shown(benchmark), reason=reason.strip()
    )
    # Ratings on pages rest on targets and baselines, so cached pages must go.
    bump_data_version()


def _shown(benchmark: Target | Baseline) -> dict[str, Any]:
    return {"year": benchmark.year, "value": benchmark.value, "source": benchmark.source}
