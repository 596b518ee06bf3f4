"""World Bank downloads by indicator, country or topic (`API_*_DS2_*`): four lines above the heading, wide below."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from adme.ingest.problems import Report, UnreadableFile
from databases_b.readers.base import Cell, FileFacts, SourceFile
from databases_b.readers.package import Package
from databases_b.readers.periods import PeriodReader
from databases_b.readers.wb_bulk import one_data_table
from databases_b.readers.wide import cells, collect_names, is_heading, is_wide_heading, layout_of
from databases_b.readers.world_bank import (
    COLUMNS,
    companion_rows,
    complete,
    indicator_facts,
    parse_date,
    product,
)

_PREAMBLE = ("data source", "last updated date")
_NO_PREAMBLE = "api_"  # somebody cut the lines off, but the name still tells


class SingleReader:
    name = "wb_single"
    title = "World Bank indicator, country or topic download"

    def recognises(self, source: SourceFile) -> bool:
        try:
            package = Package(source)
            return package.kind != "xlsx" and bool(_data_tables(package))
        except (UnreadableFile, OSError, ValueError):
            return False

    def open(self, source: SourceFile, report: Report) -> tuple[FileFacts, Iterator[Cell]]:
        package = Package(source)
        table = package.table(one_data_table(package, _data_tables(package)))
        rows = table.rows()
        stated, updated, heading, row = _read_preamble(rows)
        dataset, title = product(stated) if stated else ("WB_WDI", "World Development Indicators")
        facts = FileFacts(
            format=self.name,
            dataset=dataset,
            dataset_title=title,
            release_date=updated,
            encoding=table.encoding,
            notes=list(table.notes),
        )
        if updated is None:
            facts.notes.append("The file does not say when it was last updated: state the release date.")
        periods = PeriodReader()
        layout = layout_of(heading, COLUMNS, row=row, report=report, periods=periods)
        facts.indicators = indicator_facts(companion_rows(package, _metadata_of(package, table.name), report))
        ahead = table.rows()
        for _ in range(row):
            next(ahead, None)
        collect_names(ahead, layout, facts)
        complete(facts)
        return facts, cells(rows, layout, facts, report, periods=periods)


def _read_preamble(rows: Iterator[list[str]]) -> tuple[str, date | None, list[str], int]:
    """(product, last updated, heading, row of the heading); leaves `rows` below the heading."""
    stated, updated = "", None
    for number, row in enumerate(rows, 1):
        label = row[0].strip().casefold() if row else ""
        if label == "data source" and len(row) > 1:
            stated = row[1]
        elif label == "last updated date" and len(row) > 1:
            updated = parse_date(row[1])
        elif is_heading(row, COLUMNS):
            return stated, updated, row, number
        if number > 10:
            break
    raise UnreadableFile(
        "missing_heading", "No heading with Country Name, Country Code, Indicator Name, Indicator Code."
    )


def _data_tables(package: Package) -> list[str]:
    found = []
    for name in package.own_names():
        head = package.head(name)
        labels = {row[0].strip().casefold() for row in head[:4] if row}
        has_heading = any(is_wide_heading(row, COLUMNS) for row in head[:10])
        if has_heading and (labels & set(_PREAMBLE) or name.casefold().startswith(_NO_PREAMBLE)):
            found.append(name)
    return found


def _metadata_of(package: Package, data: str) -> str | None:
    """`Metadata_Indicator_API_X.csv` of `API_X.csv`; topic downloads add a number, zips hold one pair only."""
    stem = data.rpartition(".")[0].casefold()
    for name in package.names:
        folded = name.casefold()
        if folded.startswith("metadata_indicator") and (package.kind == "zip" or stem in folded):
            return name
    return None
