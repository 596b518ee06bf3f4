"""What the report of a sectoral body and the profile of a Member State say, the same in every format. Pure.

States stand beside ASEAN and the middle of all Member States, never in an order of merit.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from statistics import median

from adme.common import formatting
from adme.common.text import fold
from adme.exports.charts import BarChart, Chart, Head, Series
from dashboards import text
from dissemination.editions.content import ASEAN, Cell, Content, Leaf, ReplyMark, State, Table

from . import brief_charts as charts
from . import words
from .brief import leaf_row, notes_of
from .brief_parts import KeyFigure, LeafRow, RepliesPart
from .brief_sections import replies_part
from .errors import UnknownProduct


@dataclass(frozen=True, slots=True)
class BodyReport:
    """A sectoral body: its activities, its reports, the declarations it leads, the records of its ministries."""

    name: str  # acronym
    title: str
    full_name: str
    sentence: str
    figures: tuple[KeyFigure, ...]
    charts: tuple[Chart, ...]
    tables: tuple[Table, ...]
    rows: tuple[LeafRow, ...]  # KPI leaves that rest on the reports of sectoral bodies
    notes: tuple[tuple[str, tuple[str, ...]], ...]
    leaves: tuple[Leaf, ...]


@dataclass(frozen=True, slots=True)
class StateRow:
    """A leaf for one state, beside ASEAN and the middle of the states that have a figure."""

    row: LeafRow
    asean: str
    asean_period: str
    middle: str  # "median 12.1 of 9 states"
    reply: str
    reply_mark: str


@dataclass(frozen=True, slots=True)
class StatePart:
    letter: str
    title: str
    rows: tuple[StateRow, ...]
    notes: tuple[tuple[str, tuple[str, ...]], ...]
    charts: tuple[Chart, ...]


@dataclass(frozen=True, slots=True)
class StateProfile:
    state: State
    title: str
    sentence: str
    figures: tuple[KeyFigure, ...]
    parts: tuple[StatePart, ...]
    tables: tuple[Table, ...]
    replies: RepliesPart
    without: tuple[Leaf, ...]  # leaves for which the state has no figure
    leaves: tuple[Leaf, ...]


# -- Bodies


def same_body(name: str, asked: str) -> bool:
    """Are these one body? Tables name bodies by acronym, addresses by code: 'COM to AATHP' is 'COM-AATHP'."""
    return set(fold(name).split()) - {"to"} == set(fold(asked).split()) - {"to"}


def body_of(content: Content, body: str) -> BodyReport:
    """UnknownProduct where nothing in the content is of this body."""
    known = next((one for one in content.bodies if same_body(one.code, body)), None)
    name = known.acronym if known else body
    rows = {key: _rows_of(content.table(key), name, column) for key, column in _BODY_TABLES.items()}
    if known is None and not any(rows.values()):
        raise UnknownProduct(f"The figures tell nothing of a sectoral body '{body}'. Choose one of the list.")
    leaves = tuple(leaf for leaf in content.leaves if leaf.source_type == "A1")
    leaf_rows = tuple(leaf_row(content, leaf) for leaf in leaves)
    return BodyReport(
        name=name,
        title=f"Report of {name}",
        full_name=known.name if known else "",
        sentence=_body_sentence(content, name, rows["tool1.bodies"]),
        figures=_body_figures(content, rows),
        charts=_body_charts(content, name, rows["tool1.bodies"]),
        tables=_body_tables(content, rows),
        rows=leaf_rows,
        notes=notes_of(leaf_rows),
        leaves=leaves,
    )


_BODY_TABLES = {"tool1.bodies": 0, "tool1.body_kras": 0, "reporting.bodies": 0, "records.held": 2, "tool2.matrix": 3}


def _rows_of(table: Table | None, body: str, column: int) -> list[tuple[Cell, ...]]:
    if table is None:
        return []
    return [row for row in table.rows if any(same_body(part, body) for part in str(row[column]).split(", "))]


def _body_sentence(content: Content, name: str, rows: list[tuple[Cell, ...]]) -> str:
    table = content.table("tool1.bodies")
    if table is None:
        return "No Tool 1 report is approved yet, so nothing can be said of activities. That is not zero activity."
    if not rows or rows[0][-2] is None:
        return f"{table.title}: the report of {name} is not in. That is not zero activity."
    return f"{table.title}: {name} reports {text.plural(int(rows[0][-2]), 'activity', 'activities')}."  # type: ignore[arg-type]


def _body_figures(content: Content, rows: dict[str, list[tuple[Cell, ...]]]) -> tuple[KeyFigure, ...]:
    found = []
    table = content.table("tool1.bodies")
    if table and rows["tool1.bodies"]:
        total = rows["tool1.bodies"][0][-2]
        of = sum(row[-2] for row in table.rows if isinstance(row[-2], int))
        note = "report not in" if total is None else f"{table.coverage} reported"
        found.append(KeyFigure("Activities", formatting.number(total), f"of {formatting.number(of)}", note))
    for row in rows["reporting.bodies"]:
        found.append(
            KeyFigure(f"{row[1]} reports handed in", formatting.number(row[3]), f"of {formatting.number(row[2])} owed",
                      f"certified nil {row[4]}, overdue or missing {row[5]}")
        )  # fmt: skip
    if content.table("tool2.matrix"):
        led = rows["tool2.matrix"]
        acting = sum(str(row[5]) not in ("not reported", "no action") for row in led)
        found.append(KeyFigure("Declarations led", str(len(led)), "", f"{acting} with an action of a body"))
    return tuple(found)


def _body_charts(content: Content, name: str, rows: list[tuple[Cell, ...]]) -> tuple[Chart, ...]:
    table = content.table("tool1.bodies")
    if table is None or not rows or rows[0][-2] is None:
        return ()
    statuses = table.columns[1:-2]
    values = tuple(float(cell) if isinstance(cell, int | float) else None for cell in rows[0][1:-2])
    head = Head(f"body.{name}", f"Activities of {name} by status", table.unit, source=table.source,
                is_demonstration=table.is_demonstration)  # fmt: skip
    return (BarChart(head, statuses, (Series(name, values),)),)


def _body_tables(content: Content, rows: dict[str, list[tuple[Cell, ...]]]) -> tuple[Table, ...]:
    found = []
    titles = {
        "tool1.body_kras": "Key Result Areas that its activities serve",
        "reporting.bodies": "Reports owed and handed in",
        "records.held": "Administrative records of its ministries",
        "tool2.matrix": "Declarations it leads, and who acts on them",
    }
    for key, title in titles.items():
        table = content.table(key)
        if table is None or not rows[key]:
            continue
        if key == "tool2.matrix":
            columns = ("Declaration", "Year", "Clauses", "Bodies", "States that act")
            led = tuple((row[1], row[2], row[4], row[5], _acting(row[6:])) for row in rows[key])
            found.append(replace(table, title=title, columns=columns, rows=led))
        else:
            told = replace(table, title=title, rows=tuple(rows[key]))
            found.append(words.without(told, table.columns[_BODY_TABLES[key]]))
    return tuple(found)


def _acting(cells: tuple[Cell, ...]) -> str:
    """`3 of 5 that reported`: states without a report are not states without actions."""
    heard = [cell for cell in cells if cell not in (None, "not reported")]
    return f"{sum(cell != 'no action' for cell in heard)} of {len(heard)} that reported"


# -- Member States


def state_of(content: Content, code: str) -> StateProfile:
    """UnknownProduct where the content has no such state."""
    state = next((one for one in content.states if one.code == code), None)
    if state is None:
        raise UnknownProduct(f"There is no Member State '{code}'. There are: {', '.join(content.area_names)}.")
    parts = tuple(_state_part(content, state, item.code, item.title) for item in content.of_tier("characteristic"))
    having = [leaf for leaf in content.leaves if content.latest(leaf.code, code)]
    national = [leaf for leaf in content.leaves if any(content.latest(leaf.code, one.code) for one in content.states)]
    without = tuple(leaf for leaf in national if leaf not in having)
    own = tuple(mark for mark in content.replies if mark.area == code)
    return StateProfile(
        state=state,
        title=f"Profile of {state.name}",
        sentence=(
            f"{state.name} has a figure for {len(having)} of {len(national)} KPI leaves that are measured by state."
        ),
        figures=_state_figures(content, state, having, national, own),
        parts=tuple(part for part in parts if part.rows),
        tables=_state_tables(content, state),
        replies=replies_part(replace(content, replies=own)),
        without=without,
        leaves=tuple(having),
    )


def _state_part(content: Content, state: State, letter: str, title: str) -> StatePart:
    leaves = [leaf for leaf in content.leaves_of(characteristic=letter) if content.series(leaf.code, state.code)]
    rows = tuple(_state_row(content, leaf, state) for leaf in leaves)
    found = charts.trends(content, leaves, key=f"{state.code}.{letter}", title=f"{letter} {title}", area=state.code)
    return StatePart(letter, title, rows, notes_of([one.row for one in rows]), (found,) if found else ())


def _state_row(content: Content, leaf: Leaf, state: State) -> StateRow:
    row = leaf_row(content, leaf, state.code)
    regional = content.latest(leaf.code, ASEAN)
    values = [
        figure.value
        for one in content.states
        if (figure := content.latest(leaf.code, one.code)) and figure.value is not None
    ]
    middle = f"median {formatting.number(median(values), leaf.decimals)} of {text.plural(len(values), 'state')}"
    mark = content.reply(row.figure) if row.figure else None
    return StateRow(
        row=row,
        asean=words.value(leaf, regional),
        asean_period=regional.period_text if regional else "",
        middle=middle if len(values) > 1 and leaf.unit != words.COUNT_OF_STATES else "",
        reply=words.reply(mark) if mark else "",
        reply_mark=words.REPLY_MARKS.get(mark.kind, "") if mark else "",
    )


def _state_figures(
    content: Content, state: State, having: list[Leaf], national: list[Leaf], own: tuple[ReplyMark, ...]
) -> tuple[KeyFigure, ...]:
    moved = [one for leaf in having if (one := words.movement(content, leaf, state.code))]
    rated = [rating for leaf in having if (rating := content.rating(leaf.code, state.code))]
    judged = [rating for rating in rated if rating.rating != "no_rating"]
    found = [
        KeyFigure("KPI leaves with a figure", str(len(having)), f"of {len(national)}", "measured by state"),
        KeyFigure("Moved as sought", str(sum(one.is_sought is True for one in moved)), f"of {len(moved)}",
                  "from the baseline year, or the first figure, to the newest") if moved else None,
        KeyFigure("On track", str(sum(rating.rating == "on_track" for rating in judged)), f"of {len(judged)} rated",
                  "against its targets") if judged else None,
    ]  # fmt: skip
    table = content.table("reporting.states")
    for row in table.rows if table else ():
        if row[0] == state.name:
            found.append(KeyFigure(f"{row[1]} reports handed in", formatting.number(row[3]),
                                   f"of {formatting.number(row[2])} owed", f"overdue or missing {row[5]}"))  # fmt: skip
    if own:
        disputed = sum(mark.kind in ("disputed", "corrected") for mark in own)
        found.append(KeyFigure("Figures disputed or corrected", str(disputed), "", f"of {len(own)} replies"))
    return tuple(figure for figure in found if figure)


def _state_tables(content: Content, state: State) -> tuple[Table, ...]:
    found = []
    reports = content.table("reporting.states")
    if reports and (rows := tuple(row for row in reports.rows if row[0] == state.name)):
        found.append(words.without(replace(reports, title="Reports owed and handed in", rows=rows), "Reporter"))
    matrix = content.table("tool2.matrix")
    if matrix and state.name in matrix.columns:
        place = matrix.columns.index(state.name)
        told = tuple((row[1], row[2], row[3], row[place]) for row in matrix.rows)
        is_silent = all(row[3] in (None, "not reported") for row in told)
        note = f"{state.name} has no approved Tool 2 report of the period; that is not inaction." if is_silent else ""
        found.append(
            replace(
                matrix,
                title=f"Declarations and the actions of {state.name}",
                columns=("Declaration", "Year", "Lead", "Actions"),
                rows=() if is_silent else told,
                note=note or matrix.note,
            )
        )
    return tuple(found)
