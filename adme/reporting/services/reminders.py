"""Reminders to those who still owe a report, and the weekly digest to the Secretariat. Run as often as you like."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import timezone

from ..models import Notice, Obligation
from ..selectors import ledger, people
from ..selectors.naming import report_name, report_url
from ..selectors.zones import jakarta_day, jakarta_text
from ..states import Standing, State
from .outbox import Message, send

DAYS_BEFORE = 5
WAITS_LONG = 7  # days in the queue for review
LISTED = 30  # lines of each list in a digest
_LACKING = (Standing.DUE, Standing.DRAFTING, Standing.RETURNED, Standing.OVERDUE)


def remind(*, now: datetime | None = None) -> dict[str, int]:
    """Five days before the deadline, on its day, and after it, each once; at most one notice for a report in a run.

    After days without a run only what holds today is said. Counts by kind.
    """
    now = now or timezone.now()
    held = list(
        ledger.with_standing(now)
        .filter(standing__in=_LACKING, round__opens_at__lte=now, due_by__lte=now + timedelta(days=DAYS_BEFORE + 2))
        .select_related("round", "body", "state_area")
        .order_by("pk")
    )
    officers = people.officers_of(held)
    messages = [_reminder(one, frozenset(officers[one.pk]), now) for one in held]
    made = send([message for message in messages if message is not None], now=now)
    return {kind.value: made[kind.value] for kind in (Notice.Kind.DUE_SOON, Notice.Kind.DUE_TODAY, Notice.Kind.OVERDUE)}


def _reminder(one: Obligation, to: frozenset[int], now: datetime) -> Message | None:
    due = one.due_on
    if one.state == State.EXCUSED and one.excused_until:
        due = max(due, one.excused_until)
    left = (jakarta_day(due) - jakarta_day(now)).days
    if left > DAYS_BEFORE or not to:
        return None
    name, when = report_name(one), jakarta_text(due)
    if due < now:
        kind, title = Notice.Kind.OVERDUE, f"Overdue: {name}"
        text = f"The report was due {when} and has not been handed in."
    elif left == 0:
        kind, title = Notice.Kind.DUE_TODAY, f"Due today: {name}"
        text = f"The report is due today, {when}."
    else:
        kind, title = Notice.Kind.DUE_SOON, f"Due in {left} day{'s' if left != 1 else ''}: {name}"
        text = f"The report is due {when}."
    if one.state == State.RETURNED:
        text += " The Secretariat returned it; it waits for your corrections."
    event = f"{kind.value}:{one.pk}:{jakarta_day(due)}"
    return Message(event, kind, title, text, report_url(one), to, one)


def digest(*, now: datetime | None = None) -> dict[str, int]:
    """Once a week for each reviewer: what is overdue, and what waits long for review. Nothing of either: no digest."""
    now = now or timezone.now()
    overdue = list(
        ledger.with_standing(now)
        .filter(standing=Standing.OVERDUE)
        .select_related("round", "body", "state_area")
        .order_by("round__tool", "round__period", "body__acronym", "state_area__name")
    )
    waiting = [row for row in ledger.review_queue(now) if row.waiting_days > WAITS_LONG]
    counts = {"overdue": len(overdue), "waiting": len(waiting), "notices": 0}
    if not overdue and not waiting:
        return counts
    year, week, _ = jakarta_day(now).isocalendar()
    message = Message(
        event=f"digest:{year}-W{week:02d}",
        kind=Notice.Kind.DIGEST,
        title=f"This week: {len(overdue)} overdue, {len(waiting)} waiting for review longer than {WAITS_LONG} days",
        text=_digest_text(overdue, waiting),
        url=reverse("review_queue"),
        to=frozenset(people.reviewers()),
    )
    counts["notices"] = send([message], now=now).total()
    return counts


def _digest_text(overdue: list[Obligation], waiting: list[ledger.QueueRow]) -> str:
    bodies = Counter(one.reporter_label for one in overdue if one.body_id)
    states = Counter(one.reporter_label for one in overdue if one.state_area_id)
    parts = [
        _list("Overdue, by sectoral body", [f"{name}: {number}" for name, number in sorted(bodies.items())]),
        _list("Overdue, by Member State", [f"{name}: {number}" for name, number in sorted(states.items())]),
        _list("Overdue reports", [f"{report_name(one)}, due {jakarta_text(one.due_on)}" for one in overdue]),
        _list(
            f"Waiting for review longer than {WAITS_LONG} days",
            [f"{report_name(row.obligation)}, {row.waiting_days} days" for row in waiting],
        ),
    ]
    return "\n\n".join(part for part in parts if part)


def _list(heading: str, lines: list[str]) -> str:
    if not lines:
        return ""
    shown = [f"- {line}" for line in lines[:LISTED]]
    if len(lines) > LISTED:
        shown.append(f"- and {len(lines) - LISTED} more")
    return "\n".join([heading, *shown])
