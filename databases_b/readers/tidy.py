"""Tidy tables, CSV or XLSX: one observation per row, SDMX ids or plain words as headings.

Facts about the indicators may come along in a companion: `series.csv` beside the file or in the zip, or a sheet
'series'. An indicator of another dataset than the file's own is written 'WB_ESG:GB.XPD.RSDV.GD.ZS', or has the dataset
in a DATASET column.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from adme.common.numbers import NumberError, parse_number
from adme.ingest.problems import Report, UnreadableFile
from databases_b.readers.base import Cell, FileFacts, SourceFile
from databases_b.readers.headings import Mapping, map_headings, required_roles
from databases_b.readers.package import Package
from databases_b.readers.series_file import read_series_file, split_code
from databases_b.readers.tidy_cells import TidyCells
from databases_b.readers.wide import without_trailing_blanks

_COMPANION = "series"


class TidyReader:
    name = "tidy"
    title = "Tidy table (CSV or XLSX, one observation per row)"

    def recognises(self, source: SourceFile) -> bool:
        """Two of the four necessary headings are enough: `open` then names what is missing."""
        try:
            package = Package(source)
            return package.kind == "xlsx" or bool(_candidates(package))
        except (UnreadableFile, OSError, ValueError):
            return False

    def open(self, source: SourceFile, report: Report) -> tuple[FileFacts, Iterator[Cell]]:
        package = Package(source)
        name = _data_table(package)
        table = package.table(name)
        rows = table.rows()
        at, heading = _first_row(rows)
        mapping = map_headings([cell.strip() for cell in without_trailing_blanks(heading)], at)
        facts = FileFacts(format=self.name, encoding=table.encoding, notes=list(table.notes))
        facts.area_column, facts.indicator_column = (mapping.names[mapping.at(role)] for role in ("area", "indicator"))
        first = next(rows, None)
        if first is None:
            raise UnreadableFile("no_rows", "There is a heading but no row below it.")
        _refuse_second_heading(first, mapping, at + 1)
        facts.dataset = _dataset_of(first, mapping)
        companion = next((n for n in package.names if _stem(n) == _COMPANION and n != name), None)
        if companion is not None:
            read_series_file(package.table(companion).rows(), facts, report)
        return facts, TidyCells(mapping, facts, report).read(chain([first], rows), at + 1)


def _stem(name: str) -> str:
    return name.casefold().removesuffix(".csv")


def _candidates(package: Package) -> list[str]:
    found = []
    for name in package.own_names():
        heading = next((row for row in package.head(name) if any(cell.strip() for cell in row)), [])
        if _stem(name) != _COMPANION and required_roles(heading) >= 2:
            found.append(name)
    return found


def _data_table(package: Package) -> str:
    if package.kind == "xlsx":
        sheets = [name for name in package.names if _stem(name) != _COMPANION]
        preferred = [name for name in sheets if name.casefold() in {"data", "observations"}]
        return (preferred or sheets or package.names)[0]
    found = _candidates(package)
    if len(found) > 1:
        raise UnreadableFile(
            "several_data_files", "The zip holds several data files. Send them one by one.", seen=", ".join(found)
        )
    return (found or package.own_names())[0]


def _first_row(rows: Iterator[list[str]]) -> tuple[int, list[str]]:
    for number, row in enumerate(rows, 1):
        if any(cell.strip() for cell in row):
            return number, row
    raise UnreadableFile("empty_file", "The table is empty.")


def _refuse_second_heading(row: list[str], mapping: Mapping, number: int) -> None:
    texts = [row[at].strip() if at < len(row) else "" for at in (mapping.at("period"), mapping.at("value"))]
    if not all(texts) or any(character.isdigit() for character in texts[0]):
        return
    try:
        parse_number(texts[1])
    except NumberError:
        raise UnreadableFile(
            "two_heading_rows", f"Row {number} looks like a second heading. Keep one heading row.", seen=" | ".join(row)
        ) from None


def _dataset_of(row: list[str], mapping: Mapping) -> str:
    if 0 <= mapping.at("dataset") < len(row):
        return row[mapping.at("dataset")].strip()
    at = mapping.at("indicator")
    return split_code(row[at].strip())[0] if at < len(row) else ""
