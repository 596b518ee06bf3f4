"""The total of all Member States, by one rule for every page: only where each of them has a figure.

A sum over some of the states would look like a figure of ASEAN; who is in it changes from period to period. So there is
none, and the coverage (how many states, how much of the population) stands in its place.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from adme.common import formatting
from adme.observations import registry
from adme.observations.periods import TimePeriod, year_key
from adme.reference.models import AreaMembership

RULE = "A total of ASEAN is given only for a period in which every Member State has a figure"
POPULATION, OLDEST = "WB_WDI:SP.POP.TOTL", 5  # years; the population behind the coverage of KPIs, as old at most


class Regional(NamedTuple):
    """The sum over all Member States of a period, or None with how many of them have a figure, and the share of the
    members' population that lives in these (0 to 1; None where the population of a member is not known)."""

    value: float | None
    states: int
    of: int
    population: float | None = None

    @property
    def coverage(self) -> str:
        """`7 of 11 states, 52 % of population`."""
        return formatting.coverage(self.states, self.of, self.population)


class Populations:
    """People of each member by year, read once."""

    def __init__(self, areas: Collection[str]) -> None:
        self._held: dict[str, dict[int, float]] = {}
        for point in registry.read([POPULATION], areas=sorted(areas)) if areas else ():
            if point.value is not None:
                self._held.setdefault(point.area, {})[point.period] = point.value

    def share(self, areas: Iterable[str], members: Sequence[str], year: int) -> float | None:
        """Of the members' population in a year, or the latest of the few years before it."""
        known = {area: number for area in members if (number := self._of(area, year)) is not None}
        if not known or len(known) < len(members):
            return None
        return math.fsum(known[area] for area in areas if area in known) / math.fsum(known.values())

    def _of(self, area: str, year: int) -> float | None:
        held = self._held.get(area, {})
        keys = (year_key(one) for one in range(year, year - OLDEST - 1, -1))
        return next((held[key] for key in keys if key in held), None)


def members_of(period: int, members: Sequence[AreaMembership]) -> list[str]:
    """Codes of the states that were members on the last day of the period."""
    day = TimePeriod.from_key(period).last_day
    return [one.area.code for one in members if one.holds_on(day)]


def regional(
    period: int,
    values: Mapping[str, float],
    *,
    members: Sequence[AreaMembership],
    populations: Populations,
    is_additive: bool,
    not_applicable: Collection[str] = (),
) -> Regional:
    """`values`: of this period by state. States whose report does not apply have nothing that could be counted."""
    everyone = members_of(period, members)
    owing = [state for state in everyone if state not in not_applicable]
    had = [state for state in owing if state in values]
    is_whole = bool(had) and len(had) == len(owing) and is_additive
    share = populations.share(had, everyone, TimePeriod.from_key(period).year)
    return Regional(sum(values[state] for state in had) if is_whole else None, len(had), len(owing), share)
