"""How cells of these workbooks look and are written: text stays text, whatever it begins with."""

from __future__ import annotations

from datetime import date
from typing import Any

from xlsxwriter.worksheet import Worksheet

from adme.exports.cells import text

from ..layout import Column, Type

OPTIONS = {
    "constant_memory": True,
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_NUMBERS = {Type.INTEGER: "#,##0", Type.NUMBER: "#,##0.######", Type.DAY: "yyyy-mm-dd", Type.YEAR: "0"}


class Formats:
    def __init__(self, book: Any) -> None:
        top = {"valign": "top"}
        self.bold = book.add_format({**top, "bold": True, "bottom": 1, "text_wrap": True})
        self.banner = book.add_format({"bold": True, "font_size": 14})
        self.hint = book.add_format({**top, "italic": True, "text_wrap": True, "font_color": "#555555", "font_size": 9})
        self.needed = book.add_format({**top, "bold": True, "bottom": 1, "text_wrap": True, "bg_color": "#FCEBC8"})
        self.optional = book.add_format({**top, "bold": True, "bottom": 1, "text_wrap": True, "bg_color": "#E6ECF5"})
        self.wrapped = book.add_format({**top, "text_wrap": True})
        self._book = book
        self._made: dict[tuple[Type, bool], Any] = {}

    def cell(self, kind: Type, *, example: bool = False) -> Any:
        if (kind, example) not in self._made:
            look: dict[str, Any] = {"num_format": _NUMBERS.get(kind, "@"), "valign": "top"}
            if example:
                look |= {"italic": True, "font_color": "#777777", "bg_color": "#F2F2F2"}
            self._made[kind, example] = self._book.add_format(look)
        return self._made[kind, example]


def put(sheet: Worksheet, row: int, column: int, one: Column, value: str, look: Any) -> None:
    """A canonical value with the type that its cell has."""
    if not value:
        sheet.write_blank(row, column, None, look)
    elif one.type == Type.DAY and value >= "1901":  # Excel's days begin with 1900, and are a day off in its first weeks
        sheet.write_datetime(row, column, date.fromisoformat(value), look)
    elif one.is_number or one.type == Type.YEAR:
        sheet.write_number(row, column, float(value), look)
    else:
        text(sheet, row, column, value, look)
