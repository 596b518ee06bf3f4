"""Declarations by Member States: how the follow-up stands in each place; one declaration likewise by clause."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.utils import timezone

from adme.common.asked import Asked
from adme.observations.periods import PeriodError, TimePeriod
from adme.reference.selectors import codes_of, membership
from adme.reporting.models import ReportingRound

from ..models import Clause, Declaration
from .declarations import Filters as ListFilters
from .declarations import chosen, common_fields, leads_text
from .marks import EMPTY, NO_CLAUSES, NO_LEAD, NOT_A_MEMBER, Mark, partial_day, summary_mark
from .visibility import Heard, heard_by, latest, visible_to

ALL = "all"
BODIES = "bodies"


@dataclass(frozen=True, slots=True)
class Filters(Asked):
    """`declaration` opens one declaration clause by clause; `show` = 'all' also lists those without clauses."""

    type: str = ""
    year: str = ""
    body: str = ""
    period: str = ""
    declaration: str = ""
    show: str = ""

    @property
    def period_key(self) -> int | None:
        try:
            return TimePeriod.parse(self.period).key if self.period else None
        except PeriodError:
            return None

    @property
    def is_empty(self) -> bool:
        return not (self.type or self.year or self.body or self.period or self.show)


@dataclass(frozen=True, slots=True)
class Place:
    """A column: all lead bodies together, or one Member State."""

    code: str
    name: str
    pk: int = 0
    is_member: bool = True


@dataclass(frozen=True, slots=True)
class Cell:
    """`covered` of `clauses` have an action. `statuses` counts the actions by status, for files."""

    place: Place
    mark: Mark
    actions: int = 0
    covered: int = 0
    clauses: int = 0
    is_demonstration: bool = False

    @property
    def text(self) -> str:
        if not self.actions:
            return ""
        actions = f"{self.actions} action{'' if self.actions == 1 else 's'}"
        return f"{actions}, {self.covered} of {self.clauses} clauses" if self.clauses > 1 else actions


@dataclass(frozen=True, slots=True)
class Line:
    """One declaration, or one clause of the declaration that is open."""

    code: str
    title: str
    note: str
    cells: list[Cell]
    states: int
    clause: Clause | None = None

    @property
    def is_demonstration(self) -> bool:
        """Everything counted here is made up; where only some is, the cells say so."""
        return any(cell.actions for cell in self.cells) and all(
            cell.is_demonstration for cell in self.cells if cell.actions
        )


@dataclass(frozen=True, slots=True)
class MatrixPage:
    filters: Filters
    places: list[Place]
    lines: list[Line]
    fields: list[dict[str, Any]]
    declaration: Declaration | None
    without_clauses: int
    has_demonstration: bool


class _Told(NamedTuple):
    declaration: int
    clause: int
    state: int | None
    status: str
    made_up: bool


def matrix_page(*, user: Any, filters: Filters) -> MatrixPage | None:
    """A constant number of queries. None: the declaration asked for does not exist."""
    declaration = None
    if filters.declaration:
        declaration = Declaration.objects.filter(code=filters.declaration, retired_at__isnull=True).first()
        if declaration is None:
            return None
    period = filters.period_key
    places = [Place(BODIES, "Bodies (regional)"), *_states(period)]
    told = _told(user, period, declaration)
    heard = heard_by(user, period)
    without = 0
    if declaration is not None:
        lines = _clause_lines(declaration, places, told, heard)
    else:
        lines, without = _declaration_lines(filters, places, told, heard)
    return MatrixPage(
        filters=filters,
        places=places,
        lines=lines,
        fields=_fields(filters),
        declaration=declaration,
        without_clauses=without,
        has_demonstration=any(cell.is_demonstration for line in lines for cell in line.cells),
    )


def _states(period: int | None) -> list[Place]:
    """All members of today; marked where one was none at the end of the period."""
    today = timezone.localdate()
    day = TimePeriod.from_key(period).last_day if period else today
    return [
        Place(one.area.code, one.area.name, one.area.pk, one.holds_on(day))
        for one in membership("ASEAN")
        if one.holds_on(today) or one.holds_on(day)
    ]


def _told(user: Any, period: int | None, declaration: Declaration | None) -> list[_Told]:
    facts = visible_to(user)
    if period is not None:
        facts = facts.filter(period=period)
    if declaration is not None:
        facts = facts.filter(declaration=declaration)
    rows = latest(facts).filter(clause__retired_at__isnull=True)
    names = ("declaration_id", "clause_id", "state_area_id", "status", "is_demonstration")
    return [_Told(*row) for row in rows.values_list(*names)]


def _declaration_lines(
    filters: Filters, places: list[Place], told: list[_Told], heard: Heard
) -> tuple[list[Line], int]:
    found = chosen(ListFilters(type=filters.type, year=filters.year, body=filters.body))
    clauses: dict[int, int] = defaultdict(int)
    in_use = Clause.objects.filter(retired_at__isnull=True).order_by()
    for declaration in in_use.values_list("declaration_id", flat=True):
        clauses[declaration] += 1
    by_place = _grouped((one.declaration, one) for one in told)
    shown = [one for one in found if clauses[one.pk] or filters.show == ALL]
    lines = [
        _line(
            one.code, one.title, f"{leads_text(one)}, {partial_day(one.adopted_on)}", places, by_place[one.pk], heard,
            clauses=clauses[one.pk], bodies=[body.pk for body in one.lead_bodies.all()],
        )
        for one in shown
    ]  # fmt: skip
    return lines, sum(not clauses[one.pk] for one in found)


def _clause_lines(declaration: Declaration, places: list[Place], told: list[_Told], heard: Heard) -> list[Line]:
    bodies = list(declaration.lead_bodies.values_list("pk", flat=True))
    by_place = _grouped((one.clause, one) for one in told)
    return [
        _line(
            clause.number, clause.commitment, "", places, by_place[clause.pk], heard,
            clauses=1, bodies=bodies, clause=clause,
        )
        for clause in declaration.clauses.filter(retired_at__isnull=True).order_by("position", "id")
    ]  # fmt: skip


def _grouped(rows: Iterable[tuple[int, _Told]]) -> dict[int, dict[int | None, list[_Told]]]:
    """Per line and place; None is the bodies' place."""
    found: dict[int, dict[int | None, list[_Told]]] = defaultdict(lambda: defaultdict(list))
    for line, one in rows:
        found[line][one.state].append(one)
    return found


def _line(
    code: str, title: str, note: str, places: list[Place], told: Mapping[int | None, list[_Told]], heard: Heard, *,
    clauses: int, bodies: list[int], clause: Clause | None = None,
) -> Line:  # fmt: skip
    cells = []
    for place in places:
        mine = told.get(None if place.code == BODIES else place.pk, [])
        mark = summary_mark(one.status for one in mine) if mine else _empty(place, heard, clauses, bodies)
        made_up = any(one.made_up for one in mine)
        cells.append(Cell(place, mark, len(mine), len({one.clause for one in mine}), clauses, made_up))
    acting = sum(bool(cell.actions) for cell in cells if cell.place.code != BODIES)
    return Line(code, title, note, cells, acting, clause)


def _empty(place: Place, heard: Heard, clauses: int, bodies: list[int]) -> Mark:
    if not clauses:
        return NO_CLAUSES
    if place.code == BODIES:
        said = [heard.body(pk) for pk in bodies]
        return next((mark for what, mark in EMPTY.items() if what in said), NO_LEAD)
    return EMPTY[heard.state(place.pk)] if place.is_member else NOT_A_MEMBER


def _fields(filters: Filters) -> list[dict[str, Any]]:
    rounds = ReportingRound.objects.filter(tool="tool2", opens_at__lte=timezone.now()).order_by("-period")
    labels = [str(TimePeriod.from_key(key)) for key in rounds.values_list("period", flat=True)]
    period = {
        "name": "period", "label": "Report for", "value": filters.period,
        "options": [("", "Newest of each"), *((label, label) for label in labels)],
    }  # fmt: skip
    if filters.declaration:
        return [period]
    show = {
        "name": "show", "label": "Declarations", "value": filters.show,
        "options": [("", "With clauses"), (ALL, "All")],
    }  # fmt: skip
    return [*common_fields(filters, codes_of("CL_DECLARATION_TYPE")), period, show]
