"""What reviewers see: the queue of submitted reports, the outcome of a bulk approval, and the completeness board."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.urls import reverse

from adme.common.formatting import period as period_text
from adme.common.formatting import share
from adme.common.text import fold

from .. import charts, tools
from ..models import Contribution, Revision
from ..selectors import board as boards
from ..selectors import ledger
from ..services.workflow import Outcome
from ..transitions import Act
from .marks import MARKS, Deadline, Mark, deadline, link, mark, tool_choices, tool_groups, tool_title

PAGE_SIZE = 50
WAITING = {"": "However long", "7": "A week or more", "30": "30 days or more"}
_TURNS = {"1": "Late only", "0": "In time only"}
LATEST_PERIODS = 8


@dataclass(frozen=True, slots=True)
class QueueLine:
    obligation_id: int
    revision_id: int | None
    revision_number: int | None
    name: str
    tool: str
    period: str
    url: str
    submitted: Deadline | None
    submitted_by: str
    waiting_days: int
    is_late: bool
    kept: int
    returned: int  # times it was returned since the last approval
    refusal: str  # why this reviewer cannot approve it

    @property
    def value(self) -> str:
        return f"{self.obligation_id}:{self.revision_id}"


@dataclass(frozen=True)
class QueuePage:
    page: Page[QueueLine]
    filters: list[dict[str, Any]]
    is_filtered: bool
    total: int
    longest: int
    late: int
    kept: int
    own: int
    has_demonstration: bool


def queue_page(user: Any, *, query: Mapping[str, str]) -> QueuePage:
    """Four statements, whatever the number of reports."""
    wanted = {name: query.get(name, "") for name in ("q", "tool", "waiting", "late")}
    held = ledger.review_queue()
    ids = [row.obligation.pk for row in held]
    own = set(Contribution.objects.filter(obligation_id__in=ids, user=user, settled_at=None).values_list(
        "obligation_id", flat=True))  # fmt: skip
    returned = _returns(ids)
    lines = [_line(row, own, returned) for row in held]
    shown = [line for line, row in zip(lines, held, strict=True) if _fits(line, row, wanted)]
    return QueuePage(
        page=Paginator(shown, PAGE_SIZE).get_page(query.get("page", "1")),
        filters=_queue_filters(wanted),
        is_filtered=any(wanted.values()),
        total=len(lines),
        longest=max((line.waiting_days for line in lines), default=0),
        late=sum(line.is_late for line in lines),
        kept=sum(line.kept for line in lines),
        own=len(own),
        has_demonstration=any(row.obligation.is_demonstration for row in held),
    )


def _returns(ids: Sequence[int]) -> dict[int, int]:
    """How often each was returned since it was last approved."""
    found: dict[int, int] = {}
    acts = Revision.objects.filter(obligation_id__in=ids, act__in=[Act.RETURN, Act.APPROVE]).order_by("number")
    for pk, act in acts.values_list("obligation_id", "act"):
        found[pk] = found.get(pk, 0) + 1 if act == Act.RETURN else 0
    return found


def _line(row: ledger.QueueRow, own: set[int], returned: Mapping[int, int]) -> QueueLine:
    one = row.obligation
    return QueueLine(
        obligation_id=one.pk, revision_id=row.revision_id, revision_number=row.revision_number,
        name=one.reporter_label, tool=tool_title(one.tool), period=period_text(one.round.period_label),
        url=link("report", one.public_id), submitted=deadline(one.submitted_at) if one.submitted_at else None,
        submitted_by=str(one.submitted_by or ""), waiting_days=row.waiting_days, is_late=row.is_late, kept=row.kept,
        returned=returned.get(one.pk, 0), refusal="You wrote part of it" if one.pk in own else "",
    )  # fmt: skip


def _fits(line: QueueLine, row: ledger.QueueRow, wanted: Mapping[str, str]) -> bool:
    if wanted["tool"] and row.obligation.tool != wanted["tool"]:
        return False
    if wanted["waiting"] in WAITING and wanted["waiting"] and line.waiting_days < int(wanted["waiting"]):
        return False
    if wanted["late"] in _TURNS and line.is_late != (wanted["late"] == "1"):
        return False
    return fold(wanted["q"]) in fold(f"{line.name} {line.tool} {line.period} {line.submitted_by}")


def _queue_filters(wanted: Mapping[str, str]) -> list[dict[str, Any]]:
    return [
        {"name": "q", "label": "Search", "value": wanted["q"], "kind": "search"},
        {
            "name": "tool",
            "label": "Tool",
            "value": wanted["tool"],
            "options": [("", "All tools"), *tool_choices()],
            "groups": tool_groups(),
        },
        {"name": "waiting", "label": "Waiting", "value": wanted["waiting"], "options": list(WAITING.items())},
        {
            "name": "late",
            "label": "Handed in",
            "value": wanted["late"],
            "options": [("", "In time or late"), *_TURNS.items()],
        },
    ]


def chosen(user: Any, seen: Sequence[tuple[int, int]]) -> list[QueueLine]:
    """The ticked reports that still wait as they were seen, for the page that asks once more."""
    held = ledger.review_queue()
    wanted = set(seen)
    mine = Contribution.objects.filter(user=user, settled_at=None)
    own = set(mine.filter(obligation_id__in=[pk for pk, _ in wanted]).values_list("obligation_id", flat=True))
    return [_line(row, own, {}) for row in held if (row.obligation.pk, row.revision_id) in wanted]


@dataclass(frozen=True, slots=True)
class OutcomeLine:
    ok: bool
    sentence: str
    url: str


def outcome_lines(outcomes: Sequence[Outcome]) -> list[OutcomeLine]:
    return [OutcomeLine(one.ok, one.sentence, link("report", one.obligation.public_id)) for one in outcomes]


@dataclass(frozen=True, slots=True)
class BoardCell:
    mark: Mark
    url: str
    note: str  # 'late', 'later deadline'


@dataclass(frozen=True, slots=True)
class BoardLine:
    name: str
    cells: list[BoardCell | None]
    reported: int
    owed: int
    completeness: str
    timeliness: str


@dataclass(frozen=True)
class BoardPage:
    tool: str
    tool_title: str
    periods: list[str]
    bodies: list[BoardLine]
    states: list[BoardLine]
    board: boards.Board
    figures: list[tuple[str, str, str]]  # label, value, note
    key: list[Mark]
    filters: list[dict[str, Any]]
    query: str
    chart: dict[str, Any]
    chart_table: dict[str, Any]
    chart_height: int
    chart_subtitle: str
    summary: str


@dataclass(frozen=True, slots=True)
class AskedBoard:
    """The board of an address: what is shown, the period that was understood, and all there are."""

    shown: boards.Board
    period: str
    periods: tuple[int, ...]


def asked_board(query: Mapping[str, str]) -> AskedBoard:
    names = [one.name for one in tools.all_tools()]
    tool = query.get("tool", "")
    whole = boards.board(tool if tool in names else next(iter(names), ""))
    asked = query.get("period", "")
    if asked in {str(period) for period in whole.periods}:
        return AskedBoard(boards.only(whole, [int(asked)]), asked, whole.periods)
    if asked == "all":
        return AskedBoard(whole, asked, whole.periods)
    return AskedBoard(boards.only(whole, (boards.begun(whole) or whole.periods)[:LATEST_PERIODS]), "", whole.periods)


def board_page(user: Any, *, query: Mapping[str, str]) -> BoardPage:
    found = asked_board(query)
    held, tool, asked, everything = found.shown, found.shown.tool, found.period, found.periods
    lines = {kind: [_board_line(row) for row in held.rows if row.kind == kind] for kind in ("body", "state")}
    labels = [(str(period), period_text(period)) for period in everything]
    filters: list[dict[str, Any]] = [
        {"name": "tool", "label": "Tool", "value": tool, "options": tool_choices(), "groups": tool_groups()},
        {"name": "period", "label": "Period", "value": asked,
         "options": [("", f"Latest {LATEST_PERIODS}"), ("all", "All periods"), *labels]},
    ]  # fmt: skip
    present = {cell.standing for row in held.rows for cell in row.cells if cell}
    total = held.total
    worst = [row.name for row in held.rows if row.tally.number("missing") or row.tally.number("overdue")]
    return BoardPage(
        tool=tool, tool_title=tool_title(tool), periods=[period_text(period) for period in held.periods],
        bodies=lines["body"], states=lines["state"], board=held, figures=_figures(total),
        key=[one for code, one in MARKS.items() if code in present], filters=filters,
        query=f"tool={tool}&period={asked}", chart=charts.standing_bars(held.rows),
        chart_table=charts.standing_table(held.rows), chart_height=charts.chart_height(held.rows),
        chart_subtitle=f"{tool_title(tool)}, number of reports that are owed, by body or state",
        summary=_summary(worst, len(held.rows)),
    )  # fmt: skip


def _figures(total: ledger.Tally) -> list[tuple[str, str, str]]:
    late = total.number("overdue") + total.number("missing")
    owed = f"{total.reported} of {total.owed} reports that are owed"
    return [
        ("Complete", share(total.completeness), owed),
        ("In time", share(total.timeliness), f"{total.in_time} of {total.owed} handed in, first by the deadline"),
        ("Late or missing", str(late), "past the deadline and not handed in"),
        ("Waiting for review", str(total.number("submitted")), "submitted, not decided on yet"),
    ]


def _summary(worst: Sequence[str], number: int) -> str:
    if not number:
        return ""
    if not worst:
        return "No report is late or missing."
    named = ", ".join(worst[:4]) + (f" and {len(worst) - 4} more" if len(worst) > 4 else "")
    return f"Late or missing: {named}."


def _board_line(row: boards.BoardRow) -> BoardLine:
    return BoardLine(
        name=row.name,
        cells=[_cell(cell) if cell else None for cell in row.cells],
        reported=row.tally.reported,
        owed=row.tally.owed,
        completeness=share(row.tally.completeness),
        timeliness=share(row.tally.timeliness),
    )


def _cell(cell: boards.Cell) -> BoardCell:
    notes = ["late"] if cell.in_time is False else []
    notes += ["later deadline"] if cell.extended else []
    return BoardCell(mark(cell.standing), reverse("report", args=[cell.public_id]), ", ".join(notes))
