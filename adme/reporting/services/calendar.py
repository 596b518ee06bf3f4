"""Writes of the calendar: rounds and obligations from the schedules, schedules by analysts, extensions."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from adme.audit import services as audit

from .. import tools
from ..errors import BadValues, FieldProblem, NotAllowedNow, ReasonNeeded
from ..models import Obligation, ReportingRound, ReportingSchedule
from ..rounds import days_of, periods_to_make
from ..selectors.zones import end_of_day, jakarta_text
from ..states import EDITABLE
from . import notices, schedules

if TYPE_CHECKING:
    from adme.accounts.models import User

logger = logging.getLogger(__name__)
BATCH = 500


@transaction.atomic
def keep_ledger(*, now: datetime | None = None) -> dict[str, int]:
    """Make the rounds whose opening day has come and the next one, and who owes a report for them. Deletes nothing.

    Rounds that have not opened yet follow their schedule. Counts: rounds, moved, obligations, skipped (schedules of
    tools that are not registered).
    """
    now = now or timezone.now()
    kept = list(ReportingSchedule.objects.filter(retired_at__isnull=True))
    known = {tool.name for tool in tools.all_tools()}
    for schedule in kept:
        if schedule.tool not in known:
            logger.warning("No reporting tool '%s' is registered; its schedule makes no rounds.", schedule.tool)
    usable = [schedule for schedule in kept if schedule.tool in known]
    counts = {
        "rounds": _make_rounds(usable, now),
        "moved": _move_unopened(usable, now),
        "obligations": _make_obligations(known, now),
        "skipped": len(kept) - len(usable),
    }
    if counts["rounds"] or counts["moved"] or counts["obligations"]:
        audit.record(action="calendar.ledger_kept", actor="system", target="reporting ledger", after=counts)
    return counts


def _make_rounds(kept: Sequence[ReportingSchedule], now: datetime) -> int:
    existing = set(ReportingRound.objects.values_list("tool", "period"))
    new: dict[tuple[str, int], ReportingRound] = {}
    for schedule in kept:
        for period in periods_to_make(schedule, now, others=kept):
            key = (schedule.tool, period.key)
            if key not in existing:
                days = asdict(days_of(schedule, period))
                new[key] = ReportingRound(tool=schedule.tool, schedule=schedule, period=period.key, **days)
    ReportingRound.objects.bulk_create(new.values(), batch_size=BATCH, ignore_conflicts=True)
    return len(new)


def _move_unopened(kept: Sequence[ReportingSchedule], now: datetime) -> int:
    rounds = ReportingRound.objects.filter(schedule__in=kept, opens_at__gt=now).select_related("schedule")
    return len(schedules.move(rounds))


def _make_obligations(known: Iterable[str], now: datetime) -> int:
    """For rounds that still take reports, and for new ones: who joins later owes nothing for what was closed before."""
    is_new = ~Exists(Obligation.objects.filter(round=OuterRef("pk")))
    held = list(ReportingRound.objects.filter(Q(closes_at__gte=now) | is_new, tool__in=known))
    there = set(Obligation.objects.filter(round__in=held).values_list("round_id", "body_id", "state_area_id"))
    new = []
    for one in held:
        owing = tools.get(one.tool).reporters(one)
        pairs: list[tuple[Any, Any]] = [(body, None) for body in owing.bodies] + [(None, area) for area in owing.states]
        for body, area in pairs:
            if (one.pk, body and body.pk, area and area.pk) not in there:
                new.append(Obligation(round=one, body=body, state_area=area))
    Obligation.objects.bulk_create(new, batch_size=BATCH, ignore_conflicts=True)
    return len(new)


@transaction.atomic
def extend(*, obligation_id: int, until: date, reason: str, by: User, now: datetime | None = None) -> Obligation:
    """A later deadline for this reporter only: until the end of that day in Jakarta. It ends by itself.

    The same day again changes nothing.
    """
    now = now or timezone.now()
    found = Obligation.objects.select_for_update(no_key=True, of=("self",)).get(pk=obligation_id)
    reason = reason.strip()
    if not reason:
        raise ReasonNeeded("Say why the deadline is extended; the reporter reads it.")
    if found.state not in EDITABLE:
        raise NotAllowedNow(
            f"This report is '{found.get_state_display().lower()}', so there is no deadline to extend. "
            "Only a report that can still be written gets a later day."
        )
    moment = end_of_day(until)
    _later_than(moment, found, now)
    if found.extended_until == moment and found.extension_reason == reason:
        return found
    before = {"extended_until": found.extended_until, "extension_reason": found.extension_reason}
    found.extended_until, found.extension_reason = moment, reason
    found.save(update_fields=["extended_until", "extension_reason", "updated_at"])
    notices.after_extension(obligation=found, by=by, now=now)
    audit.record(
        action="obligation.extended",
        actor=by.email,
        target=f"obligation:{found.public_id}",
        before=before,
        after={"extended_until": moment},
        reason=reason,
    )
    return found


def _later_than(moment: datetime, found: Obligation, now: datetime) -> None:
    sentence = ""
    if moment <= found.round.due_at:
        sentence = f"choose a day after the deadline of this round, {jakarta_text(found.round.due_at)}."
    elif moment <= now:
        sentence = "this day is over already; choose today or a later day."
    elif moment.year > 2060:
        sentence = "this day is too far away; check the year."
    if sentence:
        raise BadValues((FieldProblem("until", "day_out_of_range", str(moment.date()), f"Until: {sentence}"),))


set_schedule = schedules.set_schedule
__all__ = ["extend", "keep_ledger", "set_schedule"]
