"""Reads of the obligation ledger: one person's work, completeness for boards, the queue for review. Reads only this."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, OuterRef, Q, Subquery
from django.utils import timezone

from .. import access, tools
from ..models import Obligation, Revision, RevisionContent
from ..states import NOT_OWED, REPORTED, Standing, State

RECENT = timedelta(days=365)
_SENT_BACK = (State.RETURNED, State.REOPENED)
# What a person should look at first.
_URGENCY = {
    standing: place
    for place, group in enumerate(
        (
            (Standing.OVERDUE, Standing.RETURNED),
            (Standing.MISSING,),
            (Standing.DRAFTING, Standing.DUE, Standing.REOPENED),
            (Standing.SUBMITTED,),
            (Standing.SCHEDULED,),
            (Standing.APPROVED, Standing.CERTIFIED_NIL, Standing.EXCUSED, Standing.NOT_APPLICABLE),
        )
    )
    for standing in group
}


def with_standing(now: datetime | None = None) -> Any:
    """Obligations with `standing`, `due_by` and `closes_by`, which their model does not declare."""
    return Obligation.objects.with_standing(now or timezone.now())


def my_obligations(user: Any, now: datetime | None = None) -> list[Obligation]:
    """What this person's bodies and states owe: open, to come, or closed within a year; the most urgent first."""
    now = now or timezone.now()
    found = (
        with_standing(now)
        .filter(access.own_obligations(user))
        .filter(Q(closes_by__gte=now - RECENT) | Q(state__in=_SENT_BACK))
        .select_related("round", "body", "state_area")
    )
    mine = [one for one in found if _concerns(user, one)]
    return sorted(mine, key=lambda one: (_URGENCY[Standing(one.standing)], one.due_by, one.pk))


def _concerns(user: Any, obligation: Obligation) -> bool:
    """Of the many reports of a state, those that this person has to do with; without a statement of its own."""
    own = tools.own_work(obligation.tool)
    return own is None or own.concerns(user, obligation)


@dataclass(frozen=True, slots=True)
class Tally:
    """How a set of reports stands. Shares are from 0 to 1, and None where nothing is owed: that is not zero."""

    numbers: Mapping[str, int] = field(default_factory=dict)  # by standing; those that occur
    in_time: int = 0  # reported, and first submitted by the deadline: one that was sent back counts in neither share

    @property
    def total(self) -> int:
        return sum(self.numbers.values())

    @property
    def owed(self) -> int:
        return sum(number for standing, number in self.numbers.items() if standing not in NOT_OWED)

    @property
    def reported(self) -> int:
        return sum(number for standing, number in self.numbers.items() if standing in REPORTED)

    @property
    def completeness(self) -> float | None:
        return self.reported / self.owed if self.owed else None

    @property
    def timeliness(self) -> float | None:
        return self.in_time / self.owed if self.owed else None

    def number(self, standing: str) -> int:
        return self.numbers.get(standing, 0)


@dataclass(frozen=True, slots=True)
class ReporterRow:
    """One body or state over the chosen periods."""

    code: str
    name: str
    tally: Tally


@dataclass(frozen=True, slots=True)
class Completeness:
    tool: str
    periods: tuple[int, ...]
    total: Tally
    bodies: tuple[ReporterRow, ...]
    states: tuple[ReporterRow, ...]


def completeness(tool: str, periods: Iterable[int] | None = None, now: datetime | None = None) -> Completeness:
    """Numbers of each standing by body and by state for these periods (TimePeriod keys; None: all). One statement."""
    now = now or timezone.now()
    found = with_standing(now).filter(round__tool=tool)
    if periods is not None:
        found = found.filter(round__period__in=list(periods))
    rows = (
        found.order_by()
        .values_list("round__period", "body__code", "body__acronym", "state_area__code", "state_area__name", "standing")
        .annotate(n=Count("pk"), in_time=Count("pk", filter=Q(first_submitted_at__lte=F("due_by"))))
    )
    held = list(rows)
    return Completeness(
        tool=tool,
        periods=tuple(sorted({row[0] for row in held}, reverse=True)),
        total=_tally(held),
        bodies=_by_reporter([(row[1], row[2], row) for row in held if row[1]]),
        states=_by_reporter([(row[3], row[4], row) for row in held if row[3]]),
    )


def by_period(tool: str, now: datetime | None = None) -> list[tuple[int, Tally]]:
    """How the reports of each period stand (TimePeriod keys, newest first). One statement."""
    found = (
        with_standing(now or timezone.now())
        .filter(round__tool=tool)
        .order_by()
        .values_list("round__period", "standing")
        .annotate(n=Count("pk"), in_time=Count("pk", filter=Q(first_submitted_at__lte=F("due_by"))))
    )
    held: dict[int, list[Any]] = defaultdict(list)
    for row in found:
        held[row[0]].append(row)
    return [(period, _tally(held[period])) for period in sorted(held, reverse=True)]


def _by_reporter(rows: list[tuple[str, str, Any]]) -> tuple[ReporterRow, ...]:
    held: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for code, name, row in rows:
        held[name, code].append(row)
    return tuple(ReporterRow(code, name, _tally(some)) for (name, code), some in sorted(held.items()))


def _tally(rows: Iterable[Any]) -> Tally:
    numbers: Counter[str] = Counter()
    in_time = 0
    for *_, standing, number, timely in rows:
        numbers[standing] += number
        in_time += timely if standing in REPORTED else 0
    return Tally(dict(numbers), in_time)


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A report that waits for review. `revision_id` is the version that an approval would be about."""

    obligation: Obligation
    revision_id: int | None
    revision_number: int | None
    waiting_days: int
    is_late: bool
    kept: int  # contradictions that the officers keep, with their reasons


def review_queue(now: datetime | None = None, *, tool: str = "") -> list[QueueRow]:
    """Submitted reports, the longest waiting first, in two statements."""
    now = now or timezone.now()
    latest = Revision.objects.filter(obligation=OuterRef("pk")).order_by("-number")
    found = (
        with_standing(now)
        .filter(state=State.SUBMITTED)
        .annotate(
            revision_id=Subquery(latest.values("pk")[:1]),
            revision_number=Subquery(latest.values("number")[:1]),
            content_id=Subquery(latest.values("content_id")[:1]),
        )
        .select_related("round", "body", "state_area", "submitted_by")
        .order_by(F("submitted_at").asc(nulls_last=True), "pk")
    )
    held = list(found.filter(round__tool=tool) if tool else found)
    kept = _kept({one.content_id for one in held if one.content_id})
    return [
        QueueRow(
            obligation=one,
            revision_id=one.revision_id,
            revision_number=one.revision_number,
            waiting_days=(now - one.submitted_at).days if one.submitted_at else 0,
            is_late=one.first_submitted_at is not None and one.first_submitted_at > one.due_by,
            kept=kept.get(one.content_id, 0),
        )
        for one in held
    ]


def _kept(content_ids: set[int]) -> dict[int, int]:
    found = RevisionContent.objects.filter(pk__in=content_ids).values_list("pk", "data")
    return {pk: sum(len(record.get("kept") or {}) for record in data.get("records", [])) for pk, data in found}
