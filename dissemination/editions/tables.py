"""What the tools and the submissions told, as tables: approved reports only, the same for everyone.

`take()` reads them; every product shows them as they are. Counts of what nobody reported are None, never 0.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from adme.observations.periods import TimePeriod
from adme.reporting.selectors.ledger import Completeness, ReporterRow, Tally, by_period, completeness
from adme.reporting.selectors.naming import tool_title
from adme.reporting.states import Standing
from databases_a.tool1.selectors import summary as tool1
from databases_a.tool1.standing_reports import Report, reports
from databases_a.tool2.selectors import summary as tool2
from databases_a.tool2.selectors.marks import summary_mark
from databases_c.selectors import holdings

from .content import Cell, Table

TOOL1_SOURCE = "Tool 1 reports of sectoral bodies, approved (ADME, Database A)"
TOOL2_SOURCE = "Tool 2 reports of sectoral bodies and Member States, approved (ADME, Database A)"
LEDGER_SOURCE = "Obligation ledger (ADME)"
RECORDS_SOURCE = "Administrative records of Member States, approved (ADME, Database C)"
NOT_REPORTED, NO_ACTION = "not reported", "no action"


def take(*, version: int, now: datetime) -> tuple[Table, ...]:
    """Every table that has something to say; a constant number of statements."""
    first, second = reports("tool1"), reports("tool2")
    made_up = any(one.is_demonstration for one in (*first, *second))
    found = [*_tool1(version, first), *_tool2(version, second), *_ledger(now, made_up), _records(now)]
    return tuple(table for table in found if table is not None)


def _tool1(version: int, told_by: Sequence[Report]) -> list[Table | None]:
    told = tool1.summary(tool1.Filters(), told_by, version=version)
    if told is None or not told.rows:
        return []
    bodies = told.bodies()
    heard = sum(told.heard(body) for body in bodies)
    about: dict[str, Any] = {
        "coverage": f"{heard} of {len(bodies)} bodies",
        "source": TOOL1_SOURCE,
        "is_demonstration": told.has_demonstration,
    }
    total, people = len(told.rows), told.participants()
    done, held_up = told.number(tool1.IMPLEMENTED), told.number(tool1.HELD_UP)
    by_status = Counter(row.status for row in told.rows)
    by_body = told.statuses_by(lambda row: [row.body])
    kras_of = told.codes_of("kras")
    by_kra = told.statuses_by(kras_of)
    by_body_and_kra = told.statuses_by(lambda row: [f"{row.body} {kra}" for kra in kras_of(row)])
    figures: list[tuple[Cell, ...]] = [
        ("Activities", total, f"in {told.span}"),
        ("Implemented", done, f"{_percent(done, total)} of all: completed or on-going"),
        ("Held up", held_up, f"{_percent(held_up, total)} of all: delayed, postponed or cancelled"),
        ("Outcome documents", told.documents(), "each counted once"),
        ("Participants", people.total, f"{people.silent} of {people.reports} reports give no number"),
        ("Women among participants", None if people.women is None else round(100 * people.women, 1), "per cent"),
    ]
    names = told.words.statuses
    status_rows = tuple((name, by_status.get(code, 0)) for code, name in names.items())
    return [
        Table("tool1.figures", f"Tool 1 in {told.span}", ("Figure", "Value", "Note"), tuple(figures), **about),
        Table(
            "tool1.status", f"Activities by status, {told.span}", ("Status", "Activities"), status_rows,
            unit="activities", **about,
        ),
        Table(
            "tool1.bodies", f"Activities by sectoral body and status, {told.span}",
            ("Sectoral body", *names.values(), "All", "Report"),
            tuple(
                (name, *_counts(by_body.get(code), names, told.heard(code)), "in" if told.heard(code) else NOT_REPORTED)
                for code, name in bodies.items()
            ),
            unit="activities", note="A body whose report is not in has no count; that is not zero.", **about,
        ),
        Table(
            "tool1.kras", f"Activities by Key Result Area, {told.span}", ("KRA", "Title", "Activities", "Implemented"),
            tuple(
                (code, title, sum(by_kra.get(code, Counter()).values()),
                 sum(by_kra.get(code, Counter())[status] for status in tool1.IMPLEMENTED))
                for code, title in told.words.kras.items()
            ),
            unit="activities", note="An activity that serves several areas counts under each.", **about,
        ),
        Table(
            "tool1.body_kras", f"Activities by sectoral body and Key Result Area, {told.span}",
            ("Sectoral body", "KRA", "Title", "Activities", "Implemented"),
            tuple(
                (name, kra, title, sum(found.values()), sum(found[status] for status in tool1.IMPLEMENTED))
                for code, name in bodies.items()
                for kra, title in told.words.kras.items()
                if (found := by_body_and_kra.get(f"{code} {kra}"))
            ),
            unit="activities", note="An activity that serves several areas counts under each.", **about,
        ),
    ]  # fmt: skip


def _tool2(version: int, told_by: Sequence[Report]) -> list[Table | None]:
    told = tool2.summary(tool2.Filters(), told_by, version=version)
    if told is None or not told.texts or not told.years:
        return []
    states, year = told.states(), told.year
    bodies_in, bodies_owing = told.bodies_in(year) if year else (0, 0)
    heard = sum(told.heard(state) for state in states)
    about: dict[str, Any] = {
        "coverage": f"{heard} of {len(states)} states, {bodies_in} of {bodies_owing} bodies",
        "source": TOOL2_SOURCE,
        "is_demonstration": told.has_demonstration,
    }
    clauses, idle = told.clauses()
    followed = len(told.followed())
    figures: list[tuple[Cell, ...]] = [
        ("Declarations and statements", len(told.texts), "in the register"),
        ("With an action", followed, f"{_percent(followed, len(told.texts))} of them"),
        ("Clauses", clauses, "entered so far"),
        ("Clauses without an action", idle, f"{_percent(idle, clauses)} of them"),
        ("Actions", len(told.rows), f"in {told.span}"),
    ]
    names = told.words.statuses
    by_status = told.statuses_by(lambda row: row.status)
    by_cell = told.statuses_by(lambda row: (row.declaration, row.place))
    counted = Counter({code: sum(found.values()) for code, found in by_status.items()})
    acting = {declaration for declaration, _ in by_cell}
    shown = [text for text in told.texts if text.clauses or text.pk in acting]
    return [
        Table("tool2.figures", f"Tool 2 in {told.span}", ("Figure", "Value", "Note"), tuple(figures), **about),
        Table(
            "tool2.status", f"Actions by status, {told.span}", ("Status", "Actions"),
            tuple((name, counted.get(code, 0)) for code, name in names.items()), unit="actions", **about,
        ),
        Table(
            "tool2.matrix", f"Declarations and who acts on them, {told.span}",
            ("Code", "Declaration", "Year", "Lead", "Clauses", "Bodies", *states.values()),
            tuple(
                (
                    text.code, text.title, text.year, ", ".join(text.leads), text.clauses,
                    *(
                        _acts(by_cell.get((text.pk, place)), is_heard)
                        for place, is_heard in (
                            (tool2.BODIES, bodies_in > 0), *((code, told.heard(code)) for code in states)
                        )
                    ),
                )
                for text in shown
            ),
            note="Number of actions and how they stand together; 'no action': a report came and names none. "
            f"{len(told.texts) - len(shown)} declarations whose clauses are not entered yet are left out.", **about,
        ),
    ]  # fmt: skip


def _ledger(now: datetime, made_up: bool) -> list[Table | None]:
    """How the reports of Tool 1 and Tool 2 stand: by tool and period, by body, by state."""
    by_tool = {tool: completeness(tool, now=now) for tool in ("tool1", "tool2")}
    rows: list[tuple[Cell, ...]] = []
    for tool in by_tool:
        for period, tally in by_period(tool, now):
            if tally.owed:
                rows.append((tool_title(tool), str(TimePeriod.from_key(period)), *_standing(tally)))
    columns = ("Owed", "Reported", "Certified nil", "Overdue or missing", "Completeness, %", "In time, %")
    if not rows:
        return []
    return [
        Table(
            "reporting.standing", "Reports owed and handed in", ("Tool", "Period", *columns), tuple(rows),
            unit="reports", source=LEDGER_SOURCE, note="Excused and not applicable are not owed.",
            is_demonstration=made_up,
        ),
        _by_reporter("reporting.bodies", "Reports by sectoral body", by_tool, columns, lambda one: one.bodies, made_up),
        _by_reporter("reporting.states", "Reports by Member State", by_tool, columns, lambda one: one.states, made_up),
    ]  # fmt: skip


def _by_reporter(
    key: str,
    title: str,
    by_tool: dict[str, Completeness],
    columns: tuple[str, ...],
    pick: Callable[[Completeness], tuple[ReporterRow, ...]],
    made_up: bool,
) -> Table:
    rows = tuple(
        (row.name, tool_title(tool), *_standing(row.tally))
        for tool, whole in by_tool.items()
        for row in pick(whole)
        if row.tally.owed
    )
    return Table(
        key, title, ("Reporter", "Tool", *columns), rows, unit="reports", source=LEDGER_SOURCE,
        is_demonstration=made_up,
    )  # fmt: skip


def _records(now: datetime) -> Table | None:
    told = holdings.holdings(holdings.Filters(), holdings.record_sets(), now)
    if told is None or told.year is None:
        return None
    rows = []
    for one in told.sets:
        numbers = told.numbers(row for row in told.shown if row.set == one.code)
        held = numbers.kinds.get(holdings.Kind.HELD, 0)
        share = None if not numbers.owed else round(100 * numbers.came_in / numbers.owed, 1)
        rows.append(
            (one.code, one.title, told.bodies.get(one.body, one.body), numbers.owed, numbers.came_in, held, share)
        )
    return Table(
        "records.held",
        f"Administrative records held of {told.year}",
        ("Set", "Title", "Sectoral body", "Reports owed", "Came in", "With records", "Completeness, %"),
        tuple(rows),
        unit="reports",
        source=RECORDS_SOURCE,
        is_demonstration=told.has_demonstration,
    )


def _standing(tally: Tally) -> tuple[Cell, ...]:
    late = tally.number(Standing.OVERDUE) + tally.number(Standing.MISSING)
    return (
        tally.owed, tally.reported, tally.number(Standing.CERTIFIED_NIL), late,
        _share(tally.completeness), _share(tally.timeliness),
    )  # fmt: skip


def _counts(found: Counter[str] | None, names: Iterable[str], is_heard: bool) -> tuple[Cell, ...]:
    codes = list(names)
    if found is None and not is_heard:
        return (None,) * (len(codes) + 1)
    counted = found or Counter()
    return (*(counted.get(code, 0) for code in codes), sum(counted.values()))


def _acts(found: Counter[str] | None, is_heard: bool) -> str:
    if not found:
        return NO_ACTION if is_heard else NOT_REPORTED
    return f"{sum(found.values())} ({summary_mark(found.elements()).word.lower()})"


def _share(share: float | None) -> float | None:
    return None if share is None else round(100 * share, 1)


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f} %" if whole else ".. %"
