"""The trail as CSV, row by row, so that a long trail needs little memory. No cell can become a formula."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator

from .models import AuditEvent
from .selectors import row

HEADINGS = ("sequence", "at_utc", "actor", "action", "target", "changes", "reason", "hash")
# What spreadsheet programs take as the start of a formula, also in its full-width forms, and what hides one.
_TRIGGERS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


class _Line:
    """A file that hands each written line straight back."""

    def write(self, text: str) -> str:
        return text


def safe_cell(text: str) -> str:
    """The text with an apostrophe in front where a spreadsheet program would start to calculate."""
    return f"'{text}" if text.lstrip(" ").startswith(_TRIGGERS) else text


def csv_lines(events: Iterable[AuditEvent]) -> Iterator[str]:
    """CSV in UTF-8 with a byte order mark, so that spreadsheet programs read the letters right."""
    writer = csv.writer(_Line())
    yield "\ufeff" + str(writer.writerow(HEADINGS))
    for event in events:
        yield str(writer.writerow(_cells(event)))


def _cells(event: AuditEvent) -> list[str]:
    shown = row(event)
    changes = "; ".join(f"{d.field}: {d.before or '(empty)'} > {d.after or '(empty)'}" for d in shown.differences)
    texts = (shown.actor, shown.action, shown.target, changes, shown.reason)
    at = shown.at.isoformat(timespec="seconds")
    return [str(shown.sequence), at, *(safe_cell(text) for text in texts), shown.hash]
