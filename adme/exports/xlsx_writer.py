"""XLSX with the sheets Data, Metadata and Notes. Cells are written with their type, so no text becomes a formula.

Data is written row by row (adme.exports.sheets), as often as a table needs a further sheet: `Data 2` and so on. All
else is small, and xlsxwriter's.
"""

from __future__ import annotations

from io import BytesIO
from tempfile import SpooledTemporaryFile
from typing import IO, Any, cast
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from adme.common.csv_safety import plain_text

from .cells import LONGEST_CELL
from .documents import Document
from .sheets import write_sheets

OPTIONS = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
IN_MEMORY = 1 << 20  # bytes of a file that need no disk
_RELATIONS = "_rels/.rels"


def xlsx_bytes(document: Document) -> bytes:
    """The whole file at once; for short ones."""
    with xlsx_file(document) as file:
        return file.read()


def xlsx_file(document: Document) -> IO[bytes]:
    """The file at its beginning, on the disk if it is large. Memory does not grow with the rows."""
    file = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - whoever asked for it closes it
    try:
        with ZipFile(cast(IO[bytes], file), "w", ZIP_DEFLATED) as book:
            # What kind of zip this is stands at its very beginning, where programs look.
            _put(book, _RELATIONS, _frame(document, [0]))
            counts = write_sheets(book, [column.name for column in document.columns], document.rows)
            frame = _frame(document, counts)
            written = set(book.namelist())
            for name in frame.namelist():
                if name not in written:
                    _put(book, name, frame)
        file.seek(0)
    except BaseException:
        file.close()
        raise
    return cast(IO[bytes], file)


def _put(book: ZipFile, name: str, frame: ZipFile) -> None:
    """Without the time of day, as xlsxwriter does it."""
    book.writestr(ZipInfo(name), frame.read(name), ZIP_DEFLATED)


def _frame(document: Document, counts: list[int]) -> ZipFile:
    """The workbook with sheets of that many rows, of which those for the data are empty."""
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, {**OPTIONS, "in_memory": True}) as book:
        book.set_properties({"title": document.title, "subject": document.source, "comments": document.citation})
        bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        for number, count in enumerate(counts, start=1):
            sheet = book.add_worksheet("Data" if number == 1 else f"Data {number}")
            if document.columns:
                sheet.autofilter(0, 0, count, len(document.columns) - 1)
        columns = [(f"Column {column.name}", column.title) for column in document.columns]
        _pairs(book.add_worksheet("Metadata"), [*document.heading(), *document.metadata, *columns], bold, wrapped)
        _pairs(book.add_worksheet("Notes"), list(document.notes) or [("Notes", "none")], bold, wrapped)
    return ZipFile(buffer)


def _pairs(sheet: Worksheet, pairs: list[tuple[str, str]], bold: Any, wrapped: Any) -> None:
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 110)
    for row, (name, value) in enumerate(pairs):
        sheet.write_string(row, 0, plain_text(name)[:LONGEST_CELL], bold)
        sheet.write_string(row, 1, plain_text(value)[:LONGEST_CELL], wrapped)
