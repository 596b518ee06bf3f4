"""Schedules as analysts set them: checked, with a reason, audited, and told to whom an open deadline moves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from adme.audit import services as audit
from adme.observations.periods import PeriodError, TimePeriod

from ..errors import BadValues, FieldProblem, NotAllowedNow, ReasonNeeded
from ..models import ReportingRound, ReportingSchedule
from ..models.calendar import Frequency
from ..rounds import days_of, first_day, periods_of
from . import notices

if TYPE_CHECKING:
    from adme.accounts.models import User

_FIXED = ("tool", "frequency", "first_period")
DAYS = ("opens_after_start", "due_after_end", "closes_after_end")
FIELDS = (*_FIXED, "last_period", *DAYS)
_LIMITS = {"opens_after_start": (-366, 366), "due_after_end": (0, 1000), "closes_after_end": (0, 3650)}


@transaction.atomic
def set_schedule(
    *,
    tool: str,
    frequency: str,
    first_period: str,
    last_period: str = "",
    opens_after_start: int,
    due_after_end: int,
    closes_after_end: int,
    reason: str,
    by: User,
    schedule_id: int | None = None,
    open_rounds_too: bool = False,
    now: datetime | None = None,
) -> ReportingSchedule:
    """Make a schedule, or change one. Rounds that have not opened follow it; open ones only when asked.

    A schedule that a person made or changed is the analysts' own from then on: loading the files leaves it alone.
    Raises BadValues, ReasonNeeded, NotAllowedNow.
    """
    now = now or timezone.now()
    wanted = {
        "tool": tool.strip(),
        "frequency": frequency,
        "first_period": first_period.strip(),
        "last_period": last_period.strip(),
        "opens_after_start": opens_after_start,
        "due_after_end": due_after_end,
        "closes_after_end": closes_after_end,
    }
    if not reason.strip():
        raise ReasonNeeded("Say why the calendar changes; it stands in the audit trail.")
    problems = faults(wanted)
    if problems:
        raise BadValues(tuple(problems))
    schedule = _locked(schedule_id)
    before = {name: getattr(schedule, name) for name in FIELDS} if schedule.pk else None
    _may_become(schedule, wanted)
    for name, value in wanted.items():
        setattr(schedule, name, value)
    schedule.from_file = False
    _save(schedule)
    moved = _follow(schedule, now, open_rounds_too)
    notices.after_moved_rounds(
        rounds=[one for one in moved if one.opens_at <= now], reason=reason.strip(), by=by, now=now
    )
    audit.record(
        action="schedule.changed" if before else "schedule.made",
        actor=by.email,
        target=f"schedule:{schedule.pk}",
        before=before,
        after={**wanted, "rounds moved": [one.period_label for one in moved]},
        reason=reason.strip(),
    )
    return schedule


def _locked(schedule_id: int | None) -> ReportingSchedule:
    if schedule_id is None:
        return ReportingSchedule()
    return ReportingSchedule.objects.select_for_update(no_key=True).get(pk=schedule_id)


def _save(schedule: ReportingSchedule) -> None:
    try:
        with transaction.atomic():
            schedule.save()
    except IntegrityError:
        sentence = (
            f"First period: {schedule.tool} has a schedule from {schedule.first_period} already; change that one."
        )
        raise BadValues((FieldProblem("first_period", "not_unique", schedule.first_period, sentence),)) from None


def _may_become(schedule: ReportingSchedule, wanted: dict[str, Any]) -> None:
    """What rounds stand on is not changed under them, and no round is left without its schedule."""
    made = (
        list(ReportingRound.objects.filter(schedule=schedule).values_list("period", flat=True)) if schedule.pk else []
    )
    if made and any(getattr(schedule, name) != wanted[name] for name in _FIXED):
        raise NotAllowedNow(
            "Reports of this schedule exist already. To change how often it is reported, give this schedule a last "
            "period and add another that begins after it."
        )
    probe = ReportingSchedule(**wanted)
    others = ReportingSchedule.objects.filter(tool=wanted["tool"], retired_at__isnull=True).exclude(pk=schedule.pk)
    _no_round_is_cut_off(probe, list(others), made)
    for other in others:
        held = list(ReportingRound.objects.filter(schedule=other).values_list("period", flat=True))
        _no_round_is_cut_off(other, [probe], held)


def _no_round_is_cut_off(schedule: ReportingSchedule, others: list[ReportingSchedule], made: list[int]) -> None:
    if not made:
        return
    latest = max(made, key=lambda key: TimePeriod.from_key(key).last_day)
    for period in periods_of(schedule, others=others):
        if period.key == latest:
            return
        if period.last_day > TimePeriod.from_key(latest).last_day:
            break
    label = TimePeriod.from_key(latest)
    raise NotAllowedNow(
        f"The reports for {label} have been asked for already, and this change would leave them without a schedule. "
        f"Let the present schedule go on to {label} and begin the new one after it."
    )


def faults(wanted: dict[str, Any]) -> list[FieldProblem]:
    """What is wrong with the values of a schedule, for the form and for the loader."""
    found = []
    if not wanted["tool"] or len(wanted["tool"]) > 40:
        found.append(FieldProblem("tool", "missing", wanted["tool"], "Tool: choose the tool that is reported."))
    if wanted["frequency"] not in Frequency.values:
        hint = f"Frequency: write one of {', '.join(Frequency.values)}."
        found.append(FieldProblem("frequency", "unknown_code", str(wanted["frequency"]), hint))
    else:
        found += _period_faults(wanted)
    for name, (lowest, highest) in _LIMITS.items():
        value = wanted[name]
        if not isinstance(value, int) or isinstance(value, bool) or not lowest <= value <= highest:
            hint = f"{_label(name)}: write a whole number of days from {lowest} to {highest}."
            found.append(FieldProblem(name, "day_out_of_range", str(value), hint))
    return found or _order_faults(wanted)


def _label(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _period_faults(wanted: dict[str, Any]) -> list[FieldProblem]:
    found = []
    for name in ("first_period", "last_period"):
        text = wanted[name]
        if name == "last_period" and not text:
            continue
        try:
            right = TimePeriod.parse(text).frequency == wanted["frequency"]
        except PeriodError:
            right = False
        if not right:
            hint = f"{_label(name)}: write it as the frequency asks, such as 2026, 2026-S1 or 2026-Q1."
            found.append(FieldProblem(name, "not_a_period", text[:60], hint))
    return found


def _order_faults(wanted: dict[str, Any]) -> list[FieldProblem]:
    first = TimePeriod.parse(wanted["first_period"])
    if wanted["last_period"] and first_day(TimePeriod.parse(wanted["last_period"])) < first_day(first):
        hint = "Last period: it lies before the first period."
        return [FieldProblem("last_period", "wrong_order", wanted["last_period"], hint)]
    days = days_of(ReportingSchedule(**wanted), first)
    if days.due_at <= days.opens_at:
        hint = "Due after end: reports would be due before they can be written; choose a later day."
        return [FieldProblem("due_after_end", "wrong_order", str(wanted["due_after_end"]), hint)]
    if days.closes_at < days.due_at:
        hint = "Closes after end: reporting would close before the report is due; choose a later day."
        return [FieldProblem("closes_after_end", "wrong_order", str(wanted["closes_after_end"]), hint)]
    return []


def _follow(schedule: ReportingSchedule, now: datetime, open_rounds_too: bool) -> list[ReportingRound]:
    rounds = ReportingRound.objects.filter(schedule=schedule).select_related("schedule")
    moved = move(rounds.filter(opens_at__gt=now))
    if open_rounds_too:
        moved += move(rounds.filter(opens_at__lte=now, closes_at__gte=now), keep_opening=True)
    return moved


def move(rounds: Iterable[ReportingRound], *, keep_opening: bool = False) -> list[ReportingRound]:
    """Give rounds the days that their schedule asks for; those that changed. An opening that has come stays."""
    moved = []
    for one in rounds:
        if one.schedule is None:
            continue
        days = asdict(days_of(one.schedule, TimePeriod.from_key(one.period)))
        if keep_opening:
            days["opens_at"] = one.opens_at
        if any(getattr(one, name) != value for name, value in days.items()):
            for name, value in days.items():
                setattr(one, name, value)
            moved.append(one)
    ReportingRound.objects.bulk_update(moved, ["opens_at", "due_at", "closes_at"], batch_size=200)
    return moved
