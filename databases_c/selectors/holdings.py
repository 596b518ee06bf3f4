"""What the record sets hold: by set, state and year what was approved, how complete, how timely, of which quality.

Reads the ledger and what was approved; nothing of a draft. A number of records is itself a figure about persons where
one record is about one person: then only its order of magnitude is told, and nothing where the total of a statistic of
these records is suppressed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NamedTuple

from django.db.models import Count, Exists, Max, OuterRef, Subquery, Sum
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.utils import timezone

from adme.common.asked import Asked
from adme.observations.periods import TimePeriod
from adme.reference.selectors import membership
from adme.reporting.models import Obligation, Revision
from adme.reporting.states import REPORTED, Standing
from adme.reporting.transitions import Act

from ..models import TOOL_PREFIX, RecordSet, Statistic, StatisticObservation, Submission, Verdict

BANDS = (0, 100, 1_000, 10_000)  # numbers of records from which a band begins
ENOUGH = 100  # records about persons below which no rate is told: with it their number could be worked out


class Kind(StrEnum):
    """What is known of one report. Only HELD has records; of the others none is a zero."""

    HELD = "held"  # approved, and its records were compiled
    NIL = "nil"  # certified that there is nothing to report
    NOT_APPLICABLE = "not_applicable"
    EXCUSED = "excused"
    MISSING = "missing"  # the deadline has passed
    WAITING = "waiting"  # sent, not yet approved; or sent back
    OPEN = "open"  # the deadline is to come
    NOT_OWED = "not_owed"  # there is no such report


class Timing(StrEnum):
    IN_TIME = "in_time"
    LATE = "late"
    RETURNED = "returned"
    MISSING = "missing"
    OPEN = "open"
    ASIDE = "aside"


IN = frozenset({Kind.HELD, Kind.NIL})
_ASIDE = {Standing.NOT_APPLICABLE: Kind.NOT_APPLICABLE, Standing.EXCUSED: Kind.EXCUSED}
_WAITING = frozenset({Standing.SUBMITTED, Standing.RETURNED, Standing.REOPENED, Standing.CERTIFIED_NIL})
_LATE = frozenset({Standing.OVERDUE, Standing.MISSING})
# Of several periods of a year the cell tells the one that asks for most.
_LOUDEST = (Kind.MISSING, Kind.WAITING, Kind.OPEN, Kind.EXCUSED, Kind.NOT_APPLICABLE, Kind.NIL)


@dataclass(frozen=True, slots=True)
class Filters(Asked):
    """What the address asks for; '' asks for nothing, of the year for the latest one with a report in."""

    year: str = ""
    body: str = ""
    set: str = ""
    state: str = ""


class SetInfo(NamedTuple):
    code: str
    title: str
    body: str
    acronym: str
    periodicity: str
    unit: str
    is_personal: bool
    is_proposed: bool
    is_demonstration: bool


class Report(NamedTuple):
    """One report of the ledger. `key` is the public id of the submission that was approved, or ''."""

    pk: int
    set: str
    state: str
    period: int
    year: int
    kind: Kind
    timing: Timing
    is_owed: bool
    key: str
    is_demonstration: bool


class Sent(NamedTuple):
    """An approved submission. `versions`: how many files were sent for its report until now, rejected ones too."""

    verdict: str
    read: int
    accepted: int
    errors: int
    warnings: int
    units_known: int | None
    units_reporting: int | None
    versions: int
    is_demonstration: bool


def record_sets() -> tuple[SetInfo, ...]:
    """All sets that are not retired, by body and title. One statement."""
    found = RecordSet.objects.filter(retired_at=None).order_by("body__acronym", "title")
    columns = (
        "code", "title", "body__code", "body__acronym", "periodicity", "unit_of_record", "is_personal", "is_proposed",
        "is_demonstration",
    )  # fmt: skip
    return tuple(SetInfo(*row) for row in found.values_list(*columns))


def stamp(tool: str = "") -> dict[str, Any]:
    """Changes whenever an act of the workflow, a new report or an extension does, and with the day. One statement."""
    told: dict[str, Any] = _obligations(tool).aggregate(
        reports=Count("pk"), acts=Sum("version"), saves=Sum("content_version"), later=Max("extended_until")
    )
    return {**told, "day": timezone.localdate().isoformat(), "hour": timezone.now().hour}


def ledger(tool: str = "", now: datetime | None = None) -> tuple[Report, ...]:
    """Reports of this tool, or of all record sets, by period. One statement."""
    now = now or timezone.now()
    acts = Revision.objects.filter(obligation=OuterRef("pk")).order_by("-number")
    first_record = KeyTransform("0", KeyTransform("records", "content__data"))
    found = (
        _obligations(tool)
        .with_standing(now)
        .annotate(
            approved=Exists(acts.filter(act=Act.APPROVE)),
            last=Subquery(acts.filter(act__in=[Act.APPROVE, Act.CERTIFY_NIL, Act.RETURN]).values("act")[:1]),
            key=Subquery(
                acts.filter(act=Act.APPROVE).annotate(key=KeyTextTransform("key", first_record)).values("key")[:1]
            ),
        )
        .order_by("round__period", "round__tool", "state_area__name")
        .values_list(
            "pk", "round__tool", "state_area__code", "round__period", "standing", "approved", "last", "key",
            "first_submitted_at", "due_by", "is_demonstration",
        )
    )  # fmt: skip
    return tuple(_report(*row, now=now) for row in found)


def _obligations(tool: str) -> Any:
    known = Obligation.objects.filter(state_area__isnull=False)
    return known.filter(round__tool=tool) if tool else known.filter(round__tool__startswith=TOOL_PREFIX)


def _report(
    pk: int, tool: str, state: str, period: int, standing: str, approved: bool, last: str | None, key: str | None,
    sent: datetime | None, due: datetime, demonstration: bool, *, now: datetime,
) -> Report:  # fmt: skip
    kind = _kind(standing, approved, key or "", last)
    owed = kind in IN or standing not in {*_ASIDE, Standing.SCHEDULED}
    return Report(
        pk=pk,
        set=tool.removeprefix(TOOL_PREFIX),
        state=state,
        period=period,
        year=TimePeriod.from_key(period).year,
        kind=kind,
        timing=_timing(kind, standing, sent, due, now),
        is_owed=owed,
        key=(key or "") if kind == Kind.HELD else "",
        is_demonstration=demonstration,
    )


def _kind(standing: str, approved: bool, key: str, last: str | None) -> Kind:
    """An approved report that was reopened still holds what was approved; one without a submission is nil."""
    if last == Act.CERTIFY_NIL:
        return Kind.NIL
    if approved:
        return Kind.HELD if key else Kind.NIL
    if standing in _ASIDE:
        return _ASIDE[Standing(standing)]
    if standing in _LATE:
        return Kind.MISSING
    return Kind.WAITING if standing in _WAITING else Kind.OPEN


def _timing(kind: Kind, standing: str, sent: datetime | None, due: datetime, now: datetime) -> Timing:
    if kind in {Kind.NOT_APPLICABLE, Kind.EXCUSED}:
        return Timing.ASIDE
    if sent is not None and (kind in IN or standing in REPORTED):
        return Timing.IN_TIME if sent <= due else Timing.LATE
    if standing == Standing.RETURNED:
        return Timing.RETURNED
    return Timing.MISSING if due < now else Timing.OPEN


@dataclass(frozen=True, slots=True)
class Numbers:
    """What a group of reports comes to. Sums of records leave out sets about persons and what is suppressed; None is
    not known. Rates are per 1,000 records read."""

    kinds: Mapping[str, int] = field(default_factory=dict)
    timings: Mapping[str, int] = field(default_factory=dict)
    verdicts: Mapping[str, int] = field(default_factory=dict)
    owed: int = 0
    came_in: int = 0
    units_known: int = 0
    units_reporting: int = 0
    units_told: int = 0  # reports that name both
    records: int | None = None
    untold: int = 0  # held reports whose number of records is not told
    errors_rate: float | None = None
    warnings_rate: float | None = None
    versions: int = 0
    held: int = 0

    @property
    def units_share(self) -> float | None:
        return self.units_reporting / self.units_known if self.units_known else None

    @property
    def versions_per_report(self) -> float | None:
        return self.versions / self.held if self.held else None

    @property
    def closed(self) -> int:
        """Reports that were handed in, or whose deadline has passed."""
        return sum(self.timings.get(one, 0) for one in (Timing.IN_TIME, Timing.LATE, Timing.RETURNED, Timing.MISSING))


@dataclass(frozen=True, slots=True)
class Cell:
    """What one set holds of one state in one year. `records` None: not told. `band`: place in BANDS, None if not told.
    `is_part`: not every period of the year is in."""

    kind: Kind
    records: int | None = None
    band: int | None = None
    is_part: bool = False
    periods: tuple[tuple[str, Kind], ...] = ()


@dataclass(frozen=True)
class Holdings:
    """`rows`: reports that the filters leave, of all years. `year`: the one that is shown, None while there is none."""

    filters: Filters
    sets: tuple[SetInfo, ...]
    every_set: tuple[SetInfo, ...]
    states: Mapping[str, str]
    every_state: Mapping[str, str]
    years: tuple[int, ...]
    every_year: tuple[int, ...]
    year: int | None
    rows: tuple[Report, ...]
    sent: Mapping[str, Sent]
    suppressed: Collection[tuple[str, str, int]]  # set, state, period whose total may not be told

    @property
    def by_code(self) -> dict[str, SetInfo]:
        return {one.code: one for one in self.every_set}

    @property
    def bodies(self) -> dict[str, str]:
        return {one.body: one.acronym for one in self.every_set}

    @property
    def has_demonstration(self) -> bool:
        return any(one.is_demonstration for one in self.rows) or any(one.is_demonstration for one in self.sets)

    @property
    def shown(self) -> tuple[Report, ...]:
        return tuple(one for one in self.rows if one.year == self.year)

    def tells_number(self, report: Report) -> bool:
        return (report.set, report.state, report.period) not in self.suppressed

    def cell(self, reports: Collection[Report]) -> Cell:
        """Of the reports of one set, state and year."""
        if not reports:
            return Cell(Kind.NOT_OWED)
        periods = tuple((str(TimePeriod.from_key(one.period)), one.kind) for one in reports)
        kinds = {one.kind for one in reports}
        if Kind.HELD not in kinds:
            return Cell(next((kind for kind in _LOUDEST if kind in kinds), Kind.NOT_OWED), periods=periods)
        held = [one for one in reports if one.kind == Kind.HELD]
        number = None
        if all(self.tells_number(one) and one.key in self.sent for one in held):
            number = sum(self.sent[one.key].accepted for one in held)
        band = None if number is None else sum(number >= least for least in BANDS) - 1
        personal = self.by_code[held[0].set].is_personal
        is_part = bool(kinds - {Kind.HELD, Kind.NIL, Kind.NOT_APPLICABLE})
        return Cell(Kind.HELD, None if personal else number, band, is_part, periods)

    def grid(self) -> dict[tuple[str, str, int], Cell]:
        """By set, state and year."""
        found: dict[tuple[str, str, int], list[Report]] = defaultdict(list)
        for one in self.rows:
            found[one.set, one.state, one.year].append(one)
        return {key: self.cell(reports) for key, reports in found.items()}

    def numbers(self, reports: Iterable[Report]) -> Numbers:
        rows = list(reports)
        held = [(one, self.sent[one.key]) for one in rows if one.key in self.sent]
        told = [sent for one, sent in held if self.tells_number(one) and not self.by_code[one.set].is_personal]
        units = [
            (sent.units_known, sent.units_reporting)
            for _, sent in held
            if sent.units_known is not None and sent.units_reporting is not None
        ]
        return Numbers(
            kinds=Counter(one.kind for one in rows),
            timings=Counter(one.timing for one in rows if one.is_owed),
            verdicts=Counter(sent.verdict for _, sent in held),
            owed=sum(one.is_owed for one in rows),
            came_in=sum(one.kind in IN for one in rows),
            units_known=sum(known for known, _ in units),
            units_reporting=sum(reporting for _, reporting in units),
            units_told=len(units),
            records=sum(one.accepted for one in told) if told else None,
            untold=len(held) - len(told),
            errors_rate=self._rate(held, told, "errors"),
            warnings_rate=self._rate(held, told, "warnings"),
            versions=sum(sent.versions for _, sent in held),
            held=len(held),
        )

    def _rate(self, held: list[tuple[Report, Sent]], told: list[Sent], what: str) -> float | None:
        """Of a set about persons only where there are many, and rounded, so that no number follows from it."""
        only_personal = held and all(self.by_code[one.set].is_personal for one, _ in held)
        if only_personal and not all(self.tells_number(one) for one, _ in held):
            return None
        among = [sent for _, sent in held] if only_personal else told
        read = sum(one.read for one in among)
        if not read or (only_personal and read < ENOUGH):
            return None
        rate = 1000 * sum(getattr(one, what) for one in among) / read
        return float(round(rate)) if only_personal else rate


def holdings(filters: Filters, sets: tuple[SetInfo, ...], now: datetime | None = None) -> Holdings | None:
    """Four statements beside the sets. None: the address asks for a code or a year that does not exist."""
    known = {one.code for one in sets}
    reports = [one for one in ledger(now=now) if one.set in known]
    every_state = states_of(reports)
    every_year = tuple(sorted({one.year for one in reports}))
    asked = (
        (filters.year, {str(one) for one in every_year}),
        (filters.body, {one.body for one in sets}),
        (filters.set, known),
        (filters.state, every_state),
    )
    if any(code and code not in codes for code, codes in asked):
        return None
    chosen = tuple(one for one in sets if filters.set in {"", one.code} and filters.body in {"", one.body})
    left = {one.code for one in chosen}
    rows = tuple(one for one in reports if one.set in left and filters.state in {"", one.state})
    return Holdings(
        filters=filters,
        sets=chosen,
        every_set=sets,
        states={code: name for code, name in every_state.items() if filters.state in {"", code}},
        every_state=every_state,
        years=tuple(sorted({one.year for one in rows})),
        every_year=every_year,
        year=int(filters.year) if filters.year else latest_year(rows),
        rows=rows,
        sent=_sent({one.pk for one in rows if one.key}),
        suppressed=suppressed_totals(),
    )


def latest_year(rows: Iterable[Report]) -> int | None:
    """The latest year of which a report is in; else the latest of which one is owed."""
    held = list(rows)
    for among in ([one for one in held if one.kind in IN], [one for one in held if one.is_owed], held):
        if among:
            return max(one.year for one in among)
    return None


def states_of(reports: Iterable[Report], on: date | None = None) -> dict[str, str]:
    """Member States of today, and others that owe or owed a report; in ASEAN's order. One statement."""
    day, owing = on or timezone.localdate(), {one.state for one in reports}
    return {one.area.code: one.area.name for one in membership("ASEAN") if one.holds_on(day) or one.area.code in owing}


def suppressed_totals() -> frozenset[tuple[str, str, int]]:
    """Set, state and period of every current total that is suppressed. One statement."""
    found = StatisticObservation.objects.filter(closed_at=None, obs_status="Q", series__dimensions="")
    return frozenset(
        found.order_by().values_list("series__statistic__record_set__code", "series__area__code", "period")
    )


def _sent(reports: Collection[int]) -> dict[str, Sent]:
    """Submissions of these reports by public id; versions count every file that was sent. One statement."""
    rows = list(
        Submission.objects.filter(obligation__round__tool__startswith=TOOL_PREFIX)
        .order_by()
        .values_list(
            "obligation_id", "public_id", "verdict", "counts", "units_known", "units_reporting", "is_demonstration"
        )
    )
    versions = Counter(row[0] for row in rows)
    return {
        str(key): Sent(
            verdict=verdict,
            read=_number(counts, "read"),
            accepted=_number(counts, "accepted"),
            errors=_number(counts, "errors"),
            warnings=_number(counts, "warnings"),
            units_known=known,
            units_reporting=reporting,
            versions=versions[report],
            is_demonstration=demonstration,
        )
        for report, key, verdict, counts, known, reporting, demonstration in rows
        if report in reports and verdict != Verdict.REJECTED
    }


def _number(counts: Mapping[str, Any], name: str) -> int:
    value = counts.get(name, 0)
    return int(value) if isinstance(value, int | float) else 0


class StatisticLine(NamedTuple):
    """A statistic as the overview lists it: the newest period with a figure, and how many states have one."""

    code: str
    title: str
    unit: str
    set: str
    is_proposed: bool
    period: int | None
    states: int
    suppressed: int


def statistics_of(sets: Collection[str]) -> list[StatisticLine]:
    """Statistics of these sets in the order of their codes. Two statements."""
    told = (
        StatisticObservation.objects.filter(
            closed_at=None, series__dimensions="", series__statistic__record_set__code__in=list(sets)
        )
        .order_by()
        .values_list("series__statistic_id", "period")
        .annotate(states=Count("value"), rows=Count("pk"))
    )
    newest: dict[int, tuple[int, int, int]] = {}
    for pk, period, states, rows in told:
        newest[pk] = max(newest.get(pk, (0, 0, 0)), (period, states, rows - states))
    found = Statistic.objects.filter(retired_at=None, record_set__code__in=list(sets)).order_by("title")
    lines = []
    for row in found.values_list("pk", "code", "title", "unit", "record_set__code", "is_proposed"):
        period, states, without = newest.get(row[0], (None, 0, 0))
        lines.append(StatisticLine(row[1], row[2], row[3], row[4], row[5], period, states, without))
    return lines
