"""Names of what the summary of Tool 2 counts: kept in the cache, for they change only with a data version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from adme.observations.keeping import kept
from adme.reference.models import SectoralBody
from adme.reference.selectors import membership
from adme.reporting import vocabularies


class Member(NamedTuple):
    name: str
    since: date | None
    until: date | None

    def in_year(self, year: int) -> bool:
        """On the last day of the year."""
        day = date(year, 12, 31)
        return (self.since is None or self.since <= day) and (self.until is None or day < self.until)


@dataclass(frozen=True, slots=True)
class Words:
    """Names of what is counted, each in its order."""

    statuses: Mapping[str, str]
    types: Mapping[str, str]
    policies: Mapping[str, str]
    bodies: Mapping[str, str]
    states: Mapping[str, Member]


def words(version: int | None = None) -> Words:
    """Three statements, or none when the cache holds the words of this data version."""
    return kept("tool2:words", version, _words)


def _words() -> Words:
    lists = vocabularies.load(["CL_ACTIVITY_STATUS", "CL_DECLARATION_TYPE", "CL_POLICY_KIND"])
    bodies = SectoralBody.objects.filter(retired_at__isnull=True).order_by("acronym").values_list("code", "acronym")
    states = {one.area.code: Member(one.area.name, one.joined_on, one.left_on) for one in membership("ASEAN")}
    return Words(
        statuses=dict(lists["CL_ACTIVITY_STATUS"].choices),
        types=dict(lists["CL_DECLARATION_TYPE"].choices),
        policies=dict(lists["CL_POLICY_KIND"].choices),
        bodies=dict(bodies),
        states=states,
    )
