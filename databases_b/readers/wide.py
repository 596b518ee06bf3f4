"""Wide tables: one row per area and indicator, one column per year. Shared by the World Bank's layouts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from adme.common.numbers import MISSING_MARKS
from adme.ingest.problems import Issue, Report, UnreadableFile
from adme.observations.periods import PeriodError
from databases_b.readers.base import Cell, FileFacts, IndicatorFacts
from databases_b.readers.periods import PeriodReader, future_issue, period_issue

Footnotes = dict[tuple[str, str], dict[str, str]]  # (area, indicator) -> period -> note


@dataclass(frozen=True, slots=True)
class Columns:
    """Names of the columns that say what a row is about, as the layout calls them."""

    area_name: str
    area_code: str
    indicator_name: str
    indicator_code: str

    def as_tuple(self) -> tuple[str, str, str, str]:
        return self.area_name, self.area_code, self.indicator_name, self.indicator_code


@dataclass(frozen=True, slots=True)
class Layout:
    """Where things stand in the rows of one file. `periods`: (index, heading as written, period)."""

    heading_row: int
    width: int
    area_name: int
    area_code: int
    indicator_name: int
    indicator_code: int
    periods: tuple[tuple[int, str, str], ...]
    area_heading: str
    indicator_heading: str


def is_heading(row: list[str], columns: Columns) -> bool:
    present = {cell.strip().casefold() for cell in row}
    return all(name.casefold() in present for name in columns.as_tuple())


def is_wide_heading(row: list[str], columns: Columns) -> bool:
    """The columns, and something that begins like a year: a tidy table may have the same four columns."""
    return is_heading(row, columns) and any(cell.strip()[:1].isdigit() for cell in row)


def without_trailing_blanks(row: list[str]) -> list[str]:
    """World Bank files end each line with a comma."""
    end = len(row)
    while end and not row[end - 1].strip():
        end -= 1
    return row[:end]


def layout_of(heading: list[str], columns: Columns, *, row: int, report: Report, periods: PeriodReader) -> Layout:
    """Read the heading; refuse a duplicate or missing one by name, report a year that cannot be read."""
    names = [cell.strip() for cell in without_trailing_blanks(heading)]
    refuse_duplicates(names, row)
    by_name = {name.casefold(): index for index, name in enumerate(names)}
    where = [by_name.get(name.casefold(), -1) for name in columns.as_tuple()]
    for index, name in zip(where, columns.as_tuple(), strict=True):
        if index < 0:
            raise UnreadableFile(
                "missing_heading", f"The column '{name}' is missing in row {row}.", seen=", ".join(names)
            )
    found: list[tuple[int, str, str]] = []
    seen: dict[str, str] = {}
    for index, name in enumerate(names):
        if index in where:
            continue
        try:
            period = periods.read(name)
        except PeriodError as error:
            report.add(_heading_issue(name, error, row=row, index=index))
            continue
        if period in seen:
            hint = f"'{seen[period]}' and '{name}' in row {row} are the same period."
            raise UnreadableFile("duplicate_heading", hint, seen=name)
        seen[period] = name
        found.append((index, name, period))
    if not found:
        raise UnreadableFile("no_periods", f"No column of row {row} is a year.", seen=", ".join(names))
    area_name, area_code, indicator_name, indicator_code = where
    return Layout(
        heading_row=row,
        width=len(names),
        area_name=area_name,
        area_code=area_code,
        indicator_name=indicator_name,
        indicator_code=indicator_code,
        periods=tuple(found),
        area_heading=names[area_code],
        indicator_heading=names[indicator_code],
    )


def refuse_duplicates(names: list[str], row: int) -> None:
    seen: set[str] = set()
    for index, name in enumerate(names):
        if not name:
            raise UnreadableFile(
                "blank_heading", f"Column {column_letters(index)} has no heading in row {row}. Name it or delete it."
            )
        if name.casefold() in seen:
            raise UnreadableFile(
                "duplicate_heading", f"The column '{name}' stands twice in row {row}. Keep one.", seen=name
            )
        seen.add(name.casefold())


def column_letters(index: int) -> str:
    """0 -> 'A', 26 -> 'AA', as spreadsheets name columns."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _heading_issue(name: str, error: PeriodError, *, row: int, index: int) -> Issue:
    if any(character.isdigit() for character in name):
        return period_issue(name, error, row=row, column=name)
    hint = f"Column {column_letters(index)} is neither a year nor a known column. Delete it, or correct its heading."
    return Issue(code="unknown_heading", hint=hint, row=row, column=name, seen=name[:300])


def cells(
    rows: Iterator[list[str]],
    layout: Layout,
    facts: FileFacts,
    report: Report,
    *,
    periods: PeriodReader,
    footnotes: Footnotes | None = None,
) -> Iterator[Cell]:
    """Cells of the rows below the heading; the loop runs for every value of the file, so it is kept bare."""
    area_at, code_at, width = layout.area_code, layout.indicator_code, layout.width
    notes_of = footnotes or {}
    facts.area_column, facts.indicator_column = layout.area_heading, layout.indicator_heading
    future = {period for _, _, period in layout.periods if periods.is_future(period)}
    for number, row in enumerate(rows, layout.heading_row + 1):
        if len(row) < width or (len(row) > width and any(cell.strip() for cell in row[width:])):
            if not is_blank_or_footer(row):
                report.add(ragged(row, width, number))
            continue
        area, code = row[area_at].strip(), row[code_at].strip()
        if not area or not code:
            if not is_blank_or_footer(row):
                report.add(_blank_key(facts, "area" if not area else "indicator", number))
            continue
        _remember(facts, row, layout, area, code)
        notes = notes_of.get((area, code))
        blank = 0
        for index, heading, period in layout.periods:
            value = row[index]
            if not value or value in MISSING_MARKS or value.strip() in MISSING_MARKS:
                blank += 1
            elif period in future:
                report.add(future_issue(period, row=number, column=heading))
            else:
                note = notes.get(period, "") if notes else ""
                yield (number, heading, code, area, period, "", value, "", note)  # type: ignore[misc]
        facts.blank_cells += blank


def is_blank_or_footer(row: list[str]) -> bool:
    """Blank lines, and the lines with source and date that DataBank writes below its table."""
    texts = [cell for cell in row if cell.strip()]
    return not texts or (len(texts) == 1 and texts[0].startswith(("Data from database:", "Last Updated:")))


def ragged(row: list[str], width: int, number: int) -> Issue:
    parts = len(without_trailing_blanks(row))
    hint = (
        f"The row has {len(row) if len(row) < width else parts} cells, the heading has {width}. Look for a missing or "
        "stray delimiter or quotation mark."
    )
    return Issue(code="ragged_row", hint=hint, row=number, seen=" | ".join(row[:6]))


def _blank_key(facts: FileFacts, what: str, number: int) -> Issue:
    column = facts.area_column if what == "area" else facts.indicator_column
    hint = f"The row has no {what} code. Fill it in or delete the row."
    return Issue(code=f"blank_{what}", hint=hint, row=number, column=column)


def _remember(facts: FileFacts, row: list[str], layout: Layout, area: str, code: str) -> None:
    if code not in facts.indicators:
        facts.indicators[code] = IndicatorFacts(code=code, title=row[layout.indicator_name].strip())
    if area not in facts.area_names:
        facts.area_names[area] = row[layout.area_name].strip()


def collect_names(rows: Iterator[list[str]], layout: Layout, facts: FileFacts) -> None:
    """Read the names ahead, where no companion gives them: a reader's facts are known before its cells."""
    last = max(layout.area_name, layout.area_code, layout.indicator_name, layout.indicator_code)
    for row in rows:
        if len(row) > last:
            area, code = row[layout.area_code].strip(), row[layout.indicator_code].strip()
            if area and code:
                _remember(facts, row, layout, area, code)
