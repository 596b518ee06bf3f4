"""Reading the reference CSV files strictly: every row keeps its file and line, so that a problem names its place."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from .loading import LoadError, LoadProblem


@dataclass(frozen=True, slots=True)
class Row:
    file: str
    line: int
    values: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.values[column]

    def get(self, column: str) -> str:
        return self.values.get(column, "")


class Problems:
    """Collects what is wrong, so that one run names everything."""

    def __init__(self) -> None:
        self._found: list[LoadProblem] = []

    def add(self, row: Row, column: str, remedy: str) -> None:
        self._found.append(LoadProblem(row.file, row.line, column, row.get(column)[:200], remedy))

    def add_to_file(self, file: str, remedy: str, *, line: int = 0, column: str = "", seen: str = "") -> None:
        self._found.append(LoadProblem(file, line, column, seen[:200], remedy))

    def extend(self, problems: Iterable[LoadProblem]) -> None:
        self._found.extend(problems)

    def raise_if_any(self) -> None:
        if self._found:
            raise LoadError(self._found)


def read_rows(path: Path, required: Iterable[str], problems: Problems, *, optional: Iterable[str] = ()) -> list[Row]:
    """Rows of a UTF-8 CSV file with exactly these columns, blanks at the ends of cells removed."""
    required, allowed = list(required), {*required, *optional}
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        problems.add_to_file(path.name, "the file is missing; put it back, or restore it from the repository")
        return []
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        problems.add_to_file(path.name, "the file is not UTF-8; save it as CSV in UTF-8", line=line)
        return []
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    heading = next(reader, [])
    if not _heading_is_right(path.name, heading, required, allowed, problems):
        return []
    return list(_rows(path.name, reader, heading, problems))


def _heading_is_right(
    file: str, heading: list[str], required: list[str], allowed: set[str], problems: Problems
) -> bool:
    right = True
    for column in required:
        if column not in heading:
            problems.add_to_file(file, f"the column {column} is missing", line=1, column=column)
            right = False
    for column in heading:
        if column not in allowed or heading.count(column) > 1:
            wanted = ", ".join(sorted(allowed))
            problems.add_to_file(
                file, f"this column is not expected here; expected are {wanted}", line=1, column=column, seen=column
            )
            right = False
    return right


def _rows(file: str, reader: Any, heading: list[str], problems: Problems) -> Iterator[Row]:
    line = reader.line_num + 1
    try:
        # The csv module says where a record ends; a person looks for where it begins.
        for cells in reader:
            begins, line = line, reader.line_num + 1
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(heading):
                remedy = (
                    f"the row has {len(cells)} cells, the heading {len(heading)}; put cells that hold a comma in quotes"
                )
                problems.add_to_file(file, remedy, line=begins, seen=",".join(cells))
                continue
            row = Row(file, begins, {name: cell.strip() for name, cell in zip(heading, cells, strict=True)})
            if _is_clean(row, problems):
                yield row
    except csv.Error as error:
        problems.add_to_file(file, f"the CSV cannot be read from here on ({error}); check the quotes", line=line)


def _is_clean(row: Row, problems: Problems) -> bool:
    for column, cell in row.values.items():
        if "�" in cell or any(unicodedata.category(c) == "Cc" and c not in "\n\t" for c in cell):
            problems.add(row, column, "the cell holds a control or replacement character; type the text again")
            return False
    return True


def date_or_none(row: Row, column: str, problems: Problems) -> date | None:
    text = row.get(column)
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        problems.add(row, column, "write the date as 2025-10-26")
        return None


def whole_number_or_none(row: Row, column: str, problems: Problems) -> int | None:
    text = row.get(column)
    if text.isascii() and text.isdigit() and len(text) < 10:
        return int(text)
    problems.add(row, column, "write a whole number in digits")
    return None
