"""The child process that opens a workbook: run as `python -m adme.common.spreadsheet_child PATH SHEET TAIL`.

A few kilobytes of XLSX can make the reading library ask for hundreds of gigabytes and abort, which no Python code can
catch. So the reading happens here, under limits of memory and processor time; when this process dies, the caller lives.

Output: one line of JSON (names of the sheets, height, as many of the last rows as TAIL says), then blocks of rows, each
after a line that tells its form, rows and bytes. A block is text column by column, which costs the reader least, or
JSON row by row where a cell holds a separator. A refusal is JSON on the error stream with exit code 3.
"""

from __future__ import annotations

import gc
import json
import re
import resource
import sys
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from itertools import islice
from typing import Any, BinaryIO
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException, ElementTree

MEMORY_LIMIT = 1 << 30
CPU_SECONDS = 60
MOST_CELLS = 2_000_000
BLOCK_CELLS = 20_000
BLOCK_BYTES = 1 << 22  # of one block, unless it is a single row
IN_COLUMNS, IN_ROWS = "columns", "rows"  # forms of a block
CELL_END, COLUMN_END = "\x1f", "\x1e"  # separators between the cells of a column, and between columns
REFUSED = 3
_CHUNK = 1 << 18
_DIGITS = b"0123456789"
_LETTERS = bytes(range(65, 91)) + bytes(range(97, 123))
_ROW = re.compile(rb"r\s*=\s*[\"'][A-Za-z]{0,3}(\d{1,9})[\"']")
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
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


class Extent:
    """How far the cells of one sheet really reach, from the upper left corner. The sheet's <dimension> may say
    anything, and a row may lie about its number, so every reference is looked at: by searches, for there are many."""

    def __init__(self) -> None:
        self.columns: set[bytes] = set()
        self.count = 0
        self.measure_again = False
        self.last_row = 0
        self._narrow_to(MOST_CELLS)

    def _narrow_to(self, rows: int) -> None:
        """Rows below this many may make the sheet too large, so only references with as many digits are taken whole."""
        self._most_rows = rows
        long = rf"\d{{{len(str(rows))},12}}"
        self._reference = re.compile(rf"r\s*=\s*[\"']([A-Za-z]{{1,3}}(?:{long}|(?=\d))|{long})".encode())

    def see(self, chunk: bytes) -> None:
        found = self._reference.findall(chunk)
        if set(found) <= self.columns:
            self.count += len(found)
        else:
            self._look_closer(chunk, found)

    def _look_closer(self, chunk: bytes, found: list[bytes]) -> None:
        """There are new columns, or rows far down."""
        columns = {one.rstrip(_DIGITS) for one in set(found)} - {b""}
        if not columns <= self.columns:
            # The widest row mostly comes first. Where a later one is wider, rows seen before need a second look.
            self.measure_again = self.measure_again or bool(self.columns)
            self.columns |= columns
            self._narrow_to(MOST_CELLS // max(map(column_number, self.columns)))
            found = self._reference.findall(chunk)
        far = set(found) - self.columns
        if any(int(one.lstrip(_LETTERS)) > self._most_rows for one in far):
            self.measure_again = True
        self.count += sum(not one[:1].isdigit() for one in found)

    def measure(self, chunk: bytes) -> None:
        """The slow and exact way, for the sheets that need it."""
        self.last_row = max(self.last_row, max(map(int, set(_ROW.findall(chunk))), default=0))

    def check(self) -> None:
        if self.count > MOST_CELLS:
            raise Refused("sheet_too_large", f"The sheet has more than {MOST_CELLS:,} cells.", f"{self.count:,} cells")
        width = max(map(column_number, self.columns), default=0)
        if self.last_row * width > MOST_CELLS:
            raise Refused(
                "sheet_too_large",
                f"The cells of the sheet reach over {self.last_row:,} rows and {width:,} columns, which is too large. "
                "Delete stray cells far from the table, or save the sheet as CSV.",
                f"{self.last_row:,} x {width:,}",
            )


def inspect(path: str, sheet_part: str) -> dict[tuple[int, int], str]:
    """Inflate every part once (which proves sizes and checksums), bound the sheets, and find the error cells of the
    wanted one: the reading library shows those as blanks."""
    errors: dict[tuple[int, int], str] = {}
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            if info.filename.startswith(_NOT_SHEETS) or not info.filename.lower().endswith(".xml"):
                with archive.open(info) as stream:
                    while stream.read(_CHUNK):
                        pass
                continue
            extent, chunk = Extent(), b""
            for chunk in _whole_cells(archive, info):
                extent.see(chunk)
                if info.filename == sheet_part and b't="e"' in chunk:
                    _find_errors(chunk, errors)
            if extent.measure_again:
                for chunk in _whole_cells(archive, info):
                    extent.measure(chunk)
            extent.check()
            if info.filename == sheet_part and b"worksheet>" not in chunk:
                raise Refused("broken_workbook", DAMAGED, "the sheet has no end")
    return errors


def _whole_cells(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    """Chunks cut between cells, so that no pattern is cut in two."""
    rest = b""
    with archive.open(info) as stream:
        while data := stream.read(_CHUNK):
            data = rest + data
            cut = max(data.rfind(b"<c "), data.rfind(b":c "))
            if cut <= 0 or len(data) - cut > _LONGEST_CELL:
                cut = max(len(data) - 200, 0)
            rest = data[cut:]
            yield data[:cut]
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
    if type(value) is float:
        return str(int(value)) if value.is_integer() and -1e15 < value < 1e15 else repr(value)
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ") if value.time() != time() else value.date().isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)


def row_texts(row: list[Any]) -> list[str]:
    return [value if type(value) is str else text_of(value) for value in row]


def column_texts(column: Sequence[Any]) -> list[str]:
    """What `text_of` says of each cell; a column of texts or of figures only is told at once."""
    kinds = set(map(type, column))
    if kinds == {str}:
        return list(column)
    if kinds == {float} and max(column) < 1e15 and min(column) > -1e15:
        joined = CELL_END.join(map(repr, column)) + CELL_END
        if f"-0.0{CELL_END}" not in joined:
            return joined.replace(f".0{CELL_END}", CELL_END).split(CELL_END)[:-1]
    return [value if type(value) is str else text_of(value) for value in column]


def blocks(rows: Sequence[list[Any]]) -> Iterator[bytes]:
    """Rows of one width as blocks, each a line of its facts and its content."""
    columns = [column_texts(column) for column in zip(*rows, strict=True)]
    form, content = IN_COLUMNS, COLUMN_END.join(map(CELL_END.join, columns))
    ends = content.count(CELL_END), content.count(COLUMN_END)
    if ends != (len(columns) * (len(rows) - 1), len(columns) - 1):
        form, content = IN_ROWS, json.dumps(list(zip(*columns, strict=True)), ensure_ascii=False)
    encoded = content.encode()
    if len(encoded) > BLOCK_BYTES and len(rows) > 1:
        yield from blocks(rows[: len(rows) // 2])
        yield from blocks(rows[len(rows) // 2 :])
        return
    yield f"{form} {len(rows)} {len(encoded)}\n".encode()
    yield encoded


def send(path: str, sheet: str, tail_rows: int, out: BinaryIO) -> None:
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
    except CalamineError as error:
        raise Refused("broken_workbook", DAMAGED, str(error)[:200]) from error
    height, width = (cells.end[0] + 1, cells.end[1] + 1) if cells.end else (0, 1)
    left = [""] * (cells.start or (0, 0))[1]  # its rows begin at the top, but at the first column that holds anything

    def whole(row: list[Any], number: int) -> list[Any]:
        row = left + row
        return [errors.get((number, at), value) for at, value in enumerate(row)] if errors else row

    above = max(height - tail_rows, 0)
    last = islice(cells.iter_rows(), above, height) if tail_rows else ()
    tail = [row_texts(whole(row, number)) for number, row in enumerate(last, start=above)]
    out.write(json.dumps({"names": names, "height": height, "tail": tail}).encode() + b"\n")
    rows, sent = cells.iter_rows(), 0
    while some := list(islice(rows, max(BLOCK_CELLS // width, 1))):
        if errors or left:
            some = [whole(row, number) for number, row in enumerate(some, start=sent)]
        sent += len(some)
        for part in blocks(some):
            out.write(part)
    out.flush()


def main(path: str, sheet: str, tail_rows: str) -> int:
    limit_resources()
    gc.disable()  # rows are lists without circles, and there are many
    try:
        send(path, sheet, int(tail_rows), sys.stdout.buffer)
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
    sys.exit(main(*sys.argv[1:]))
