"""Figures of the records overview as tables: each is the table behind a chart and a file to download. Pure."""

from __future__ import annotations

from collections.abc import Callable

from databases_c.models import Verdict
from databases_c.selectors.holdings import BANDS, Cell, Holdings, Kind, Numbers, Report, SetInfo, Timing

from .tool_parts import Table

BAND_WORDS = ("under 100", "100 to 999", "1,000 to 9,999", "10,000 and more")
KIND_WORDS = {
    Kind.HELD: "Held",
    Kind.NIL: "Certified nil",
    Kind.NOT_APPLICABLE: "Not applicable",
    Kind.EXCUSED: "Excused",
    Kind.MISSING: "Not reported",
    Kind.WAITING: "Sent, not yet approved",
    Kind.OPEN: "Not due yet",
    Kind.NOT_OWED: "No report is owed",
}
STANDINGS = (Kind.HELD, Kind.NIL, Kind.WAITING, Kind.MISSING, Kind.OPEN, Kind.EXCUSED, Kind.NOT_APPLICABLE)
TIMINGS = {
    Timing.IN_TIME: "In time",
    Timing.LATE: "Late",
    Timing.RETURNED: "Sent back",
    Timing.MISSING: "Not reported",
    Timing.OPEN: "Not due yet",
}
VERDICTS = {
    Verdict.ACCEPTED: "Accepted",
    Verdict.WITH_WARNINGS: "With warnings",
    Verdict.PARTLY: "Partially accepted",
}
assert len(BAND_WORDS) == len(BANDS)  # noqa: S101 - the words are of these bands


def sides(found: Holdings) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """What the rows and columns of the map are, as (kind, code): sets by state; years where one of both is chosen."""
    years = [("year", str(year)) for year in reversed(found.years)]
    states = [("state", code) for code in found.states]
    sets = [("set", one.code) for one in found.sets]
    if found.filters.set and not found.filters.state:
        return years, states
    return sets, list(reversed(years)) if found.filters.state else states


def place_of(found: Holdings, *sides: tuple[str, str]) -> tuple[str, str, int]:
    """Set, state and year of a cell."""
    told = {"set": found.filters.set, "state": found.filters.state, "year": str(found.year), **dict(sides)}
    return told["set"], told["state"], int(told["year"])


def held(found: Holdings) -> Table:
    grid, names = found.grid(), found.by_code
    rows = []
    lines, columns = sides(found)
    for line in lines:
        for column in columns:
            code, state, year = place_of(found, line, column)
            cell = grid.get((code, state, year), Cell(Kind.NOT_OWED))
            one = names[code]
            rows.append(
                [one.title, one.acronym, found.every_state[state], year, standing(cell), size(cell), cell.records]
            )
    head = (
        ("SET", "Record set"), ("BODY", "Body"), ("STATE", "Member State"), ("YEAR", "Year"),
        ("STANDING", "Standing"), ("SIZE", "Size"), ("RECORDS", "Records"),
    )  # fmt: skip
    return Table("What is held", head, rows, words=6)


def standing(cell: Cell) -> str:
    words = KIND_WORDS[cell.kind]
    return f"{words}, not all periods of the year" if cell.is_part else words


def size(cell: Cell) -> str:
    if cell.kind != Kind.HELD:
        return ""
    return "suppressed" if cell.band is None else f"{BAND_WORDS[cell.band]} records"


def by_set(found: Holdings) -> list[tuple[SetInfo, Numbers]]:
    rows: dict[str, list[Report]] = {one.code: [] for one in found.sets}
    for row in found.shown:
        rows[row.set].append(row)
    return [(one, found.numbers(rows[one.code])) for one in found.sets]


def by_state(found: Holdings) -> list[tuple[str, Numbers]]:
    rows: dict[str, list[Report]] = {code: [] for code in found.states}
    for row in found.shown:
        rows.setdefault(row.state, []).append(row)
    return [(code, found.numbers(some)) for code, some in rows.items()]


def in_each_year(found: Holdings) -> list[tuple[int, Numbers]]:
    """Without years of which nothing is owed yet: '0 of 0' says nothing. All years, where that is so of each."""
    begun = {row.year for row in found.rows if row.is_owed or row.kind != Kind.OPEN}
    years = [one for one in found.years if one in begun] or found.years
    return [(year, found.numbers(row for row in found.rows if row.year == year)) for year in years]


def coverage(found: Holdings) -> Table:
    rows = [
        [
            one.title, one.acronym, numbers.owed, numbers.came_in, *(numbers.kinds.get(kind, 0) for kind in STANDINGS),
            percent(numbers.came_in, numbers.owed),
        ]
        for one, numbers in by_set(found)
    ]  # fmt: skip
    head = (
        ("SET", "Record set"), ("BODY", "Body"), ("OWED", "Reports owed"), ("IN", "Reports in"),
        *((kind.upper(), KIND_WORDS[kind]) for kind in STANDINGS), ("SHARE_IN", "In, % of owed"),
    )  # fmt: skip
    return Table("States reporting, by record set", head, rows, words=2)


def units(found: Holdings) -> Table:
    rows = [
        [
            one.title, one.acronym,
            *((numbers.units_reporting, numbers.units_known) if numbers.units_told else (None, None)),
            percent(numbers.units_reporting, numbers.units_known), numbers.units_told, numbers.held,
        ]
        for one, numbers in by_set(found)
    ]  # fmt: skip
    head = (
        ("SET", "Record set"), ("BODY", "Body"), ("UNITS_REPORTING", "Units reporting"), ("UNITS_KNOWN", "Units known"),
        ("SHARE", "Reporting, %"), ("TOLD_BY", "Reports that name both"), ("HELD", "Approved reports"),
    )  # fmt: skip
    return Table("Units reporting, by record set", head, rows, words=2)


def timeliness(found: Holdings) -> Table:
    rows = [
        [
            found.every_state[code], *(numbers.timings.get(one, 0) for one in TIMINGS), numbers.owed,
            percent(numbers.timings.get(Timing.IN_TIME, 0), numbers.closed),
        ]
        for code, numbers in by_state(found)
    ]  # fmt: skip
    head = (
        ("STATE", "Member State"), *((one.upper(), words) for one, words in TIMINGS.items()), ("OWED", "Reports owed"),
        ("SHARE_IN_TIME", "In time, % of those sent or overdue"),
    )  # fmt: skip
    return Table("Timeliness, by Member State", head, rows)


def errors(found: Holdings) -> Table:
    rows = [
        [
            one.title, one.acronym, rounded(numbers.errors_rate), rounded(numbers.warnings_rate), numbers.records,
            numbers.held, numbers.untold,
        ]
        for one, numbers in by_set(found)
    ]  # fmt: skip
    head = (
        ("SET", "Record set"), ("BODY", "Body"), ("ERRORS_RATE", "Errors per 1,000 records"),
        ("WARNINGS_RATE", "Warnings per 1,000 records"), ("RECORDS", "Records accepted"), ("HELD", "Approved reports"),
        ("NUMBER_NOT_TOLD", "Of these, number of records not told"),
    )  # fmt: skip
    return Table("Errors found, by record set", head, rows, words=2)


def verdicts(found: Holdings) -> Table:
    rows = [
        [
            one.title, one.acronym, *(numbers.verdicts.get(code, 0) for code in VERDICTS), numbers.held,
            numbers.versions, rounded(numbers.versions_per_report),
        ]
        for one, numbers in by_set(found)
    ]  # fmt: skip
    head = (
        ("SET", "Record set"), ("BODY", "Body"), *((code.upper(), words) for code, words in VERDICTS.items()),
        ("HELD", "Approved reports"), ("VERSIONS", "Files sent for them"), ("PER_REPORT", "Files per report"),
    )  # fmt: skip
    return Table("Verdicts and revisions, by record set", head, rows, words=2)


def by_year(found: Holdings) -> Table:
    rows = [
        [
            year, numbers.owed, numbers.came_in, percent(numbers.came_in, numbers.owed),
            *(numbers.kinds.get(kind, 0) for kind in STANDINGS),
            numbers.timings.get(Timing.IN_TIME, 0), numbers.timings.get(Timing.LATE, 0),
            percent(numbers.units_reporting, numbers.units_known), rounded(numbers.errors_rate), numbers.records,
            rounded(numbers.versions_per_report),
        ]
        for year, numbers in in_each_year(found)
    ]  # fmt: skip
    head = (
        ("YEAR", "Year"), ("OWED", "Reports owed"), ("IN", "Reports in"), ("SHARE_IN", "In, % of owed"),
        *((kind.upper(), KIND_WORDS[kind]) for kind in STANDINGS), ("IN_TIME", "In time"), ("LATE", "Late"),
        ("UNITS_SHARE", "Units reporting, %"), ("ERRORS_RATE", "Errors per 1,000 records"),
        ("RECORDS", "Records accepted"), ("PER_REPORT", "Files per report"),
    )  # fmt: skip
    return Table("Reports by year", head, rows)


def quality_by_year(found: Holdings) -> Table:
    rows = [
        [
            year, rounded(numbers.errors_rate), rounded(numbers.warnings_rate), numbers.records, numbers.held,
            numbers.versions, rounded(numbers.versions_per_report), numbers.untold,
        ]
        for year, numbers in in_each_year(found)
        if numbers.owed
    ]  # fmt: skip
    head = (
        ("YEAR", "Year"), ("ERRORS_RATE", "Errors per 1,000 records"), ("WARNINGS_RATE", "Warnings per 1,000 records"),
        ("RECORDS", "Records accepted"), ("HELD", "Approved reports"), ("VERSIONS", "Files sent for them"),
        ("PER_REPORT", "Files per report"), ("NUMBER_NOT_TOLD", "Of these, number of records not told"),
    )  # fmt: skip
    return Table("Quality by year", head, rows)


TABLES: dict[str, Callable[[Holdings], Table]] = {
    "held": held,
    "coverage": coverage,
    "units": units,
    "timeliness": timeliness,
    "errors": errors,
    "verdicts": verdicts,
    "by-year": by_year,
    "quality-by-year": quality_by_year,
}


def percent(part: int, whole: int) -> float | None:
    """One decimal; nothing of nothing is not known."""
    return round(100 * part / whole, 1) if whole else None


def rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)
