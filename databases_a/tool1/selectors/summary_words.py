"""Names of what the summary of Tool 1 counts: kept in the cache, for they change only with a data version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from adme.observations.keeping import kept
from adme.reference.models import CrossPillarIssue, FrameworkItem, SectoralBody
from adme.reporting import vocabularies

_LISTS = ("CL_ACTIVITY_STATUS", "CL_ACTIVITY_TYPE", "CL_ACTIVITY_FREQUENCY", "CL_SDG_TARGET")


class Issue(NamedTuple):
    title: str
    lead_bodies: str


@dataclass(frozen=True, slots=True)
class Words:
    """Names of what is counted, each in its order."""

    statuses: Mapping[str, str]
    types: Mapping[str, str]
    frequencies: Mapping[str, str]
    bodies: Mapping[str, str]
    characteristics: Mapping[str, str]
    kras: Mapping[str, str]
    issues: Mapping[str, Issue]
    goals: Mapping[str, str]


def words(version: int | None = None) -> Words:
    """Four statements, or none when the cache holds the words of this data version."""
    return kept("tool1:words", version, _words)


def _words() -> Words:
    lists = vocabularies.load(_LISTS)
    bodies = SectoralBody.objects.filter(retired_at__isnull=True).order_by("acronym").values_list("code", "acronym")
    items = FrameworkItem.objects.filter(framework__code="BP2025", tier__in=["characteristic", "kra"])
    found = list(items.order_by("position", "code").values_list("tier", "code", "title"))
    issues = CrossPillarIssue.objects.order_by("number").values_list("number", "title", "lead_bodies")
    targets = lists["CL_SDG_TARGET"].choices.items()
    return Words(
        statuses=dict(lists["CL_ACTIVITY_STATUS"].choices),
        types=dict(lists["CL_ACTIVITY_TYPE"].choices),
        frequencies=dict(lists["CL_ACTIVITY_FREQUENCY"].choices),
        bodies=dict(bodies),
        characteristics={code: title for tier, code, title in found if tier == "characteristic"},
        kras=dict(sorted((code, title) for tier, code, title in found if tier == "kra")),
        issues={str(number): Issue(title, leads) for number, title, leads in issues},
        goals={code.partition(".")[0]: name.partition(": ")[2] or name for code, name in targets},
    )
