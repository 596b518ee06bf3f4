"""Writes around workbooks: make one, take one back, decide its conflicts, apply or discard it.

Who may is asked here too: a reporter of the report, or a reviewer on behalf. The pipeline of imports does the rest.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from adme.accounts.models import User
from adme.common.refusals import FileRefused
from adme.ingest import services as ingest
from adme.ingest.models import BatchState, ImportBatch
from adme.ingest.services import Options

from .. import access
from ..errors import NotAllowedNow, ReasonNeeded
from ..models import Contribution, Obligation, UploadRow
from ..workbooks import template
from ..workbooks.target import NAME, row_change
from .common import plain, require_editable, trail

MOST_BYTES = 10 * 1024 * 1024
MOST_UPLOADS, UPLOADS_WITHIN = 60, timedelta(hours=1)  # of one report: each file is kept and read
Kind = UploadRow.Kind
CHOICES = ("file", "stored")


@transaction.atomic
def make_workbook(*, obligation: Obligation, by: User, now: datetime | None = None) -> bytes:
    """The report as XLSX, with what it holds now. Remembers that, to compare with when it comes back."""
    made = template.make(obligation=obligation, by=by, now=now or timezone.now())
    trail("workbook_made", obligation, by)
    return made


def receive(*, obligation: Obligation, upload: UploadedFile, by: User, now: datetime | None = None) -> ImportBatch:
    """Keep the file and queue its reading. FileRefused or FileTooLarge: nothing is kept."""
    now = now or timezone.now()
    require_editable(obligation, by, now)
    _require_patience(obligation, now)
    name = upload.name or "workbook"
    if not name.lower().endswith(".xlsx"):
        raise FileRefused(
            "not_a_workbook", "Send the workbook of this report as XLSX, without macros.", seen=name[-40:]
        )
    if (upload.size or 0) > MOST_BYTES:
        raise FileRefused("file_too_large", "The file is larger than 10 MB, the most that is taken for a report.")
    options = Options(dataset=str(obligation.public_id))
    return ingest.receive(chunks=upload.chunks(), filename=name, options=options, by=by, target=NAME)


def _require_patience(obligation: Obligation, now: datetime) -> None:
    lately = ImportBatch.objects.filter(target=NAME, created_at__gt=now - UPLOADS_WITHIN)
    if lately.filter(options__dataset=str(obligation.public_id)).count() >= MOST_UPLOADS:
        raise NotAllowedNow(f"{MOST_UPLOADS} workbooks of this report came within an hour. Wait a while, then send it.")


@transaction.atomic
def choose(*, batch: ImportBatch, obligation: Obligation, choices: Mapping[int, str], by: User) -> int:
    """Remember which side stays for the rows in conflict; the number of rows."""
    _require(obligation, by)
    current = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if current.state != BatchState.PREVIEWED:
        raise NotAllowedNow("This upload is not waiting for a choice any more.")
    count = 0
    for choice in CHOICES:
        rows = [row for row, chosen in choices.items() if chosen == choice]
        found = UploadRow.objects.filter(batch=batch.public_id, kind=Kind.CONFLICT, row__in=rows)
        count += found.update(choice=choice)
    return count


@transaction.atomic
def choose_all(*, batch: ImportBatch, obligation: Obligation, choice: str, by: User) -> int:
    rows = UploadRow.objects.filter(batch=batch.public_id, kind=Kind.CONFLICT).values_list("row", flat=True)
    return choose(batch=batch, obligation=obligation, choices=dict.fromkeys(rows, choice), by=by)


@transaction.atomic
def approve(*, batch: ImportBatch, obligation: Obligation, reason: str, by: User) -> ImportBatch:
    """Release what the preview shows for storing, once every conflict is decided and a due reason is given."""
    _require(obligation, by)
    reason = plain(reason, name="reason", label="Reason")
    rows = UploadRow.objects.filter(batch=batch.public_id)
    if waiting := rows.filter(kind=Kind.CONFLICT, choice="").count():
        told = "One conflict waits" if waiting == 1 else f"{waiting:,} conflicts wait"
        raise NotAllowedNow(f"{told} for your choice: take what the file says, or keep what is stored.")
    on_behalf = is_on_behalf(obligation, by)
    if not reason and (on_behalf or reason_rows(batch)):
        raise ReasonNeeded(why_reason(obligation, batch, by))
    if reason:
        (rows if on_behalf else rows.filter(row__in=reason_rows(batch))).update(reason=reason)
    return ingest.approve(batch_id=batch.pk, by=by)


def discard(*, batch: ImportBatch, obligation: Obligation, by: User) -> ImportBatch:
    _require(obligation, by)
    return ingest.discard(batch_id=batch.pk, by=by)


def read_again(*, batch: ImportBatch, obligation: Obligation, by: User) -> ImportBatch:
    _require(obligation, by)
    return ingest.read_again(batch_id=batch.pk, by=by)


def reason_rows(batch: ImportBatch) -> list[int]:
    """Rows that change values that stood in an approved report. A conflict where the stored value stays is none."""
    listed: list[int] = batch.summary.get("reason_rows", [])
    kept = UploadRow.objects.filter(batch=batch.public_id, kind=Kind.CONFLICT, choice="stored")
    silent = {row.row for row in kept if not row_change(row).values}
    return [row for row in listed if row not in silent]


def is_on_behalf(obligation: Obligation, by: User) -> bool:
    """A reviewer who writes in a report for the first time since its approval."""
    if access.is_reporter(by, obligation):
        return False
    return not Contribution.objects.filter(obligation=obligation, user=by, settled_at__isnull=True).exists()


def why_reason(obligation: Obligation, batch: ImportBatch, by: User) -> str:
    """Why a reason is asked for; blank where none is."""
    if is_on_behalf(obligation, by):
        return f"You write on behalf of {obligation.reporter_label}. Say why."
    count = len(reason_rows(batch))
    if not count:
        return ""
    told = "One row changes values" if count == 1 else f"{count:,} rows change values"
    return f"{told} that stood in an approved report. Say why."


def _require(obligation: Obligation, by: User) -> None:
    if not access.may_edit(by, obligation):
        raise PermissionDenied("This report belongs to another reporter.")
