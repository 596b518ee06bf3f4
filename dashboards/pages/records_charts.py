"""The panels of the records overview: a chart with its sentence, coverage, table and files, from one reading."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from adme.common import formatting
from databases_c.models import Verdict
from databases_c.selectors.holdings import Cell, Holdings, Kind, Numbers, Timing

from .. import text as say
from ..charts import bars, cell_map, stacked, theme
from . import records_tables as tables
from .tool_parts import Link, Panel, Table, panel, sentence

SOURCE = "Submissions of Member States to Database C, approved (ADME)"
FILES = "records_download"
NO_REPORT, NOTHING_HELD = "no report is owed", "no approved report"

STANDING_LAYERS = (
    stacked.Layer(Kind.HELD, "Approved", stacked.GOOD, sign="●"),
    stacked.Layer(Kind.NIL, "Certified nil", theme.PAPER, "", theme.INK, "–"),
    stacked.Layer(Kind.WAITING, "Sent", stacked.ACCENT, sign="◐"),
    stacked.Layer(Kind.MISSING, "Not reported", stacked.ATTENTION, "/", sign="▲"),
    stacked.Layer(Kind.OPEN, "Not due yet", theme.PAPER, ".", theme.INK, "○"),
    stacked.Layer(Kind.EXCUSED, "Excused", theme.LIGHT, "-", theme.INK, "‖"),
    stacked.Layer(Kind.NOT_APPLICABLE, "Not applicable", theme.LIGHT, "x", theme.INK, "✕"),
)
TIMING_LAYERS = (
    stacked.Layer(Timing.IN_TIME, "In time", stacked.GOOD, sign="●"),
    stacked.Layer(Timing.LATE, "Late", stacked.ATTENTION, "/", sign="▲"),
    stacked.Layer(Timing.RETURNED, "Sent back", theme.LIGHT, "x", theme.INK, "◆"),
    stacked.Layer(Timing.MISSING, "Not reported", stacked.BAD, ".", sign="■"),
    stacked.Layer(Timing.OPEN, "Not due yet", theme.PAPER, "", theme.INK, "○"),
)
VERDICT_LAYERS = (
    stacked.Layer(Verdict.ACCEPTED, "Accepted", stacked.GOOD, sign="●"),
    stacked.Layer(Verdict.WITH_WARNINGS, "With warnings", theme.AVAILABLE, "", theme.PAPER, "◐"),
    stacked.Layer(Verdict.PARTLY, "Partially accepted", stacked.ATTENTION, "/", sign="▲"),
)
_SHADE_OF_BAND = (0, 2, 3, 4)
_SHADES = ("under 100", "", "100 to 999", "1k to 9.9k", "10k and more")
_BAND_LETTERS = ("<100", "100+", "1k+", "10k+")


def coverage_words(found: Holdings) -> str:
    """`18 of 30 reports are in, from 9 of 11 states, for 2025`."""
    numbers = found.numbers(found.shown)
    states = {one.state for one in found.shown if one.is_owed}
    heard = {one.state for one in found.shown if one.kind in {Kind.HELD, Kind.NIL}}
    who = "" if found.filters.state else f", from {len(heard)} of {say.plural(len(states), 'Member State')}"
    many = "report is" if numbers.owed == 1 else "reports are"
    return f"{numbers.came_in} of {numbers.owed} {many} approved or nil{who}, for {found.year}"


def panels(found: Holdings) -> list[Panel]:
    made = [_held(found), _coverage(found), _timeliness(found), _units(found), _errors(found), _verdicts(found)]
    return [*made, _by_year(found), _quality_by_year(found)] if len(found.years) > 1 else made


def _made(
    found: Holdings, name: str, table: Table, figure: dict[str, Any], pixels: int, told: str, *, subtitle: str,
    notes: str = "", links: Sequence[Link] = (),
) -> Panel:  # fmt: skip
    return panel(
        name, table, figure, pixels=pixels, subtitle=subtitle, summary=told, source=SOURCE,
        coverage=coverage_words(found), files=FILES, query=found.filters.query, links=links, notes=notes,
        demonstration=found.has_demonstration,
    )  # fmt: skip


def _held(found: Holdings) -> Panel:
    lines, columns = tables.sides(found)
    grid, names = found.grid(), found.by_code
    cells = [
        [grid.get(tables.place_of(found, line, column), Cell(Kind.NOT_OWED)) for column in columns] for line in lines
    ]
    titles = {one.code: _title(one) for one in found.sets} | dict(found.every_state)
    rows = [(titles.get(code, code), [_cell(one) for one in own]) for (_, code), own in zip(lines, cells, strict=True)]
    sides = [cell_map.Column(code, titles.get(code, code)) for _, code in columns]
    figure = cell_map.cell_map(rows, sides, cell_map.HELD_SIGNS, shades=_SHADES)
    signs = [cell.sign for _, own in rows for cell in own]
    every = [one for own in cells for one in own]
    held = sum(one.kind == Kind.HELD for one in every)
    silent = sum(one.kind == Kind.MISSING for one in every)
    told = sentence(
        f"{held} of {say.plural(len(every), 'cell')} hold approved records",
        f"{silent} {'is' if silent == 1 else 'are'} not reported although the deadline has passed" if silent else "",
    )
    notes = [cell_map.key(cell_map.HELD_SIGNS, signs), "a number is of records accepted; k means thousand"]
    if any(one.is_part for one in every):
        notes.append("* not all periods of the year are in")
    if any(one.is_personal for one in found.sets):
        notes.append("of sets about persons only the size is told, so that nobody can be found out")
    when = "" if any(what == "year" for what, _ in (*lines, *columns)) else f", {found.year}"
    where = f", {found.every_state[found.filters.state]}" if found.filters.state else ""
    what = f"{names[found.filters.set].title}, records" if found.filters.set else "Records"
    return _made(
        found, "held", tables.held(found), figure, cell_map.height(rows), told,
        subtitle=f"{what} in approved reports{where}{when}", notes=f"{'; '.join(one for one in notes if one)}.",
    )  # fmt: skip


def _title(one: Any) -> str:
    return f"{one.acronym}: {one.title}"


def _cell(cell: Cell) -> cell_map.Cell:
    words = tables.standing(cell)
    if len(cell.periods) > 1:
        words = f"{words}: " + ", ".join(f"{name} {tables.KIND_WORDS[kind].lower()}" for name, kind in cell.periods)
    if cell.kind != Kind.HELD:
        return cell_map.Cell("", words, sign=cell.kind)
    if cell.band is None:
        return cell_map.Cell("", f"{words}; the number is suppressed", sign="untold")
    number = "" if cell.records is None else f"{formatting.number(cell.records, 0)} records"
    told = short(cell.records) if cell.records is not None else _BAND_LETTERS[cell.band]
    return cell_map.Cell(
        f"{told}{'*' if cell.is_part else ''}", f"{words}: {number or tables.size(cell)}", _SHADE_OF_BAND[cell.band]
    )


def short(value: float) -> str:
    """At most four characters: 34, 1.2k, 18k, 2.4M."""
    for least, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= least:
            scaled = value / least
            return f"{scaled:.1f}{letter}" if abs(scaled) < 9.95 else f"{scaled:.0f}{letter}"
    return f"{value:g}" if value == round(value) else f"{value:.1f}" if abs(value) >= 9.95 else f"{value:.2g}"


def _kinds(numbers: Numbers) -> dict[str, int] | None:
    counts: dict[str, int] = {kind: numbers.kinds[kind] for kind in tables.STANDINGS if numbers.kinds.get(kind)}
    return counts or None


def _coverage(found: Holdings) -> Panel:
    told = tables.by_set(found)
    rows = [
        stacked.Row(_title(one), _kinds(numbers), NO_REPORT, f"({numbers.came_in} of {numbers.owed} in)")
        for one, numbers in told
    ]
    figure = stacked.stacked(rows, STANDING_LAYERS, unit="reports", titled=True)
    full = sum(bool(numbers.owed) and numbers.came_in == numbers.owed for _, numbers in told)
    none = sum(bool(numbers.owed) and not numbers.came_in for _, numbers in told)
    return _made(
        found, "coverage", tables.coverage(found), _without_totals(figure), stacked.height(rows, titled=True),
        sentence(
            f"{say.plural(full, 'set has', 'sets have')} all reports that are owed" if full else "",
            f"{none} {'has' if none == 1 else 'have'} none" if none else "",
        ),
        subtitle=f"Number of reports by how they stand, {found.year}",
        notes="In: approved or certified nil. Sent: not yet approved, or sent back. Excused and not applicable are not "
        "owed.",
    )  # fmt: skip


def _without_totals(figure: dict[str, Any]) -> dict[str, Any]:
    """The tail says how many of how many; the sum of what is owed and what is not says nothing."""
    for note in figure["layout"]["annotations"]:
        if note["text"].endswith(" in)"):
            note["text"] = note["text"].partition("(")[2].removesuffix(")")
    return figure


def _timeliness(found: Holdings) -> Panel:
    told = tables.by_state(found)
    rows = [
        stacked.Row(code, {key: numbers.timings[key] for key in tables.TIMINGS if numbers.timings.get(key)} or None,
                    NO_REPORT)
        for code, numbers in told
    ]  # fmt: skip
    numbers = found.numbers(found.shown)
    late, missing = (numbers.timings.get(one, 0) for one in (Timing.LATE, Timing.MISSING))
    return _made(
        found, "timeliness", tables.timeliness(found), stacked.stacked(rows, TIMING_LAYERS, unit="reports"),
        stacked.height(rows),
        sentence(
            f"{say.plural(late, 'report')} came late" if late else "",
            f"{missing} {'has' if missing == 1 else 'have'} not come although the deadline has passed"
            if missing
            else "",
        ),
        subtitle=f"Number of reports owed, by when they were first sent, {found.year}",
        notes="The first submission counts, and a later deadline that was granted.",
    )  # fmt: skip


def _units(found: Holdings) -> Panel:
    rows = []
    for one, numbers in tables.by_set(found):
        if numbers.units_told:
            words = (
                f"{formatting.number(numbers.units_reporting, 0)} of {formatting.number(numbers.units_known, 0)} "
                f"units, from {say.plural(numbers.units_told, 'state' if _is_annual(found, one) else 'report')}"
            )
        else:
            words = "not told" if numbers.held else NOTHING_HELD
        share = tables.percent(numbers.units_reporting, numbers.units_known)
        rows.append(bars.Bar(_title(one), share, words))
    return _made(
        found, "units", tables.units(found), bars.bars(rows, unit="% of the units known", most=100),
        bars.height(rows), "How much of what should be in the records is in them, as the states themselves say.",
        subtitle=f"Offices or units in the files, % of those known, {found.year}",
        notes="Only approved reports that name both numbers.",
    )  # fmt: skip


def _is_annual(found: Holdings, one: Any) -> bool:
    return one.periodicity == "A"


def _errors(found: Holdings) -> Panel:
    rows = []
    for one, numbers in tables.by_set(found):
        if numbers.errors_rate is None:
            words = "not told: too few, or suppressed" if numbers.held else NOTHING_HELD
        else:
            words = formatting.number(numbers.errors_rate, 0 if one.is_personal else 1)
        rows.append(bars.Bar(_title(one), tables.rounded(numbers.errors_rate), words))
    return _made(
        found, "errors", tables.errors(found), bars.bars(rows, unit="errors per 1,000 records"), bars.height(rows), "",
        subtitle=f"Errors per 1,000 records read, {found.year}",
        notes="Errors of the submissions that were approved. Records with an error are refused; warnings stand in the "
        "table. Of sets about persons the rate is rounded, and told from 100 records on.",
    )  # fmt: skip


def _verdicts(found: Holdings) -> Panel:
    told = tables.by_set(found)
    rows = [
        stacked.Row(
            _title(one),
            {code: numbers.verdicts[code] for code in tables.VERDICTS if numbers.verdicts.get(code)} or None,
            NOTHING_HELD,
            f"({formatting.number(numbers.versions_per_report, 1)} files each)" if numbers.held else "",
        )
        for one, numbers in told
    ]
    partly = sum(numbers.verdicts.get(Verdict.PARTLY, 0) for _, numbers in told)
    return _made(
        found, "verdicts", tables.verdicts(found),
        stacked.stacked(rows, VERDICT_LAYERS, unit="approved reports", titled=True),
        stacked.height(rows, titled=True),
        sentence(f"{say.plural(partly, 'report was', 'reports were')} accepted in part" if partly else ""),
        subtitle=f"Number of approved reports by the verdict on their file, {found.year}",
        notes="Files each: how often a file was sent for a report, rejected ones too.",
    )  # fmt: skip


def _by_year(found: Holdings) -> Panel:
    told = tables.in_each_year(found)
    rows = [
        stacked.Row(str(year), _kinds(numbers), NO_REPORT, f"({numbers.came_in} of {numbers.owed} in)")
        for year, numbers in told
    ]
    figure = _without_totals(stacked.stacked(rows, STANDING_LAYERS, unit="reports"))
    begun = [one for one in told if one[1].came_in] or told  # of a year that is not due yet nothing need be in
    first, last = begun[0], begun[-1]
    shares = [tables.percent(numbers.came_in, numbers.owed) for _, numbers in (first, last)]
    moved = ""
    if None not in shares and first is not last:
        moved = f"{shares[0]:g} % of the reports owed for {first[0]} are in, {shares[1]:g} % for {last[0]}"
    return _made(
        found, "by-year", tables.by_year(found), figure, stacked.height(rows), sentence(moved),
        subtitle="Number of reports by how they stand, every year",
        notes="Sent: not yet approved, or sent back. Timeliness, units, errors and files of each year: in the table.",
    )  # fmt: skip


def _quality_by_year(found: Holdings) -> Panel:
    told = [(year, numbers) for year, numbers in tables.in_each_year(found) if numbers.owed]
    decimals = 0 if all(one.is_personal for one in found.sets) else 1
    rows = []
    for year, numbers in told:
        if numbers.errors_rate is None:
            words = "not told: too few, or suppressed" if numbers.held else NOTHING_HELD
        else:
            words = formatting.number(numbers.errors_rate, decimals)
            words += f" ({formatting.number(numbers.versions_per_report, 1)} files each)" if numbers.held else ""
        rows.append(bars.Bar(str(year), tables.rounded(numbers.errors_rate), words))
    known = [(year, numbers.errors_rate) for year, numbers in told if numbers.errors_rate is not None]
    moved = ""
    if len(known) > 1:
        (first, before), (last, after) = known[0], known[-1]
        rates = [formatting.number(one, decimals) for one in (before, after)]
        moved = f"{rates[0]} errors per 1,000 records in {first}, {rates[1]} in {last}"
    return _made(
        found, "quality-by-year", tables.quality_by_year(found), bars.bars(rows, unit="errors per 1,000 records"),
        bars.height(rows), sentence(moved), subtitle="Errors per 1,000 records read, every year",
        notes="Errors of the submissions that were approved. Files each: how often a file was sent for a report, "
        "rejected ones too.",
    )  # fmt: skip
