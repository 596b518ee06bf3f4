"""XLSX with three sheets: Data, Metadata, Notes. Cells are written with their type, so no text becomes a formula."""

from __future__ import annotations

import math
from io import BytesIO
from typing import Any

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from adme.common.csv_safety import plain_text

from .cells import LONGEST_CELL
from .documents import Document

OPTIONS = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def xlsx_bytes(document: Document) -> bytes:
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, {**OPTIONS, "in_memory": True}) as book:
        book.set_properties({"title": document.title, "subject": document.source, "comments": document.citation})
        bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        _data(book.add_worksheet("Data"), document, bold)
        columns = [(f"Column {column.name}", column.title) for column in document.columns]
        _pairs(book.add_worksheet("Metadata"), [*document.heading(), *document.metadata, *columns], bold, wrapped)
        _pairs(book.add_worksheet("Notes"), list(document.notes) or [("Notes", "none")], bold, wrapped)
    return buffer.getvalue()


def _data(sheet: Worksheet, document: Document, bold: Any) -> None:
    sheet.freeze_panes(1, 0)
    for index, column in enumerate(document.columns):
        sheet.set_column(index, index, max(10, min(40, len(column.name) + 4)))
        sheet.write_string(0, index, column.name, bold)
    last = 0
    for last, row in enumerate(document.rows, start=1):
        for index, value in enumerate(row):
            _write(sheet, last, index, value)
    if document.columns:
        sheet.autofilter(0, 0, last, len(document.columns) - 1)


def _write(sheet: Worksheet, row: int, column: int, value: Any) -> None:
    """A number as a number, missing as an empty cell, everything else as text."""
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        sheet.write_number(row, column, value)
    else:
        sheet.write_string(row, column, plain_text(value)[:LONGEST_CELL])


def _pairs(sheet: Worksheet, pairs: list[tuple[str, str]], bold: Any, wrapped: Any) -> None:
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 110)
    for row, (name, value) in enumerate(pairs):
        sheet.write_string(row, 0, plain_text(name)[:LONGEST_CELL], bold)
        sheet.write_string(row, 1, plain_text(value)[:LONGEST_CELL], wrapped)
