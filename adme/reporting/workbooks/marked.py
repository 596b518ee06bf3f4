"""The workbook as it goes back to its sender: what was typed, cells to mend in red with a comment, and the errors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from adme.ingest.models import ImportBatch, ImportProblem

from .. import tools
from ..errors import BadValues
from ..fields import Catalogue, Field, Kind, clean
from ..models import Obligation, UploadRow, WorkbookTemplate
from . import layout
from .layout import Cell, Line, Words
from .reading import SheetRow, read_about, read_rows
from .template import about_of, content, words_for
from .writing import workbook_bytes

_TYPED = frozenset({Kind.DAY, Kind.NUMBER, Kind.PERCENT, Kind.AMOUNT})


def marked_bytes(batch: ImportBatch, obligation: Obligation) -> bytes:
    """Rows stay at their places, so that what the page says about row 17 is row 17 here too."""
    tool = tools.get(obligation.tool)
    path = Path(batch.file.path)
    about = read_about(path)
    sheet = read_rows(path, about, tool.catalogue)
    template = WorkbookTemplate.objects.get(public_id=about.template, obligation=obligation)
    rows = {row.row: row for row in UploadRow.objects.filter(batch=batch.public_id)}
    shift = max(0, layout.FIRST_RECORD - min((row.number for row in sheet.rows), default=layout.FIRST_RECORD))
    words = words_for(tool, obligation)
    return workbook_bytes(
        content(
            obligation=obligation,
            about=about_of(template, obligation),
            words=words,
            groups=tool.groups(obligation, for_user=batch.created_by),
            lines=_lines(sheet.rows, rows, tool.catalogue, words, shift),
            is_demonstration=obligation.is_demonstration,
            errors=list(_errors(batch, rows.values(), tool.catalogue, shift)),
        )
    )


def _lines(
    found: Iterable[SheetRow], rows: dict[int, UploadRow], catalogue: Catalogue, words: Words, shift: int
) -> Iterator[Line]:
    for one in found:
        stored = rows.get(one.number)
        faults = {problem["field"]: problem["hint"] for problem in (stored.problems if stored else [])}
        cells = {field.name: _cell(field, one.cells[field.name], words) for field in catalogue.fields}
        yield Line(one.key, one.group, cells, faults, one.number + shift)


def _cell(field: Field, text: str, words: Words) -> Cell:
    """A date as a date and a number as a number where it is one; else what was typed."""
    if field.kind not in _TYPED:
        return text
    try:
        return words.cell(field, clean(field, text, words.vocabularies))
    except BadValues:
        return text


def _errors(
    batch: ImportBatch, rows: Iterable[UploadRow], catalogue: Catalogue, shift: int
) -> Iterator[tuple[str, str, str, str]]:
    """What concerns the file as a whole comes first."""
    severities = [ImportProblem.Severity.ERROR, ImportProblem.Severity.WARNING]
    for problem in batch.problems.filter(row__isnull=True, severity__in=severities):
        yield "file", problem.column, problem.seen, problem.hint
    labels = {one.name: one.label for one in catalogue.fields}
    for row in sorted(rows, key=lambda row: row.row):
        for one in row.problems:
            yield str(row.row + shift), labels.get(one["field"], ""), one["seen"], one["hint"]
