"""The completeness board: one standing per reporter and period, and what they add up to. One statement."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import BooleanField, Case, F, Value, When
from django.utils import timezone

from ..models import Obligation
from ..states import REPORTED, Standing
from .ledger import Tally


@dataclass(frozen=True, slots=True)
class Cell:
    """One report on the board. `in_time` is None while nothing was handed in."""

    public_id: str
    standing: str
    in_time: bool | None
    extended: bool


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One body or state; `cells` in the order of the board's periods, None where it owed nothing."""

    code: str
    name: str
    kind: str  # 'body' or 'state'
    cells: tuple[Cell | None, ...]
    tally: Tally


@dataclass(frozen=True, slots=True)
class Board:
    tool: str
    periods: tuple[int, ...]  # newest first
    rows: tuple[BoardRow, ...]
    total: Tally
    has_demonstration: bool


def board(tool: str, *, now: datetime | None = None) -> Board:
    """Every report of a tool, for every period."""
    found = Obligation.objects.with_standing(now or timezone.now()).filter(round__tool=tool)
    timely = Case(
        When(first_submitted_at__isnull=True, then=Value(None)),
        When(first_submitted_at__lte=F("due_by"), then=Value(True)),
        default=Value(False),
        output_field=BooleanField(null=True),
    )
    held = list(
        found.annotate(timely=timely)
        .order_by()
        .values_list(
            "body__code", "body__acronym", "state_area__code", "state_area__name", "round__period", "public_id",
            "standing", "timely", "extended_until", "is_demonstration",
        )
    )  # fmt: skip
    columns = tuple(sorted({row[4] for row in held}, reverse=True))
    cells: dict[tuple[str, str, str], dict[int, Cell]] = {}
    for body, acronym, area, name, period, public_id, standing, in_time, extended, _ in held:
        who = ("body", acronym, body) if body else ("state", name, area)
        cells.setdefault(who, {})[period] = Cell(str(public_id), standing, in_time, extended is not None)
    rows = tuple(
        BoardRow(code, name, kind, tuple(found.get(one) for one in columns), _tally(found.values()))
        for (kind, name, code), found in sorted(cells.items())
    )
    everything = [cell for found in cells.values() for cell in found.values()]
    return Board(tool, columns, rows, _tally(everything), any(row[-1] for row in held))


def only(whole: Board, periods: Iterable[int]) -> Board:
    """The same board with these periods only; who owes nothing in them is left out."""
    places = [place for place, period in enumerate(whole.periods) if period in set(periods)]
    rows = []
    for row in whole.rows:
        cells = tuple(row.cells[place] for place in places)
        if any(cells):
            rows.append(BoardRow(row.code, row.name, row.kind, cells, _tally(cell for cell in cells if cell)))
    everything = [cell for row in rows for cell in row.cells if cell]
    columns = tuple(whole.periods[place] for place in places)
    return Board(whole.tool, columns, tuple(rows), _tally(everything), whole.has_demonstration)


def begun(whole: Board) -> tuple[int, ...]:
    """Periods of which a report is open, handed in or set aside, newest first; not those whose round is to come."""
    seen = {
        period
        for row in whole.rows
        for period, cell in zip(whole.periods, row.cells, strict=True)
        if cell and cell.standing != Standing.SCHEDULED
    }
    return tuple(one for one in whole.periods if one in seen)


def _tally(cells: Iterable[Cell]) -> Tally:
    numbers: dict[str, int] = {}
    in_time = 0
    for cell in cells:
        numbers[cell.standing] = numbers.get(cell.standing, 0) + 1
        in_time += cell.standing in REPORTED and cell.in_time is True
    return Tally(numbers, in_time)
