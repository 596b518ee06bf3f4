"""Text that a spreadsheet must never run. A leading = + - @, a tab or a line break would make a cell a formula."""

from __future__ import annotations

import math
import re
import unicodedata
from typing import Any

# Full-width forms count too: some spreadsheets fold them to ASCII before they look.
_TRIGGERS = frozenset("=+-@\t\r\n")
_HARMLESS = re.compile(r"(?:[A-Za-z0-9][ -~]*)?")  # most of what is written, and told at a glance
_CONTROL = {code: None for code in (*range(32), 0xFFFE, 0xFFFF) if code not in (9, 10, 13)}


def plain_text(value: Any) -> str:
    """Text without control characters (NUL, ANSI escapes), which neither CSV nor XLSX can carry."""
    text = str(value).translate(_CONTROL)
    return text.encode("utf-8", "replace").decode("utf-8")


def csv_text(value: Any) -> str:
    """Text for a CSV cell: what would start a formula gets a leading apostrophe. Never used for numbers."""
    if type(value) is str and _HARMLESS.fullmatch(value):
        return value
    text = plain_text(value)
    first = unicodedata.normalize("NFKC", text.lstrip(" \u00a0\u200b\ufeff")[:1])
    return f"'{text}" if first in _TRIGGERS else text


def csv_cell(value: Any) -> str:
    """A cell of a CSV file: numbers in full precision with a decimal point, missing as empty, text made safe."""
    if type(value) is str:
        return csv_text(value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return repr(value).removesuffix(".0") if math.isfinite(value) else ""
    return csv_text(value)
