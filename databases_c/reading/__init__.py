"""What was sent, read and judged: files to canonical rows, with everything that was found on the way."""

from .checking import Checked, Progress, check, load_lists, silent
from .findings import ERROR, KEPT_PER_RULE, NOTE, WARNING, Found
from .rows import ROW, read_canonical, write_rows

__all__ = [
    "ERROR",
    "KEPT_PER_RULE",
    "NOTE",
    "ROW",
    "WARNING",
    "Checked",
    "Found",
    "Progress",
    "check",
    "load_lists",
    "read_canonical",
    "silent",
    "write_rows",
]
