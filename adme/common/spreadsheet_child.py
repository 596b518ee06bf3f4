"""The child process that opens a workbook: run as `python -m adme.common.spreadsheet_child PATH SHEET`.

A few kilobytes of XLSX can make the reading library ask for hundreds of gigabytes and abort, which no Python code can
catch. So the reading happens here, under limits of memory and processor time; when this process dies, the caller lives.

Output: one line of JSON (names of the sheets, last rows), then the rows as CSV. A refusal is JSON on the error stream
with exit code 3.
"""

from __future__ import annotations

import csv
import json
import re
import resource
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException, ElementTree

MEMORY_LIMIT = 1 << 30
CPU_SECONDS = 60
MOST_CELLS = 2_000_000
TAIL_ROWS = 12
REFUSED = 3
_CHUNK = 1 << 18
_CELL = re.compile(rb'<(?:\w+:)?c\s(?:[^>]*?\s)?r="([A-Z]{1,3})(\d{1,7})"')
_PLAIN_CELL = re.compile(rb'<c r="([A-Z]{1,3})(\d{1,7})"')
_ANY_CELL = re.compile(rb"<(?:\w+:)?c[\s/>]")
_ERROR_CELL = re.compile(rb'<(?:\w+:)?c\s([^>]*?\bt="e"[^>]*)>(?:(?!</(?:\w+:)?c>).)*?<(?:\w+:)?v>([^<]*)<', re.S)
_REFERENCE = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')
_LONGEST_CELL = 1 << 16
_NOT_SHEETS = ("xl/sharedStrings.xml", "xl/styles.xml", "xl/theme/", "docProps/", "_rels/", "xl/_rels/")
DAMAGED = "The workbook is damaged. Open it in Excel and save it again."


class Refused(Exception):
    def __init__(self, code: str, hint: str, seen: str = "") -> None:
        super().__init__(hint)
        self.answer = {"code": code, "hint": hint, "seen": seen}


def limit_resources() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


class Extent:
    """How far the cells of one sheet really reach. The sheet's own <dimension> may say anything."""

    def __init__(self) -> None:
        self.columns: set[bytes] = set()
        self.first_row, self.last_row = 1 << 30, 0
        self.count = 0

    def see(self, chunk: bytes) -> None:
        found = _PLAIN_CELL.findall(chunk)
        counted = len(_ANY_CELL.findall(chunk))
        if len(found) != counted:
            found = _CELL.findall(chunk)
        self.count += counted
        if not found:
            return
        self.columns.update({letters for letters, _ in found})
        rows = {digits for _, digits in found}
        numbers = [int(digits) for digits in rows]
        self.first_row = min(self.first_row, *numbers)
        self.last_row = max(self.last_row, *numbers)

    def check(self) -> None:
        if self.count > MOST_CELLS:
            raise Refused("sheet_too_large", f"The sheet has more than {MOST_CELLS:,} cells.", f"{self.count:,} cells")
        if not self.columns:
            return
        numbers = [column_number(letters) for letters in self.columns]
        rows, columns = self.last_row - self.first_row + 1, max(numbers) - min(numbers) + 1
        if rows * columns > MOST_CELLS:
            raise Refused(
                "sheet_too_large",
                f"The cells of the sheet reach over {rows:,} rows and {columns:,} columns, which is too large. "
                "Delete stray cells far from the table, or save the sheet as CSV.",
                f"{rows:,} x {columns:,}",
            )


def inspect(path: str, sheet_part: str | None) -> dict[tuple[int, int], str]:
    """Inflate every part once (which proves sizes and checksums), bound the sheets, and find the error cells of the
    wanted one: the reading library shows those as blanks."""
    errors: dict[tuple[int, int], str] = {}
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            looks = info.filename.endswith((".xml", ".XML")) and not info.filename.startswith(_NOT_SHEETS)
            extent = Extent()
            with archive.open(info) as stream:
                for chunk in _whole_cells(stream.read, looks):
                    if not looks:
                        continue
                    extent.see(chunk)
                    if info.filename == sheet_part and b't="e"' in chunk:
                        _find_errors(chunk, errors)
            extent.check()
    return errors


def _whole_cells(read: Callable[[int], bytes], looks: bool) -> Iterator[bytes]:
    """Chunks cut between cells, so that no pattern is cut in two."""
    rest = b""
    while data := read(_CHUNK):
        if not looks:
            yield data
            continue
        data = rest + data
        cut = max(data.rfind(b"</c>"), data.rfind(b"<c "), data.rfind(b"<row"), data.rfind(b":c "))
        if cut <= 0 or len(data) - cut > _LONGEST_CELL:
            cut = max(len(data) - 200, 0)
        rest = data[cut:]
        yield data[:cut]
    if rest:
        yield rest


def _find_errors(chunk: bytes, errors: dict[tuple[int, int], str]) -> None:
    for attributes, value in _ERROR_CELL.findall(chunk):
        reference = _REFERENCE.search(attributes)
        if reference:
            errors[int(reference[2]) - 1, column_number(reference[1]) - 1] = value.decode("utf-8", "replace")


def sheet_parts(path: str) -> dict[str, str]:
    """Name of each sheet -> the zip member that holds it."""
    with zipfile.ZipFile(path) as archive:
        book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
        relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {relation.get("Id"): relation.get("Target") or "" for relation in relations}
    parts: dict[str, str] = {}
    for element in book.iter():
        if element.tag.rpartition("}")[2] == "sheet":
            target = next((targets.get(value, "") for key, value in element.items() if key.endswith("}id")), "")
            parts[element.get("name") or ""] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return parts


def text_of(value: Any) -> str:
    """What a person sees in the cell, without formats: 2000.0 is '2000'."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ") if value.time() != time() else value.date().isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value) if isinstance(value, timedelta | int) else ""


def row_texts(row: list[Any]) -> list[str]:
    texts = []
    for value in row:
        kind = type(value)
        if kind is float:
            whole = value.is_integer() and -1e15 < value < 1e15
            texts.append(str(int(value)) if whole else repr(value))
        else:
            texts.append(value if kind is str else text_of(value))
    return texts


def send(path: str, sheet: str) -> None:
    parts = sheet_parts(path)
    names = [name for name, part in parts.items() if "chartsheet" not in part]
    if not names:
        raise Refused("no_table", "The workbook has no sheet with cells.")
    wanted = sheet or names[0]
    if wanted not in names:
        raise Refused("no_sheet", f"The workbook has no sheet '{wanted}'.", ", ".join(names)[:200])
    # Sizes and extents first: the library must never see a sheet that it would choke on.
    errors = inspect(path, parts[wanted])

    from python_calamine import CalamineError, CalamineWorkbook

    try:
        cells = CalamineWorkbook.from_path(path).get_sheet_by_name(wanted)
        rows = cells.to_python(skip_empty_area=False)
    except CalamineError as error:
        raise Refused("broken_workbook", DAMAGED, str(error)[:200]) from error
    for (row, column), text in errors.items():
        if row < len(rows) and column < len(rows[row]):
            rows[row][column] = text
    tail = [row_texts(row) for row in rows[-TAIL_ROWS:]]
    sys.stdout.write(json.dumps({"names": names, "height": len(rows), "tail": tail}) + "\n")
    csv.writer(sys.stdout, lineterminator="\n").writerows(map(row_texts, rows))
    sys.stdout.flush()


def main(path: str, sheet: str) -> int:
    limit_resources()
    sys.stdout.reconfigure(encoding="utf-8", newline="")  # type: ignore[union-attr]
    try:
        send(path, sheet)
    except Refused as refusal:
        answer = refusal.answer
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, ParseError, DefusedXmlException) as error:
        answer = {"code": "broken_workbook", "hint": DAMAGED, "seen": str(error)[:200]}
    except MemoryError:
        answer = {"code": "sheet_too_large", "hint": "The workbook needs too much memory. Save the sheet as CSV."}
    else:
        return 0
    sys.stderr.write(json.dumps(answer))
    return REFUSED


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2]))
