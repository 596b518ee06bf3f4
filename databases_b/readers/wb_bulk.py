"""World Bank bulk CSV (WDIData, ESGData, ...): wide, with its Series, Country and footnote companions, or zipped."""

from __future__ import annotations

from collections.abc import Iterator

from adme.ingest.problems import Report, UnreadableFile
from databases_b.readers.base import Cell, FileFacts, SourceFile
from databases_b.readers.package import Package
from databases_b.readers.periods import PeriodReader
from databases_b.readers.wide import Footnotes, cells, collect_names, is_wide_heading, layout_of
from databases_b.readers.world_bank import (
    COLUMNS,
    companion,
    companion_rows,
    complete,
    indicator_facts,
    keyed_notes,
    product_of_bulk,
    read_footnotes,
)


class BulkReader:
    name = "wb_bulk"
    title = "World Bank bulk CSV"

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
        heading = next(rows, [])
        periods = PeriodReader()
        layout = layout_of(heading, COLUMNS, row=1, report=report, periods=periods)
        dataset, title = product_of_bulk(table.name)
        facts = FileFacts(
            format=self.name, dataset=dataset, dataset_title=title, encoding=table.encoding, notes=list(table.notes)
        )
        footnotes = self._read_companions(package, table.name, facts, report)
        if not facts.indicators:
            ahead = table.rows()
            next(ahead, None)
            collect_names(ahead, layout, facts)
        complete(facts)
        return facts, cells(rows, layout, facts, report, periods=periods, footnotes=footnotes)

    def _read_companions(self, package: Package, data: str, facts: FileFacts, report: Report) -> Footnotes:
        def rows(*endings: str) -> Iterator[list[str]]:
            return companion_rows(package, _companion_of(package, data, *endings), report)

        facts.indicators = indicator_facts(rows("series"))
        facts.series_notes = keyed_notes(rows("country-series"))
        facts.period_notes = keyed_notes(rows("series-time"), period=True)
        return read_footnotes(rows("footnote"))


def _companion_of(package: Package, data: str, *endings: str) -> str | None:
    """A companion carries the same prefix as its data file: WDIData.csv has WDISeries.csv, not ESGSeries.csv."""
    stem = data.rpartition(".")[0].casefold()
    prefix = next((stem.removesuffix(end) for end in ("data", "csv", "_data", "_csv") if stem.endswith(end)), None)
    if not prefix:
        return None
    return companion(package, *(prefix + ending for ending in endings), *(f"{prefix}_{ending}" for ending in endings))


def _data_tables(package: Package) -> list[str]:
    found = []
    for name in package.own_names():
        head = package.head(name)
        if head and is_wide_heading(head[0], COLUMNS):
            found.append(name)
    return found


def one_data_table(package: Package, names: list[str]) -> str:
    if not names:
        # Whatever is wrong with the file itself is a better answer than "not this layout".
        package.table(package.own_names()[0])
        raise UnreadableFile(
            "wrong_layout", "No file here has the columns Country Name, Country Code, Indicator Name, Indicator Code."
        )
    if len(names) > 1:
        raise UnreadableFile(
            "several_data_files", "The zip holds several data files. Send them one by one.", seen=", ".join(names)
        )
    return names[0]
