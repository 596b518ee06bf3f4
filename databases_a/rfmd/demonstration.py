"""Made-up targets for the demonstration. Each row says what it is; a real target is never replaced by one."""

from __future__ import annotations

import csv
from pathlib import Path

from django.db import transaction

from adme.audit import services as audit
from adme.observations.services import bump_data_version
from adme.reference.models import Area

from .models import KpiLeaf, Target


@transaction.atomic
def load_targets(path: Path, *, apply: bool) -> dict[str, int]:
    """Bring the demonstration targets to what the file says; {new, changed, unchanged, kept}.

    `kept` are places where a person has set a target: theirs stands.
    """
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    leaves = {leaf.code: leaf for leaf in KpiLeaf.objects.filter(code__in={row["leaf"] for row in rows})}
    areas = {area.code: area for area in Area.objects.filter(code__in={row["area"] for row in rows})}
    stored = {
        (target.leaf.code, target.area.code, target.year): target
        for target in Target.objects.filter(leaf__in=leaves.values()).select_related("leaf", "area")
    }
    counts = {"new": 0, "changed": 0, "unchanged": 0, "kept": 0}
    for row in rows:
        year, value, source = int(row["year"]), float(row["value"]), row["source"]
        target = stored.get((row["leaf"], row["area"], year))
        outcome = _outcome(target, value, source)
        counts[outcome] += 1
        if not apply or outcome in {"unchanged", "kept"}:
            continue
        Target.objects.update_or_create(
            leaf=leaves[row["leaf"]],
            area=areas[row["area"]],
            year=year,
            defaults={"value": value, "source": source, "is_demonstration": True},
        )
    if apply and counts["new"] + counts["changed"]:
        audit.record(action="target.demonstration_loaded", actor="command", target="targets", after=counts)
        bump_data_version()
    return counts


def _outcome(target: Target | None, value: float, source: str) -> str:
    if target is None:
        return "new"
    if not target.is_demonstration:
        return "kept"
    return "unchanged" if (target.value, target.source) == (value, source) else "changed"
