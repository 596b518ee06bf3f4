"""The calendar: when each round opens, is due and closes, how its reports stand, and the schedules behind it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, QuerySet, When
from django.utils import timezone

from adme.accounts.permissions import Permission, may
from adme.common.formatting import period as period_text

from .. import access
from ..models import Obligation, ReportingRound, ReportingSchedule
from ..states import Standing
from .marks import MARKS, Deadline, Mark, deadline, is_tool, link, tool_choices, tool_groups, tool_title
from .work import days_text

PAGE_SIZE, MOST_COMING = 20, 60
_SHOWS = {"": "All rounds", "open": "Open now", "coming": "Not open yet", "closed": "Closed"}


@dataclass(frozen=True, slots=True)
class RoundRow:
    tool: str
    period: str
    opens: Deadline
    due: Deadline
    closes: Deadline
    stage: str  # 'Opens in 12 days', 'Open, 30 days left', 'Closed'
    is_open: bool
    counts: list[tuple[Mark, int]]
    reports: int
    own: list[tuple[Mark, str, str]]  # mark, name, address of the reader's own reports
    board_url: str


@dataclass(frozen=True, slots=True)
class ScheduleRow:
    pk: int
    group: str  # folded away under these words; blank: a tool of its own that goes on
    tool: str
    frequency: str
    span: str
    opens: str
    due: str
    closes: str


@dataclass(frozen=True)
class CalendarPage:
    rows: list[RoundRow]
    page: Page[ReportingRound]
    coming: list[RoundRow]  # not open yet, the next first; folded away
    coming_count: int
    schedules: list[tuple[str, list[ScheduleRow]]]  # words over the group, its rows
    filters: list[dict[str, Any]]
    is_filtered: bool
    may_manage: bool
    shows_counts: bool
    shows_own: bool
    next_due: RoundRow | None
    open_rounds: int
    next_opening: RoundRow | None


def calendar_page(user: Any, *, query: Mapping[str, str], now: datetime | None = None) -> CalendarPage:
    """What is open first, the next deadline before the others; then what is past, the newest first. Rounds to come are
    apart. Counts by standing for those who may see all reports; own reports for reporters."""
    now = now or timezone.now()
    tool, show = query.get("tool", ""), query.get("show", "")
    every = ReportingRound.objects.all()
    if is_tool(tool):
        every = every.filter(tool=tool)
    coming = every.filter(opens_at__gt=now).order_by("opens_at", "tool")
    page = Paginator(coming if show == "coming" else _begun(every, show, now), PAGE_SIZE).get_page(
        query.get("page", "1")
    )
    shows_counts = may(user, Permission.REPORT_VIEW_ALL)
    shows_own = may(user, Permission.REPORT_FILE)
    folded = [] if show or page.number > 1 else list(coming[:MOST_COMING])
    near = [*ReportingRound.objects.filter(due_at__gte=now, opens_at__lte=now).order_by("due_at")]
    next_opening = ReportingRound.objects.filter(opens_at__gt=now).order_by("opens_at")[:1]
    ids = [one.pk for one in [*page, *folded]]
    counts = _counts(ids, now) if shows_counts else {}
    own = _own(user, ids, now) if shows_own else {}

    def rows(found: Iterable[ReportingRound]) -> list[RoundRow]:
        return [_row(one, now, counts.get(one.pk, {}), own.get(one.pk, []), shows_counts) for one in found]

    return CalendarPage(
        rows=rows(page), page=page, coming=rows(folded), coming_count=0 if show else coming.count(),
        schedules=_schedules(tool if is_tool(tool) else ""),
        may_manage=may(user, Permission.CALENDAR_MANAGE),
        filters=[
            {"name": "tool", "label": "Tool", "value": tool, "options": [("", "All tools"), *tool_choices()],
             "groups": tool_groups()},
            {"name": "show", "label": "Show", "value": show, "options": list(_SHOWS.items())},
        ],
        is_filtered=bool(tool or show), shows_counts=shows_counts, shows_own=shows_own,
        next_due=_row(near[0], now, {}, [], False) if near else None, open_rounds=len(near),
        next_opening=next((_row(one, now, {}, [], False) for one in next_opening), None),
    )  # fmt: skip


def _begun(every: QuerySet[ReportingRound], show: str, now: datetime) -> QuerySet[ReportingRound]:
    """Rounds that have opened: before their deadline, past it and still taken, closed."""
    stage = Case(When(due_at__gte=now, then=0), When(closes_at__gte=now, then=1), default=2)
    found = every.filter(opens_at__lte=now)
    if show == "open":
        found = found.filter(closes_at__gte=now)
    elif show == "closed":
        found = found.filter(closes_at__lt=now)
    soonest = Case(When(due_at__gte=now, then="due_at"))
    return found.annotate(stage=stage).order_by("stage", soonest, "-due_at", "tool")


def _counts(ids: list[int], now: datetime) -> dict[int, dict[str, int]]:
    found: dict[int, dict[str, int]] = {}
    rows: Any = Obligation.objects.with_standing(now).filter(round_id__in=ids).order_by()
    for pk, standing, number in rows.values_list("round_id", "standing").annotate(Count("pk")):
        found.setdefault(pk, {})[standing] = number
    return found


def _own(user: Any, ids: list[int], now: datetime) -> dict[int, list[tuple[Mark, str, str]]]:
    found: dict[int, list[tuple[Mark, str, str]]] = {}
    rows: Any = Obligation.objects.with_standing(now).filter(access.own_obligations(user), round_id__in=ids)
    for one in rows.select_related("body", "state_area", "round"):
        line = (MARKS[Standing(one.standing)], one.reporter_label, link("report", one.public_id))
        found.setdefault(one.round_id, []).append(line)
    return found


def _row(
    one: ReportingRound, now: datetime, counts: Mapping[str, int], own: list[tuple[Mark, str, str]], board: bool
) -> RoundRow:
    return RoundRow(
        tool=tool_title(one.tool), period=period_text(one.period_label), opens=deadline(one.opens_at),
        due=deadline(one.due_at), closes=deadline(one.closes_at), stage=_stage(one, now),
        is_open=one.opens_at <= now <= one.closes_at,
        counts=[(found, counts[code]) for code, found in MARKS.items() if counts.get(code)],
        reports=sum(counts.values()), own=own,
        board_url=link("completeness_board", query=f"tool={one.tool}&period={one.period}") if board else "",
    )  # fmt: skip


def _stage(one: ReportingRound, now: datetime) -> str:
    if now < one.opens_at:
        days = (one.opens_at - now).days
        return f"Opens in {days} day{'' if days == 1 else 's'}" if days else "Opens within a day"
    if now > one.closes_at:
        return "Closed"
    if now > one.due_at:
        return f"Past its deadline; taken until it closes, {days_text(one.closes_at, now)}"
    return f"Open, {days_text(one.due_at, now)}"


def _schedules(tool: str) -> list[tuple[str, list[ScheduleRow]]]:
    """Groups of schedules: the tools that go on, then by family, then those that have ended. `tool`: only its own."""
    rows = _schedule_rows(tool)
    if tool:
        return [("", rows)] if rows else []
    return [(name, list(group)) for name, group in groupby(rows, key=lambda one: one.group)]


def _schedule_rows(tool: str) -> list[ScheduleRow]:
    found = ReportingSchedule.objects.filter(retired_at__isnull=True)
    return [
        ScheduleRow(
            pk=one.pk,
            group="Ended" if one.last_period else "Record sets" if ":" in one.tool else "",
            tool=tool_title(one.tool),
            frequency=one.get_frequency_display(),
            span=f"from {one.first_period}" + (f" to {one.last_period}" if one.last_period else ", goes on"),
            opens=_days(one.opens_after_start, "the first day of the period"),
            due=_days(one.due_after_end, "its last day"),
            closes=_days(one.closes_after_end, "its last day"),
        )
        for one in sorted(found.filter(tool=tool) if tool else found, key=_place_of_schedule)
    ]


def _place_of_schedule(one: ReportingSchedule) -> tuple[bool, bool, str, str]:
    """What goes on first, the tools of their own before those of a family."""
    return (bool(one.last_period), ":" in one.tool, tool_title(one.tool), one.first_period)


def _days(number: int, anchor: str) -> str:
    if number == 0:
        return f"on {anchor}"
    return f"{abs(number)} day{'' if abs(number) == 1 else 's'} {'after' if number > 0 else 'before'} {anchor}"
