"""Text in cells of a workbook: it stays text, whatever it begins with."""

from __future__ import annotations

from typing import Any

from xlsxwriter.worksheet import Worksheet

from adme.common.csv_safety import plain_text

LONGEST_CELL = 32_767  # what Excel takes


def text(sheet: Worksheet, row: int, column: int, value: str, look: Any = None) -> None:
    """Neither formula nor link; cut where Excel ends. A blank keeps its look."""
    cut = plain_text(value)[:LONGEST_CELL]
    if cut:
        sheet.write_string(row, column, cut, look)
    elif look is not None:
        sheet.write_blank(row, column, None, look)
