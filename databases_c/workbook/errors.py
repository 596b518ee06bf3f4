"""The error report of a submission: every finding that is kept, what concerns the file as a whole first."""

from __future__ import annotations

from io import BytesIO

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from adme.exports.cells import text

from ..models import Finding, Submission
from .cells import OPTIONS, Formats

_COLUMNS = (
    ("Level", 10), ("Row", 8), ("Record", 28), ("Column", 28), ("Seen", 36), ("What to do", 80), ("Check", 20),
    ("Times", 8), ("Decision", 26),
)  # fmt: skip
_RANK = {Finding.Level.ERROR: 0, Finding.Level.WARNING: 1, Finding.Level.NOTE: 2}


def error_report(submission: Submission, *, mask_personal: bool = False) -> bytes:
    """XLSX; cells are text, whatever they begin with. `mask_personal`: without what was seen in personal columns."""
    personal = {one.label for one in submission.version.read_layout().columns if one.is_personal}
    hidden = personal if mask_personal else set()
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, OPTIONS) as book:
        formats = Formats(book)
        sheet, facts = book.add_worksheet("Errors"), book.add_worksheet("Submission")
        _findings(sheet, submission, hidden, formats)
        _facts(facts, submission, formats)
    return buffer.getvalue()


def _findings(sheet: Worksheet, submission: Submission, hidden: set[str], formats: Formats) -> None:
    for at, (name, width) in enumerate(_COLUMNS):
        sheet.set_column(at, at, width)
        text(sheet, 0, at, name, formats.bold)
    sheet.freeze_panes(1, 0)
    found = sorted(
        submission.findings.all(), key=lambda one: (not one.is_structural, _RANK[Finding.Level(one.level)], one.pk)
    )
    for row, one in enumerate(found, start=1):
        where = "file" if one.is_structural else ""
        seen = "(personal, not shown)" if one.column in hidden and one.seen else one.seen
        text(sheet, row, 0, one.get_level_display(), formats.wrapped)
        if one.row is None:
            text(sheet, row, 1, where, formats.wrapped)
        else:
            sheet.write_number(row, 1, one.row, formats.wrapped)
        decision = f"{one.get_decision_display()}: {one.reason}" if one.decision else ""
        for at, value in ((2, one.record), (3, one.column), (4, seen), (5, one.remedy), (6, one.rule)):
            text(sheet, row, at, value, formats.wrapped)
        sheet.write_number(row, 7, one.times, formats.wrapped)
        text(sheet, row, 8, decision, formats.wrapped)
    sheet.autofilter(0, 0, max(len(found), 1), len(_COLUMNS) - 1)


def _facts(sheet: Worksheet, submission: Submission, formats: Formats) -> None:
    obligation, counts = submission.obligation, submission.counts
    lines = [
        ("Record set", submission.version.record_set.title),
        ("Reporter", obligation.reporter_label),
        ("Period", obligation.round.period_label),
        ("Version", str(submission.number)),
        ("File", submission.filename),
        ("SHA-256", submission.sha256),
        ("Verdict", submission.get_verdict_display()),
        *((f"Records {name}", f"{counts.get(name, 0):,}") for name in ("read", "accepted", "refused", "merged")),
        ("Errors", f"{counts.get('errors', 0):,}"),
        ("Warnings", f"{counts.get('warnings', 0):,}"),
    ]
    if submission.is_demonstration:
        lines.insert(0, ("Demonstration data", "These records are made up. They are not official."))
    sheet.set_column(0, 0, 22)
    sheet.set_column(1, 1, 80)
    for row, (name, value) in enumerate(lines):
        text(sheet, row, 0, name, formats.bold)
        text(sheet, row, 1, value, formats.wrapped)
