"""How cells look and are written: text stays text, whatever it begins with."""

from __future__ import annotations

from datetime import date
from typing import Any

from xlsxwriter.worksheet import Worksheet

from adme.exports.cells import text

from ..fields import Kind
from .layout import Cell


class Formats:
    def __init__(self, book: Any) -> None:
        top = {"valign": "top"}
        self.bold = book.add_format({**top, "bold": True, "bottom": 1, "text_wrap": True})
        self.banner = book.add_format({"bold": True, "font_size": 14})
        self.hint = book.add_format({**top, "italic": True, "text_wrap": True, "font_color": "#555555", "font_size": 9})
        self.plan = book.add_format({**top, "bold": True, "bottom": 1, "text_wrap": True, "bg_color": "#E6ECF5"})
        self.report = book.add_format({**top, "bold": True, "bottom": 1, "text_wrap": True, "bg_color": "#FCEBC8"})
        self.wrapped = book.add_format({**top, "text_wrap": True})
        self._book = book
        self._made: dict[tuple[Kind, str], Any] = {}

    def cell(self, kind: Kind, mood: str = "") -> Any:
        """`mood`: '' for a record, 'fault' for a cell to mend, 'example'."""
        if (kind, mood) not in self._made:
            self._made[kind, mood] = self._book.add_format({**_LOOKS.get(kind, _TEXT), **_MOODS[mood], "valign": "top"})
        return self._made[kind, mood]


_TEXT = {"num_format": "@", "text_wrap": True}
_LOOKS: dict[Kind, dict[str, Any]] = {
    Kind.DAY: {"num_format": "d mmm yyyy"},
    Kind.NUMBER: {"num_format": "#,##0"},
    Kind.PERCENT: {"num_format": "0"},
    Kind.AMOUNT: {"num_format": "#,##0.00"},
}
_MOODS: dict[str, dict[str, Any]] = {
    "": {},
    "fault": {"bg_color": "#F8C9C4", "border": 1, "border_color": "#B3261E"},
    "example": {"italic": True, "font_color": "#777777", "bg_color": "#F2F2F2"},
}


def put(sheet: Worksheet, row: int, column: int, value: Cell, look: Any) -> None:
    if value is None or value == "":
        sheet.write_blank(row, column, None, look)
    elif isinstance(value, str):
        text(sheet, row, column, value, look)
    elif isinstance(value, date):
        sheet.write_datetime(row, column, value, look)
    else:
        sheet.write_number(row, column, value, look)
