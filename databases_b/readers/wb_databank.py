"""World Bank DataBank extracts, CSV (zipped or not) and XLSX, in their three layouts:

- wide: 'Country Name', 'Country Code', 'Series Name', 'Series Code', then '2014 [YR2014]', ...
- years in rows: 'Time', 'Time Code', 'Country Name', 'Country Code', then 'Name of the series [CODE]', ...
- long: 'Series Name', 'Series Code', 'Country Name', 'Country Code', 'Time', 'Time Code', 'Value'.

Missing is '..'. Below the table stand 'Data from database: ...' and 'Last Updated: 01/28/2025'.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from adme.common.numbers import MISSING_MARKS
from adme.ingest.problems import Report, UnreadableFile
from adme.observations.periods import PeriodError
from databases_b.readers.base import Cell, FileFacts, IndicatorFacts, SourceFile
from databases_b.readers.package import Package
from databases_b.readers.periods import PeriodReader, future_issue, period_issue
from databases_b.readers.wb_bulk import one_data_table
from databases_b.readers.wide import (
    Columns,
    cells,
    collect_names,
    is_blank_or_footer,
    layout_of,
    ragged,
    refuse_duplicates,
    without_trailing_blanks,
)
from databases_b.readers.world_bank import companion_rows, complete, indicator_facts, parse_date, product

_WIDE = Columns("Country Name", "Country Code", "Series Name", "Series Code")
_CODED = re.compile(r"^(?P<title>.*\S)\s*\[(?P<code>[^\[\]]+)\]$")
_SOURCE, _UPDATED = "data from database:", "last updated:"
_METADATA = "series - metadata"


class DataBankReader:
    name = "wb_databank"
    title = "World Bank DataBank extract"

    def recognises(self, source: SourceFile) -> bool:
        try:
            return bool(_data_tables(Package(source)))
        except (UnreadableFile, OSError, ValueError):
            return False

    def open(self, source: SourceFile, report: Report) -> tuple[FileFacts, Iterator[Cell]]:
        package = Package(source)
        table = package.table(one_data_table(package, _data_tables(package)))
        rows = table.rows()
        heading = [cell.strip() for cell in without_trailing_blanks(next(rows, []))]
        facts = FileFacts(format=self.name, encoding=table.encoding, notes=list(table.notes))
        _read_footer(table.tail, facts)
        metadata = next((n for n in package.names if _METADATA in n.casefold()), None)
        if metadata is not None and (package.kind != "text" or package.source.name.casefold() in metadata.casefold()):
            facts.indicators = indicator_facts(companion_rows(package, metadata, report))
        shape = _shape(heading)
        periods = PeriodReader()
        if shape == "wide":
            layout = layout_of(heading, _WIDE, row=1, report=report, periods=periods)
            if not facts.indicators:
                ahead = table.rows()
                next(ahead, None)
                collect_names(ahead, layout, facts)
            complete(facts)
            return facts, cells(rows, layout, facts, report, periods=periods)
        refuse_duplicates(heading, 1)
        read = _LongRows if shape == "long" else _YearRows
        found = read(heading, facts, report, periods)
        complete(facts)
        return facts, found.cells(rows)


def _data_tables(package: Package) -> list[str]:
    if package.kind == "xlsx":
        texts = {text.strip() for text in package.head(package.names[0])[0]}
        has_codes = "Country Code" in texts and bool(texts & {"Series Code", "Time Code"})
        sheets = [name for name in package.names if _METADATA not in name.casefold()]
        return sheets[:1] if has_codes else []
    return [name for name in package.own_names() if _METADATA not in name.casefold() and _shape_of(package, name)]


def _shape_of(package: Package, name: str) -> str:
    head = package.head(name)
    return _shape([cell.strip() for cell in without_trailing_blanks(head[0])]) if head else ""


def _shape(heading: list[str]) -> str:
    names = {name.casefold() for name in heading}
    if "country code" not in names:
        return ""
    if "series code" in names:
        return "long" if "time code" in names and "value" in names else "wide"
    return "rows" if "time code" in names and any(_CODED.match(name) for name in heading) else ""


def _read_footer(tail: list[list[str]], facts: FileFacts) -> None:
    for row in tail:
        text = row[0].strip() if row else ""
        if text.casefold().startswith(_SOURCE):
            facts.dataset, facts.dataset_title = product(text[len(_SOURCE) :])
        elif text.casefold().startswith(_UPDATED):
            facts.release_date = parse_date(text[len(_UPDATED) :])
    if not facts.dataset_title:
        facts.notes.append("The extract has lost the lines that name its database and date: state both.")


class _LongRows:
    """One observation per row."""

    def __init__(self, heading: list[str], facts: FileFacts, report: Report, periods: PeriodReader) -> None:
        self.facts, self.report, self.periods, self.width = facts, report, periods, len(heading)
        at = {name.casefold(): index for index, name in enumerate(heading)}
        known = {"series name", "series code", "country name", "country code", "time", "time code", "value"}
        for name in heading:
            if name.casefold() not in known:
                raise UnreadableFile("unknown_heading", f"The column '{name}' is not known here. Delete it.", seen=name)
        self.series, self.title = at["series code"], at.get("series name", at["series code"])
        self.area, self.area_name = at["country code"], at.get("country name", at["country code"])
        facts.area_column, facts.indicator_column = heading[self.area], heading[self.series]
        self.time, self.value, self.heading = at["time code"], at["value"], heading[at["value"]]

    def cells(self, rows: Iterator[list[str]]) -> Iterator[Cell]:
        facts, report, periods = self.facts, self.report, self.periods
        for number, row in enumerate(rows, 2):
            if len(row) < self.width or is_blank_or_footer(row):
                if not is_blank_or_footer(row):
                    report.add(ragged(row, self.width, number))
                continue
            code, area, value = row[self.series].strip(), row[self.area].strip(), row[self.value].strip()
            if not code or not area:
                hint = "The row has no series code or no country code. Fill it in or delete the row."
                column = facts.area_column if code else facts.indicator_column
                report.error("blank_area" if code else "blank_indicator", hint, row=number, column=column)
                continue
            if code not in facts.indicators:
                facts.indicators[code] = IndicatorFacts(code=code, title=row[self.title].strip())
            facts.area_names.setdefault(area, row[self.area_name].strip())
            if value in MISSING_MARKS:
                facts.blank_cells += 1
                continue
            period = _period(periods, row[self.time], report, number)
            if period:
                yield (number, self.heading, code, area, period, "", value, "", "")  # type: ignore[misc]


class _YearRows:
    """One row per area and year, one column per series."""

    def __init__(self, heading: list[str], facts: FileFacts, report: Report, periods: PeriodReader) -> None:
        self.facts, self.report, self.periods, self.width = facts, report, periods, len(heading)
        at = {name.casefold(): index for index, name in enumerate(heading)}
        self.area, self.time = at["country code"], at["time code"]
        facts.area_column = heading[self.area]
        self.area_name = at.get("country name", at.get("country", self.area))
        own = {self.area, self.time, self.area_name, at.get("time", -1)}
        self.series: list[tuple[int, str, str]] = []
        for index, name in enumerate(heading):
            if index in own:
                continue
            match = _CODED.match(name)
            if match is None:
                hint = f"The column '{name}' has no series code in brackets. Add it or delete the column."
                raise UnreadableFile("unknown_heading", hint, seen=name)
            code = match["code"].strip()
            if code in {known for _, _, known in self.series}:
                raise UnreadableFile("duplicate_heading", f"The series {code} stands in two columns.", seen=code)
            self.series.append((index, name, code))
            if code not in facts.indicators:
                facts.indicators[code] = IndicatorFacts(code=code, title=match["title"])

    def cells(self, rows: Iterator[list[str]]) -> Iterator[Cell]:
        for number, row in enumerate(rows, 2):
            if len(row) < self.width or is_blank_or_footer(row):
                if not is_blank_or_footer(row):
                    self.report.add(ragged(row, self.width, number))
                continue
            area = row[self.area].strip()
            period = _period(self.periods, row[self.time], self.report, number)
            if not area:
                hint = "The row has no country code. Fill it in or delete the row."
                self.report.error("blank_area", hint, row=number, column=self.facts.area_column)
            if not area or not period:
                continue
            self.facts.area_names.setdefault(area, row[self.area_name].strip())
            for index, heading, code in self.series:
                value = row[index]
                if value in MISSING_MARKS or value.strip() in MISSING_MARKS:
                    self.facts.blank_cells += 1
                else:
                    yield (number, heading, code, area, period, "", value, "", "")  # type: ignore[misc]


def _period(periods: PeriodReader, text: str, report: Report, number: int) -> str:
    """The period, or '' when it was reported."""
    try:
        period = periods.read(text)
    except PeriodError as error:
        report.add(period_issue(text, error, row=number, column="Time Code"))
        return ""
    if periods.is_future(period):
        report.add(future_issue(period, row=number, column="Time Code"))
        return ""
    return period
