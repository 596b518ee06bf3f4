"""Which reports of a tool are in, year by year: what makes a count of a year known, and its coverage by bodies."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils import timezone

from adme.observations.periods import TimePeriod
from adme.reporting.models import Obligation, Revision
from adme.reporting.states import Standing
from adme.reporting.transitions import Act

_SET_ASIDE = frozenset({Standing.NOT_APPLICABLE, Standing.EXCUSED})


@dataclass(frozen=True, slots=True)
class Report:
    """One report of one body or state. `is_in`: approved, or certified that there is nothing to report."""

    body: str  # code, or ''
    state: str  # area code, or ''
    year: int
    is_in: bool
    is_demonstration: bool


def reports(tool: str, *, as_of: datetime | None = None) -> list[Report]:
    """Reports that are owed or in, by what was known at `as_of`. One statement.

    An approved report that was reopened stays in, as its facts do. What was set aside is not owed; only the newest
    standing of that is stored, so a reading of the past takes it as it is now.
    """
    acts = Revision.objects.filter(obligation=OuterRef("pk"))
    if as_of is not None:
        acts = acts.filter(at__lte=as_of)
    nil = acts.filter(act__in=[Act.CERTIFY_NIL, Act.RETURN]).order_by("-number").values("act")[:1]
    rows = (
        Obligation.objects.filter(round__tool=tool)
        .with_standing(as_of or timezone.now())
        .annotate(approved=Exists(acts.filter(act=Act.APPROVE)), nil=Subquery(nil))
        .order_by("round__period", "body__code", "state_area__code")
        .values_list(
            "body__code", "state_area__code", "round__period", "standing", "approved", "nil", "is_demonstration"
        )
    )
    found = []
    for body, state, period, standing, approved, last, demonstration in rows:
        is_in = approved or last == Act.CERTIFY_NIL
        if is_in or standing not in _SET_ASIDE:
            found.append(Report(body or "", state or "", TimePeriod.from_key(period).year, is_in, demonstration))
    return found


def any_demonstration(tool: str) -> bool:
    """Does a report that was made up stand among those that are in? One statement."""
    done = Q(revisions__act__in=[Act.APPROVE, Act.CERTIFY_NIL])
    return Obligation.objects.filter(done, round__tool=tool, is_demonstration=True).exists()


def years_with_any(found: Iterable[Report]) -> set[int]:
    """Years of which at least one report is in: only then is a count of nothing a zero."""
    return {one.year for one in found if one.is_in}


def by_reporter(found: Iterable[Report]) -> dict[int, dict[str, bool]]:
    """For each year who owes, and whether all that it owes for the year is in."""
    years: dict[int, dict[str, bool]] = defaultdict(dict)
    for one in found:
        owed = years[one.year]
        reporter = one.body or one.state
        owed[reporter] = owed.get(reporter, True) and one.is_in
    return dict(years)
