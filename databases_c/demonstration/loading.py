"""Loads the demonstration of Database C once: past rounds, submissions of all sets and states, their statistics."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from django.conf import settings
from django.db import transaction
from django.db.models import F

from adme.accounts import demonstration as people
from adme.ingest.models import BatchState, ImportBatch
from adme.jobs.models import Job, JobState
from adme.observations.periods import TimePeriod
from adme.reporting import vocabularies
from adme.reporting.models import Notice, Obligation, ReportingSchedule
from adme.reporting.services.calendar import keep_ledger
from adme.reporting.states import State

from ..compiling import CannotCompile
from ..models import TOOL_PREFIX, RecipeVersion, RecordSet, Submission
from ..services import compile as compiling
from ..services import publish, storing
from ..services.discard import discard_rows
from ..tool import CLOSES, DUE, OPENS
from .fates import LAST_YEAR, Ending, Fate, fate_of
from .figures import Figures
from .hints import Hints, read_hints
from .history import Play
from .past import Past
from .rows import FIRST_YEAR, Subject

# Four periods of each frequency.
FIRST = {"A": str(FIRST_YEAR), "S": f"{LAST_YEAR - 1}-S1", "Q": f"{LAST_YEAR}-Q1"}
LAST = {"A": str(LAST_YEAR), "S": f"{LAST_YEAR}-S2", "Q": f"{LAST_YEAR}-Q4"}
ACTOR = "load_demo_records"
LOOKED_AT = frozenset({"IDN", "VNM"})  # as in fixtures/demo_users.csv
FINISHED = frozenset({Ending.APPROVED, Ending.NIL, Ending.EXCUSED, Ending.NOTHING})
WAITING = (State.SUBMITTED, State.RETURNED)


def is_loaded() -> bool:
    return Submission.objects.filter(is_demonstration=True).exists()


@transaction.atomic
def load() -> dict[str, int]:
    """Everything or nothing; a second call finds it and changes nothing."""
    if is_loaded():
        return {}
    sets = list(RecordSet.objects.filter(retired_at__isnull=True, current__isnull=False).select_related("current"))
    owed = _calendar(sets)
    hints = read_hints(settings.BASE_DIR / "fixtures" / "demonstration" / "records.csv")
    for record_set in sets:
        _play(record_set, owed[record_set.tool], hints.get(record_set.code, Hints()))
    compiled = _compile(sets)
    _settle()
    held = [one.pk for reports in owed.values() for one in reports]
    return {
        "record sets": len(sets),
        "submissions": Submission.objects.filter(is_demonstration=True).count(),
        "reports": Obligation.objects.filter(pk__in=held).exclude(state=State.DUE).count(),
        "compilations": compiled,
    }


def _calendar(sets: Sequence[RecordSet]) -> Mapping[str, list[Obligation]]:
    """Past rounds by schedules of their own; those that go on come from the shipped calendar. Reports by tool."""
    made = ReportingSchedule.objects.bulk_create(
        [
            ReportingSchedule(
                tool=one.tool, frequency=one.periodicity, first_period=FIRST[one.periodicity],
                last_period=LAST[one.periodicity], opens_after_start=OPENS, due_after_end=DUE, closes_after_end=CLOSES,
            )
            for one in sets
        ]
    )  # fmt: skip
    keep_ledger()
    Obligation.objects.filter(round__schedule__in=made).update(is_demonstration=True)
    found: dict[str, list[Obligation]] = defaultdict(list)
    held = Obligation.objects.filter(round__schedule__in=made, state_area__isnull=False)
    for one in held.select_related("round", "state_area").order_by("state_area__code", "round__period"):
        found[one.tool].append(one)
    return found


def _play(record_set: RecordSet, owed: Sequence[Obligation], hints: Hints) -> None:
    """In the order of periods: every version is compared with what was approved before. What people look at first goes
    step by step through the services, everything else is written at once."""
    last = TimePeriod.parse(LAST[record_set.periodicity])
    plays = _plays(record_set, owed, hints)
    past, stepwise = Past(), []
    for obligation, fate in _fates(record_set, owed, hints, last):
        if obligation.round.period == last.key and _is_looked_at(obligation, fate):
            stepwise.append((obligation, fate))
        else:
            past.add(obligation, fate, plays[obligation.state_area_id])
    past.write()
    for obligation, fate in stepwise:
        plays[obligation.state_area_id].report(obligation, fate)


def _is_looked_at(obligation: Obligation, fate: Fate) -> bool:
    """In the last period: reports of the states that have a demonstration user, and those that are not finished."""
    state = obligation.state_area.code if obligation.state_area else ""
    return state in LOOKED_AT or fate.is_revised or fate.ending not in FINISHED


def _plays(record_set: RecordSet, owed: Sequence[Obligation], hints: Hints) -> dict[int | None, Play]:
    assert record_set.current is not None  # noqa: S101 - chosen so
    layout = record_set.current.read_layout()
    lists = vocabularies.load({one.code_list for one in layout.columns if one.code_list})
    reviewer = people.reviewer()
    found: dict[int | None, Play] = {}
    for area in {one.state_area_id: one.state_area for one in owed}.values():
        if area is not None:
            subject = Subject(record_set.code, record_set.kind, area.code, layout, hints, lists)
            found[area.pk] = Play(record_set, subject, people.focal_point_of(area), reviewer)
    return found


def _fates(
    record_set: RecordSet, owed: Sequence[Obligation], hints: Hints, last: TimePeriod
) -> Iterator[tuple[Obligation, Fate]]:
    for one in owed:
        state = one.state_area.code if one.state_area else ""
        period = TimePeriod.from_key(one.round.period)
        is_nil = state in hints.nil
        yield one, fate_of(record_set.code, state, period, is_last=period == last, is_nil=is_nil)


def _compile(sets: Sequence[RecordSet]) -> int:
    """What the jobs of the approvals would do, told once."""
    recipes: dict[str, list[RecipeVersion]] = defaultdict(list)
    in_force = RecipeVersion.objects.filter(state=RecipeVersion.State.IN_FORCE, statistic__retired_at__isnull=True)
    for one in in_force.select_related("statistic__record_set", "layout").order_by("statistic__code"):
        recipes[f"{TOOL_PREFIX}{one.statistic.record_set.code}"].append(one)
    held = Obligation.objects.filter(is_demonstration=True, round__tool__in=[one.tool for one in sets])
    held = held.filter(state__in=[State.APPROVED, State.CERTIFIED_NIL]).select_related("round", "state_area")
    figures, current = Figures(), _current()
    for obligation in held.order_by("round__period", "pk"):
        for version in recipes[obligation.tool]:
            try:
                planned = compiling.plan(obligation, current.get(obligation.pk), version)
                figures.add(compiling.Computed(planned, compiling.carry_out(planned)))
            except CannotCompile:
                continue
    count = figures.write(ACTOR)
    with_rows = Submission.objects.filter(
        is_demonstration=True, is_current=True, obligation__state=State.APPROVED,
        version__record_set__discards_rows=True,
    )  # fmt: skip
    for submission in with_rows.select_related("version__record_set"):
        discard_rows(submission, actor=ACTOR)
    told = [one.statistic for of_tool in recipes.values() for one in of_tool]
    storing.announce(told, trigger="demonstration records", actor=ACTOR)
    return count


def _current() -> dict[int, Submission]:
    """What each approved report holds; a report that is certified nil holds nothing."""
    found = Submission.objects.filter(is_demonstration=True, is_current=True).select_related("version")
    return {one.obligation_id: one for one in found}


def _settle() -> None:
    """Years of mails and computations were queued: nobody is written to, and the KPIs are computed once."""
    told = Notice.objects.filter(obligation__is_demonstration=True, obligation__round__tool__startswith=TOOL_PREFIX)
    told.exclude(obligation__state__in=WAITING).delete()
    told.update(mailed_at=F("created_at"))
    put_in = ImportBatch.objects.filter(submission__is_demonstration=True, submission__used_at__isnull=False)
    ImportBatch.objects.filter(pk__in=put_in.values("pk")).update(
        state=BatchState.APPLIED, approved_by=F("created_by"), applied_at=F("created_at")
    )
    Job.objects.filter(name__in=("reporting.mail", publish.COMPILE), state=JobState.QUEUED).delete()
