"""Workbooks in tests: fetched, changed as a spreadsheet program would, and sent back through the pipeline."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from adme.accounts.models import User
from adme.ingest import services as ingest
from adme.ingest.models import ImportBatch
from adme.jobs.models import Job
from adme.reporting.models import Obligation, UploadRow
from adme.reporting.services import uploads
from adme.reporting.workbooks import layout


def fetch(report: Obligation, by: User) -> bytes:
    return uploads.make_workbook(obligation=report, by=by)


def opened(content: bytes) -> Workbook:
    return load_workbook(BytesIO(content))


def saved(book: Workbook) -> bytes:
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def places(sheet: Worksheet) -> dict[str, int]:
    """Name of the field -> number of its column."""
    return {cell.value: cell.column for cell in sheet[1] if cell.value}


def row_of(sheet: Worksheet, key: str) -> int:
    return next(row for row in range(1, sheet.max_row + 1) if sheet.cell(row, 1).value == key)


def edited(content: bytes, changes: Mapping[str, Mapping[str, Any]] | None = None, *new: Mapping[str, Any]) -> bytes:
    """`changes` by key of the record; each of `new` becomes a row below the last."""
    book = opened(content)
    sheet = book[layout.REPORT]
    columns = places(sheet)
    for key, values in (changes or {}).items():
        row = row_of(sheet, key)
        for name, value in values.items():
            sheet.cell(row, columns[name]).value = value
    for values in new:
        row = sheet.max_row + 1
        for name, value in values.items():
            sheet.cell(row, columns[name]).value = value
    return saved(book)


def receive(report: Obligation, content: bytes, by: User, name: str = "report.xlsx") -> ImportBatch:
    """Sent, and waiting to be read by a job."""
    return uploads.receive(obligation=report, upload=SimpleUploadedFile(name, content), by=by)


def read(batch: ImportBatch) -> ImportBatch:
    return ingest.read(batch_id=batch.pk, progress=lambda done, message: None)


def sent(report: Obligation, content: bytes, by: User, name: str = "report.xlsx") -> ImportBatch:
    """Sent and read here, without its job."""
    batch = receive(report, content, by, name)
    Job.objects.all().delete()
    return read(batch)


def rows(batch: ImportBatch, kind: str = "") -> list[UploadRow]:
    found = UploadRow.objects.filter(batch=batch.public_id)
    return list(found.filter(kind=kind) if kind else found)


def codes(batch: ImportBatch) -> list[str]:
    return list(batch.problems.values_list("code", flat=True))


def applied(batch: ImportBatch, report: Obligation, by: User, reason: str = "") -> ImportBatch:
    uploads.approve(batch=batch, obligation=report, reason=reason, by=by)
    return ingest.apply(batch_id=batch.pk)
