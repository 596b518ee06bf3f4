"""The panels of the Tool 1 dashboard: a chart with its sentence, coverage, table and files, from one summary."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from databases_a.tool1.selectors.summary import Summary
from databases_a.tool1.selectors.timeline import Timeline

from .. import text
from ..charts import gantt, heatmap, stacked
from . import tool1_tables as tables
from .tool_parts import NOT_IN, STATUSES, Link, Panel, Table, address, most, panel, range_text, sentence

SOURCE = "Tool 1 reports of sectoral bodies, approved"
FILES = "tool1_download"
_OPEN = frozenset({"not_started", "ongoing", "delayed", "postponed"})
UNIT = "activities"
SEVERAL = "An activity that names several is counted under each, so the rows add up to more than there are activities."


def coverage(summary: Summary) -> str:
    """How many of the bodies stand behind a figure."""
    bodies, years = summary.bodies(), summary.years if summary.year is None else (summary.year,)
    if summary.filters.body:
        told = sum(bool(summary.heard_in(year)) for year in years)
        name = next(iter(bodies.values()), summary.filters.body)
        if summary.year is not None:
            return f"{name} has {'an approved or nil' if told else 'no approved'} report for {summary.year}"
        return f"{name} has an approved or nil report for {told} of {text.plural(len(years), 'year')}"
    heard = range_text(summary.heard_in(year) for year in years)
    each = " a year" if summary.year is None else ""
    return f"{heard} of {len(bodies)} sectoral bodies{each} have an approved or nil report for {summary.span}"


def links(summary: Summary, label: str = "See the activities", **more: str) -> list[Link]:
    """The same filters in the search; it knows no Characteristic, so there is a link for each of its KRAs."""
    asked = summary.filters
    year = "" if summary.year is None else str(summary.year)
    query = {"body": asked.body, "kra": asked.kra, "type": asked.type, "status": asked.status, "first": year}
    query |= {"last": year, "standing": "approved", **more}
    if asked.characteristic and not query["kra"]:
        codes = tables.kras(summary)
        return [(f"{label} of KRA {code}", address("activity_search", **{**query, "kra": code})) for code in codes]
    return [(label, address("activity_search", **query))]


def panels(summary: Summary) -> list[Panel]:
    return [
        _by_body(summary), _by_year(summary), _by_kra(summary), _alignment(summary), _types(summary),
        _frequencies(summary), _issues(summary), _goals(summary),
    ]  # fmt: skip


def _made(
    summary: Summary, name: str, figure: dict[str, Any], pixels: int, told: str, *, notes: str = "", subtitle: str = "",
    table: Table | None = None, covered: str = "", onward: list[Link] | None = None,
) -> Panel:  # fmt: skip
    return panel(
        name,
        table or tables.TABLES[name](summary),
        figure,
        pixels=pixels,
        subtitle=subtitle or f"Number of activities, {_place(summary)}, {summary.span}",
        summary=told,
        source=SOURCE,
        coverage=covered or coverage(summary),
        files=FILES,
        query=summary.filters.query,
        links=onward or links(summary),
        notes=notes,
        demonstration=summary.has_demonstration,
    )


def _place(summary: Summary) -> str:
    return summary.bodies().get(summary.filters.body, "") if summary.filters.body else "all sectoral bodies"


def _stack(table: Table, *, first: int, labels: list[str], titled: bool, tails: list[str] | None = None) -> Any:
    """Rows of a table of statuses, whose numbers begin at column `first`."""
    rows = []
    for place, (label, cells) in enumerate(zip(labels, table.rows, strict=True)):
        numbers = cells[first : first + len(STATUSES)]
        if cells[-1] is None:
            rows.append(stacked.Row(label, None, NOT_IN))
            continue
        counts = {code: number for code, number in zip(STATUSES, numbers, strict=True) if number}
        if rest := cells[-1] - sum(counts.values()):
            counts[""] = rest
        rows.append(stacked.Row(label, counts, tail=tails[place] if tails else ""))
    return stacked.stacked(rows, stacked.STATUS_LAYERS, unit=UNIT, titled=titled), stacked.height(rows, titled=titled)


def _by_body(summary: Summary) -> Panel:
    table = tables.by_body(summary)
    figure, pixels = _stack(table, first=2, labels=[row[0] for row in table.rows], titled=False)
    silent = sum(row[-1] is None for row in table.rows)
    counts = {row[0]: row[-1] or 0 for row in table.rows}
    missing = f"{text.plural(silent, 'body has', 'bodies have')} no approved report: not known, not zero"
    told = sentence(most(counts, {}, "activity", "activities"), missing if silent else "")
    return _made(summary, "status-by-body", figure, pixels, told, table=table)


def _by_year(summary: Summary) -> Panel:
    table = tables.by_year(summary)
    one = bool(summary.filters.body)
    tails = ["" if one else f"({row[1]} of {row[2]} bodies)" for row in table.rows]
    figure, pixels = _stack(table, first=3, labels=[str(row[0]) for row in table.rows], titled=False, tails=tails)
    told = ""
    if not one and len(table.rows) > 1 and table.rows[-1][1] < table.rows[-2][1]:
        now, before = table.rows[-1], table.rows[-2]
        told = (
            f"{now[0]} holds the reports of {now[1]} bodies, {before[0]} of {before[1]}: the last bar is not yet whole."
        )
    return _made(
        summary, "status-by-year", figure, pixels, told, table=table,
        subtitle=f"Number of activities reported for the year, {_place(summary)}, every year with approved reports",
        notes="An activity counts once in each year for which it was reported.",
        covered=""
        if one
        else f"{range_text(row[1] for row in table.rows)} of {len(summary.bodies())} sectoral bodies a year; "
        "the number stands behind each bar",
        onward=links(summary, "See the activities of all years", first="", last="", periods="all"),
    )  # fmt: skip


def _by_kra(summary: Summary) -> Panel:
    table = tables.by_kra(summary)
    labels = [f"{row[0]} {row[1]}" if row[0] != "none" else row[1] for row in table.rows]
    figure, pixels = _stack(table, first=2, labels=labels, titled=True)
    empty = [row[0] for row in table.rows if not row[-1]]
    none = f"no activity serves {text.listed(empty)}" if empty else ""
    told = sentence(most({row[0]: row[-1] for row in table.rows}, {}, "activity", "activities"), none)
    return _made(summary, "status-by-kra", figure, pixels, told, table=table, notes=SEVERAL)


def _alignment(summary: Summary) -> Panel:
    bodies, areas, counts = summary.bodies(), tables.kras(summary), tables.alignment_counts(summary)
    known = {code: summary.heard(code) for code in bodies}
    columns = [heatmap.Side(name, name, known[code]) for code, name in bodies.items()]
    rows = [heatmap.Side(code, f"{code} {stacked.shortened(title, 70)}") for code, title in areas.items()]
    cells = [[counts[area, body] for body in bodies] for area in areas]
    empty = sum(counts[area, body] == 0 for body in bodies if known[body] for area in areas)
    total = sum(known.values()) * len(areas)
    told = sentence(
        f"{total - empty} of {total} pairs of a reporting body and a Key Result Area have at least one activity",
        f"dotted columns: {NOT_IN}, so nothing is known" if not all(known.values()) else "",
    )
    figure = heatmap.heatmap(columns, rows, cells, unit=UNIT)
    return _made(summary, "alignment", figure, 110 + 26 * len(rows), told, notes=SEVERAL)


def _bars(
    table: Table, *, by_value: bool = True, tail: Callable[[Sequence[Any]], str] = lambda row: ""
) -> tuple[dict[str, Any], int]:
    """The first column names a row, the last one holds its number."""
    rows = [stacked.Row(str(row[0]), {"all": row[-1]} if row[-1] else {}, tail=tail(row)) for row in table.rows]
    if by_value:
        rows.sort(key=lambda row: -(row.counts or {}).get("all", 0))
    return stacked.stacked(rows, stacked.PLAIN, unit=UNIT, titled=True), stacked.height(rows, titled=True)


def _types(summary: Summary) -> Panel:
    table = tables.types(summary)
    figure, pixels = _bars(table)
    told = sentence(most({row[0]: row[1] for row in table.rows}, {}, "activity", "activities"))
    return _made(summary, "types", figure, pixels, told, table=table)


def _frequencies(summary: Summary) -> Panel:
    table = tables.frequencies(summary)
    figure, pixels = _bars(table, by_value=False)
    told = sentence(most({row[0]: row[1] for row in table.rows}, {}, "activity", "activities"))
    return _made(summary, "frequency", figure, pixels, told, table=table)


def _issues(summary: Summary) -> Panel:
    table = tables.issues(summary)
    figure, pixels = _bars(table, tail=lambda row: f"lead: {row[1]}")
    without = sum(tables.found_without(summary, "issues").values())
    told = sentence(
        most({row[0]: row[2] for row in table.rows}, {}, "activity", "activities"),
        f"{text.plural(without, 'activity names', 'activities name')} no cross-pillar issue" if without else "",
    )
    notes = SEVERAL
    return _made(summary, "cross-pillar-issues", figure, pixels, told, table=table, notes=notes)


def _goals(summary: Summary) -> Panel:
    table = tables.goals(summary)
    figure, pixels = _bars(table, by_value=False)
    told = sentence(most({row[0]: row[1] for row in table.rows}, {}, "activity", "activities"))
    notes = f"By the SDG targets that activities name. {SEVERAL}"
    return _made(summary, "goals", figure, pixels, told, table=table, notes=notes)


def timeline_panel(summary: Summary, page: Timeline, today: date) -> Panel:
    names = summary.bodies()
    spans = [
        gantt.Span(row.title, names.get(row.body, row.body), row.starts_on, row.ends_on, row.status, row.percent)
        for row in page.rows
    ]
    late = sum(bool(row.ends_on and row.ends_on < today) and row.status in _OPEN for row in summary.rows)
    told = sentence(
        f"{text.plural(late, 'activity is', 'activities are')} past the last day and not completed" if late else "",
        f"{text.plural(page.undated, 'activity has', 'activities have')} no days and no bar" if page.undated else "",
    )
    where = f", page {page.number} of {page.pages}" if page.pages > 1 else ""
    return _made(
        summary, "timeline", gantt.gantt(spans, today=today), gantt.height(spans), told,
        table=Table("Timeline of activities", (), ()),
        subtitle=f"First to last day, {_place(summary)}, reported for {summary.span}{where}",
        notes="By body, then by first day. The dotted line is today. The files hold all pages.",
    )  # fmt: skip
