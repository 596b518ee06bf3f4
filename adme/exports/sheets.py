"""Rows as the XML of worksheets, written straight into the zip of a workbook: memory does not grow with the table.

A cell is a typed number or inline text, so nothing can become a formula, a link or an error. Source: ECMA-376 part 1,
chapter 18 (SpreadsheetML).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import chain
from math import isfinite
from typing import IO, Any
from zipfile import ZipFile

from adme.common.csv_safety import plain_text

from .cells import LONGEST_CELL

MOST_ROWS = 1_048_576  # of a sheet, with its heading
MOST_COLUMNS = 16_384
MOST_BYTES = 2_000_000_000  # of a sheet's XML: beyond 2 GiB a zip needs a form that not every program opens
HEADING_STYLE = 1  # the first look that xlsx_writer uses
_PART = 1 << 18
_REMEMBERED = 20_000  # codes and names recur; longer texts seldom do
_RECURRING = 64

_START = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetViews>'
    '<sheetView{} workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    '<selection pane="bottomLeft"/></sheetView></sheetViews><sheetFormatPr defaultRowHeight="15"/>'
)
_MARGINS = '<pageMargins left="0.7" right="0.7" top="0.75" bottom="0.75" header="0.3" footer="0.3"/>'
# Whatever needs a second look: characters that XML or a spreadsheet reads in its own way, or refuses, and outer blanks.
_SPECIAL = re.compile(r"[\x00-\x1f&<>\ufffe\uffff\ud800-\udfff]|_x[0-9A-Fa-f]{4}_|^\s|\s$")
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


def write_sheets(book: ZipFile, names: Sequence[str], rows: Iterable[Sequence[Any]]) -> list[int]:
    """Writes `xl/worksheets/sheet1.xml` and, where one does not take all rows, `sheet2.xml` and so on, each with the
    heading. Returns the rows below the heading of each. Raises ValueError for more columns than a sheet takes."""
    if len(names) > MOST_COLUMNS:
        raise ValueError(f"A sheet takes {MOST_COLUMNS:,} columns; this table has {len(names):,}. Leave some out.")
    letters = [column_letters(index) for index in range(len(names))]
    remaining: Iterable[Sequence[Any]] | None = rows
    counts: list[int] = []
    while remaining is not None:
        with book.open(f"xl/worksheets/sheet{len(counts) + 1}.xml", "w") as sheet:
            count, remaining = _sheet(sheet, not counts, letters, names, remaining)
        counts.append(count)
    return counts


def column_letters(index: int) -> str:
    """`A` for 0, `Z` for 25, `AA` for 26."""
    text = ""
    while index >= 0:
        index, letter = divmod(index, 26)
        text, index = chr(65 + letter) + text, index - 1
    return text


def column_width(name: str) -> int:
    """In characters."""
    return max(10, min(40, len(name) + 4))


def _sheet(
    sheet: IO[bytes], is_first: bool, letters: list[str], names: Sequence[str], rows: Iterable[Sequence[Any]]
) -> tuple[int, Iterable[Sequence[Any]] | None]:
    """How many rows were written, and those that did not fit."""
    sheet.write(_START.format(' tabSelected="1"' if is_first else "").encode())
    if names:
        widths = (
            f'<col min="{at}" max="{at}" width="{column_width(name)}.7109375" customWidth="1"/>'
            for at, name in enumerate(names, start=1)
        )
        sheet.write(f"<cols>{''.join(widths)}</cols>".encode())
    style = f' s="{HEADING_STYLE}"'
    heading = "".join(f'<c r="{letter}1"{style}{_text(name)}' for letter, name in zip(letters, names, strict=True))
    sheet.write(f'<sheetData><row r="1">{heading}</row>'.encode())
    count, written = 0, 0
    lines: list[str] = []
    size = 0
    known: dict[str, str] = {}
    openings = [f'<c r="{letter}' for letter in letters]
    remaining = iter(rows)
    following: Iterable[Sequence[Any]] | None = None
    for row in remaining:
        if count == MOST_ROWS - 1 or written > MOST_BYTES:
            following = chain([row], remaining)
            break
        count += 1
        line = _row(count + 1, row, openings, known)
        lines.append(line)
        size += len(line)
        if size >= _PART:
            written += sheet.write("".join(lines).encode())
            lines.clear()
            size = 0
    sheet.write("".join(lines).encode())
    sheet.write(b"</sheetData>")
    if letters:
        sheet.write(f'<autoFilter ref="A1:{letters[-1]}{count + 1}"/>'.encode())
    sheet.write(f"{_MARGINS}</worksheet>".encode())
    return count, following


def _row(number: int, values: Sequence[Any], openings: list[str], known: dict[str, str]) -> str:
    """Runs for every row, so the usual kinds come first and recurring texts are looked up."""
    parts = [f'<row r="{number}">']
    for opening, value in zip(openings, values, strict=True):
        kind = type(value)
        if kind is str:
            cell = known.get(value)
            if cell is None:
                cell = _text(value)
                if len(value) <= _RECURRING and len(known) < _REMEMBERED:
                    known[value] = cell
            parts.append(f'{opening}{number}"{cell}')
        elif value is None:
            continue
        elif kind is float:
            if isfinite(value):
                parts.append(f'{opening}{number}"><v>{value!r}</v></c>')
        elif isinstance(value, int | float) and kind is not bool:
            if (exact := _number(value)) is not None:
                parts.append(f'{opening}{number}"><v>{exact}</v></c>')
        else:
            parts.append(f'{opening}{number}"{_text(value)}')
    parts.append("</row>")
    return "".join(parts)


def _number(value: float) -> str | None:
    """A spreadsheet keeps doubles: a larger whole number is the nearest one, and beyond them all there is none."""
    try:
        return repr(float(value)).removesuffix(".0") if isfinite(value) else None
    except OverflowError:
        return None


def _text(value: Any) -> str:
    """The rest of a cell after its address: type, text and end."""
    text = value if type(value) is str else str(value)
    if len(text) > LONGEST_CELL or _SPECIAL.search(text):
        text = plain_text(text)[:LONGEST_CELL]
        space = ' xml:space="preserve"' if text != text.strip() else ""
        # A spreadsheet reads `_x000D_` as the character with that number; so what only looks like it is told apart.
        text = _ESCAPE.sub("_x005F_", text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        text = text.replace("\r", "&#13;")  # bare, it would be read as a line feed
        return f' t="inlineStr"><is><t{space}>{text}</t></is></c>'
    return f' t="inlineStr"><is><t>{text}</t></is></c>'
