"""Sheets of a workbook: looks, typed cells, tables with a head, print set-up. Rows are written downwards and leave the
memory at once; text is never a formula or a link."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from adme.common import formatting
from adme.exports import cells
from dissemination.editions.content import Content, Table

from .common import (
    ACCENT,
    ACCENT_PALE,
    AUTHOR,
    INK,
    MUTED,
    RATINGS,
    WARNING,
    WARNING_PALE,
    clean,
    comments,
    keywords,
    one_line,
    shorten,
    steady,
    taken,
    version_name,
)
from .plots import number_format

OPTIONS = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
A4 = 9
LONGEST_HEADER = 200  # Excel takes 255 letters in a header
LINE_HEIGHT, HIGHEST_ROW = 14.5, 409  # points
YEAR_COLUMNS = ("Year", "Period")


@dataclass(frozen=True, slots=True)
class Num:
    """A number with its decimals."""

    value: float
    decimals: int = 0


@dataclass(frozen=True, slots=True)
class Word:
    """A text with a look of its own: '', 'bold', 'muted', 'mark', 'sign', or a rating such as 'on_track'."""

    text: str
    look: str = ""


Cell = str | int | float | Num | Word | None
_LOOKS: dict[str, dict[str, Any]] = {
    "": {"text_wrap": True, "valign": "top", "indent": 1},
    "bold": {"bold": True, "text_wrap": True, "valign": "top"},
    "muted": {"font_color": MUTED, "text_wrap": True, "valign": "top", "indent": 1},
    "line": {},
    "small": {"font_color": MUTED, "font_size": 9},
    "sign": {"align": "right", "valign": "top", "font_color": MUTED},
    "mark": {"bold": True, "font_color": WARNING, "bg_color": WARNING_PALE},
    "title": {"bold": True, "font_size": 16, "font_color": ACCENT},
    "heading": {"bold": True, "font_size": 12, "font_color": ACCENT},
    "head": {"bold": True, "text_wrap": True, "valign": "top", "indent": 1, "bg_color": ACCENT_PALE, "font_color": INK,
             "bottom": 1},
    "head-number": {"bold": True, "text_wrap": True, "valign": "top", "align": "right", "bg_color": ACCENT_PALE,
                    "font_color": INK, "bottom": 1},
    **{name: {"bold": True, "font_color": colour, "valign": "top", "text_wrap": True, "indent": 1}
       for name, colour in RATINGS.items()},
    "no_rating": {"font_color": MUTED, "valign": "top", "text_wrap": True, "indent": 1},
}  # fmt: skip


class Book:
    """A workbook that is being written; `finish` gives its bytes."""

    def __init__(self, content: Content, file_stamp: str, *, title: str, marks: Sequence[str]) -> None:
        self.content, self.title, self.marks = content, one_line(title), tuple(marks)
        self._buffer = BytesIO()
        self.book = xlsxwriter.Workbook(self._buffer, OPTIONS)
        self._formats: dict[str, Any] = {}
        self.book.set_properties({
            "title": self.title, "subject": one_line(content.framework), "author": AUTHOR, "company": AUTHOR,
            "keywords": keywords(content, file_stamp), "comments": comments(content, file_stamp),
            "created": taken(content),
        })  # fmt: skip
        self.book.set_calc_mode("auto")

    def look(self, name: str) -> Any:
        if name not in self._formats:
            given = _LOOKS.get(name, {"num_format": name, "valign": "top"})
            self._formats[name] = self.book.add_format(given)
        return self._formats[name]

    def sheet(self, name: str, *, widths: Sequence[float] = (), colour: str = "") -> Sheet:
        """A sheet, landscape on A4, as wide as one page; page numbers and marks at its foot."""
        sheet = self.book.add_worksheet(name)
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.set_margins(left=0.5, right=0.5, top=0.75, bottom=0.75)
        sheet.fit_to_pages(1, 0)
        sheet.hide_gridlines(2)
        sheet.set_header(f"&L{_escaped(self.title)}&R{_escaped(version_name(self.content))}")
        sheet.set_footer(f"&L{_escaped('; '.join(self.marks))}&C&A&RPage &P of &N")
        if colour:
            sheet.set_tab_color(colour)
        for place, width in enumerate(widths):
            sheet.set_column(place, place, width)
        return Sheet(self, sheet, name, widths)

    def name(self, name: str, sheet: Sheet, first: tuple[int, int], last: tuple[int, int]) -> None:
        """A defined name for a block of cells."""
        where = f"'{sheet.name}'!{_absolute(*first)}:{_absolute(*last)}"
        self.book.define_name(name, f"={where}")

    def finish(self) -> bytes:
        self.book.close()
        return steady(self._buffer.getvalue())


class Sheet:
    """A sheet with the row that is written next."""

    def __init__(self, book: Book, sheet: Worksheet, name: str, widths: Sequence[float]) -> None:
        self.book, self.sheet, self.name, self.row = book, sheet, name, 0
        self._widths = tuple(widths)

    def title(self, title: str, *lines: str, is_demonstration: bool = False) -> None:
        """The heading of the sheet, with the marks that no print of it may lack."""
        self.sheet.set_row(self.row, 24)
        self.sheet.repeat_rows(self.row)
        self._text(0, title, "title")
        self.row += 1
        marks = list(self.book.marks)
        if is_demonstration and not any("Demonstration" in mark for mark in marks):
            marks.append("Demonstration data: do not cite")
        for mark in marks:
            self.line(mark, "mark")
        for line in lines:
            self.line(line)
        self.blank()

    def heading(self, text: str) -> None:
        self._text(0, text, "heading")
        self.row += 1

    def line(self, text: str, look: str = "line") -> None:
        """A line of text that runs over the cells to its right."""
        for part in clean(text).split("\n"):
            if part.strip():
                self._text(0, part, look)
                self.row += 1

    def blank(self, rows: int = 1) -> None:
        self.row += rows

    def pairs(self, pairs: Iterable[tuple[str, str]]) -> None:
        for name, value in pairs:
            self._grow((name, value))
            self._text(0, name, "bold")
            self._text(1, value, "")
            self.row += 1

    def table(
        self,
        columns: Sequence[str],
        rows: Iterable[Sequence[Cell]],
        *,
        name: str = "",
        numbers: Sequence[int] = (),
        is_only: bool = False,
    ) -> tuple[int, int]:
        """Rows below a head; `numbers` are the columns whose head stands right. The only table of a sheet has a
        filter, and its head on every printed page. Returns (row of the head, last row)."""
        head = self.row
        self._grow(columns, letter=1.1)
        for place, column in enumerate(columns):
            self._text(place, column, "head-number" if place in numbers else "head")
        if is_only:
            self.sheet.repeat_rows(head)
        self.row += 1
        for row in rows:
            told = tuple(row)
            self._grow(told)
            for place, cell in enumerate(told):
                self.put(place, cell)
            self.row += 1
        last = max(self.row - 1, head)
        if name and columns:
            self.book.name(name, self, (head, 0), (last, len(columns) - 1))
        if is_only and columns:
            self.sheet.autofilter(head, 0, last, len(columns) - 1)
        return head, last

    def put(self, place: int, cell: Cell) -> None:
        """A number as a number, what is missing as the sign of it, everything else as text."""
        if isinstance(cell, Word):
            self._text(place, cell.text, cell.look)
        elif cell is None or (isinstance(cell, float) and not math.isfinite(cell)):
            self._text(place, formatting.NOT_AVAILABLE, "sign")
        elif isinstance(cell, Num):
            self.sheet.write_number(self.row, place, cell.value, self.book.look(number_format(cell.decimals)))
        elif isinstance(cell, int | float):
            self.sheet.write_number(self.row, place, cell, self.book.look("General"))
        else:
            self._text(place, cell, "")

    def _grow(self, row: Sequence[Cell], *, letter: float = 0.95) -> None:
        """As high as its longest text needs: not every program does so by itself. `letter` is the width of one."""
        lines = 1
        for place, cell in enumerate(row):
            if isinstance(cell, Word) and cell.look in ("line", "small", "sign"):
                continue
            words = cell.text if isinstance(cell, Word) else cell if isinstance(cell, str) else ""
            width = max(4.0, (self._widths[place] if place < len(self._widths) else 8.43) - 1)
            lines = max(lines, sum(max(1, math.ceil(len(part) * letter / width)) for part in clean(words).split("\n")))
        if lines > 1:
            self.sheet.set_row(self.row, min(HIGHEST_ROW, 2 + lines * LINE_HEIGHT))

    def _text(self, place: int, value: str, look: str) -> None:
        cells.text(self.sheet, self.row, place, clean(value), self.book.look(look))


def told_table(sheet: Sheet, table: Table, *, name: str = "") -> tuple[int, int]:
    """A table of the content: its heading, who reported, its rows, its note and source."""
    sheet.heading(table.title)
    about = [
        f"Unit: {table.unit}" if table.unit else "",
        f"Coverage: {table.coverage}" if table.coverage else "",
        f"Source: {table.source}" if table.source else "",
    ]
    if any(about):
        sheet.line("; ".join(part for part in about if part), "small")
    if table.is_demonstration:
        sheet.line("Demonstration data: do not cite", "mark")
    if table.note:
        sheet.line(table.note, "small")
    numbers = number_columns(table)
    looks = [column_decimals(table, place) for place in range(len(table.columns))]
    found = sheet.table(
        table.columns, (_typed_row(table, row, looks) for row in table.rows),
        name=name, numbers=numbers,
    )  # fmt: skip
    sheet.blank()
    return found


def number_columns(table: Table) -> tuple[int, ...]:
    """Columns in which every cell that is there is a number."""
    found = []
    for place in range(len(table.columns)):
        there = [row[place] for row in table.rows if row[place] is not None]
        if there and all(isinstance(cell, int | float) for cell in there):
            found.append(place)
    return tuple(found)


def column_decimals(table: Table, place: int) -> int | None:
    """Decimals of a column, at most two; None for years, which are no numbers of thousands."""
    if table.columns[place] in YEAR_COLUMNS:
        return None
    floats = [row[place] for row in table.rows if isinstance(row[place], float)]
    return max((next((n for n in (0, 1) if round(one, n) == one), 2) for one in floats), default=0)  # type: ignore[arg-type, call-overload]


def _typed_row(table: Table, row: Sequence[str | int | float | None], looks: Sequence[int | None]) -> list[Cell]:
    """Numbers with the decimals of their column; a note at the end runs on instead of growing the row."""
    found: list[Cell] = []
    for at, cell in enumerate(row):
        decimals = looks[at]
        if isinstance(cell, int | float) and decimals is not None:
            found.append(Num(cell, decimals))
        elif isinstance(cell, str) and at == len(row) - 1 and table.columns[at] == "Note":
            found.append(Word(cell, "line"))
        else:
            found.append(cell)
    return found


def _absolute(row: int, column: int) -> str:
    return str(xlsxwriter.utility.xl_rowcol_to_cell(row, column, row_abs=True, col_abs=True))


def _escaped(text: str) -> str:
    return shorten(text, LONGEST_HEADER // 2).replace("&", "&&")


@contextmanager
def writing(content: Content, file_stamp: str, *, title: str, marks: Sequence[str]) -> Iterator[Book]:
    """A book that is closed, so that its temporary files go, even where its making fails."""
    book = Book(content, file_stamp, title=title, marks=marks)
    try:
        yield book
    except BaseException:
        book.book.close()
        raise
