"""Workbooks of reports as a target of the import pipeline: read to a preview of rows, applied through the services of
records. A batch belongs to one report, whose public id is the option `dataset`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from adme.accounts.models import User
from adme.common.refusals import FileRefused
from adme.ingest import selectors as ingest
from adme.ingest import storage
from adme.ingest.errors import NotAllowedNow, PreviewOutdated
from adme.ingest.models import BatchState, ImportBatch
from adme.ingest.problems import Report
from adme.ingest.targets import Applied, Change, Preview, Progress

from .. import access, tools
from ..errors import ReportingError
from ..models import Obligation, RecordChange, UploadRow, WorkbookTemplate
from ..services.common import contribute, why_closed
from ..services.records import RowChange, save_many
from . import layout
from .compare import Outcome, RowKind, Stored, compare, is_clash
from .reading import Sheet, read_about, read_rows
from .reasons import rows_with_reason
from .template import words_for

NAME = "report"
KINDS = (RowKind.ADDED, RowKind.CHANGED, RowKind.CONFLICT, RowKind.UNCHANGED, RowKind.REFUSED)
_WORDS = {RowKind.CONFLICT: "conflicting"}


def obligation_of(batch: ImportBatch) -> Obligation:
    found = Obligation.objects.select_related("round", "body", "state_area")
    return found.get(public_id=UUID(batch.options["dataset"]))


def template_for(batch_path: Path, obligation: Obligation) -> WorkbookTemplate:
    """The template that this file came from; refused in words when it is not one of this report, or an old one."""
    about = read_about(batch_path)
    if about.obligation != str(obligation.public_id):
        raise FileRefused(
            "another_report",
            "This workbook was made for another report: another body or state, tool or period. Send it on that "
            "report's page, or fetch the workbook of this one.",
        )
    template = WorkbookTemplate.objects.filter(obligation=obligation, public_id=about.template).first()
    if template is None:
        raise FileRefused(
            "template_unknown",
            "ADME does not know this workbook, so it cannot tell what you changed. Fetch the workbook of this report "
            "anew and copy your values into it.",
            seen=about.template,
        )
    current = tools.get(obligation.tool).catalogue.layout
    if template.layout != current or about.layout != current:
        raise FileRefused(
            "stale_layout",
            f"This workbook has the layout {about.layout or template.layout}; the fields have changed since, and "
            f"the layout is {current} now. Fetch the workbook of this report anew and copy your values into it.",
            seen=about.layout,
        )
    return template


def stored_for(obligation: Obligation, template: WorkbookTemplate, user: User | None) -> Stored:
    tool = tools.get(obligation.tool)
    records = {one.key: one for one in tool.records(obligation, for_user=user)}
    groups = tool.groups(obligation, for_user=user)
    return Stored(tool, template.base, records, groups, words_for(tool, obligation))


class ReportTarget:
    """Implements adme.ingest.targets.ImportTarget and OwnPages."""

    name = NAME
    title = "Workbooks of reports"

    def formats(self) -> Sequence[tuple[str, str]]:
        return [(layout.FORMAT, "Workbook of a report")]

    def scopes(self) -> Sequence[tuple[str, str]]:
        return []

    def bundle(self, path: Path) -> tuple[str, Iterable[bytes]]:
        return path.name, storage.chunks_of(path)

    def address(self, batch: ImportBatch) -> str:
        return reverse("workbook_preview", args=[batch.options["dataset"], batch.public_id])

    def sentence(self, batch: ImportBatch) -> str:
        counts = batch.counts
        if batch.state == BatchState.APPLIED:
            added, changed = counts.get("records_added", 0), counts.get("records_changed", 0)
            return f"Applied: {added:,} added, {changed:,} changed."
        told = [f"{counts.get(kind, 0):,} {_WORDS.get(kind, str(kind))}" for kind in KINDS if counts.get(kind)]
        return f"{', '.join(told)}." if told else "The sheet Report has no rows."

    # --- preview ----------------------------------------------------------------------------------------------------

    def preview(
        self, batch: ImportBatch, *, path: Path, beside: Path | None, report: Report, progress: Progress
    ) -> Preview:
        scopes = [batch.options["dataset"]]
        seen_state = ingest.latest_applied(NAME, scopes)
        obligation = obligation_of(batch)
        _refuse_closed(obligation, batch.created_by)
        progress(0, "Reading the workbook")
        template = template_for(path, obligation)
        stored = stored_for(obligation, template, batch.created_by)
        sheet = read_rows(path, read_about(path), stored.tool.catalogue)
        progress(len(sheet.rows), "Comparing with what is stored")
        outcomes = compare(sheet, stored)
        _tell(sheet, outcomes, stored, report)
        store_rows(batch, obligation, outcomes)
        counts = {str(kind): sum(one.kind == kind for one in outcomes) for kind in KINDS}
        summary = {
            "scopes": scopes,
            "seen_state": seen_state,
            "touched": [],
            "template": str(template.public_id),
            "reason_rows": rows_with_reason(obligation, stored, outcomes),
        }
        scope = f"{obligation.reporter_label} {stored.tool.title} {obligation.round.period_label}"
        return Preview(format=layout.FORMAT, scope=scope, counts=counts | {"read": len(sheet.rows)}, summary=summary)

    # --- apply ------------------------------------------------------------------------------------------------------

    def apply(self, batch: ImportBatch, *, actor: str) -> Applied:
        """All rows or none. When somebody changed one of the values since the preview, the file is compared anew."""
        if batch.approved_by is None:
            raise NotAllowedNow("A workbook is applied by a person.")
        rows = UploadRow.objects.filter(batch=batch.public_id)
        changes = [row_change(row) for row in rows.exclude(kind__in=[RowKind.UNCHANGED, RowKind.REFUSED])]
        try:
            counts = save_many(
                obligation_id=obligation_of(batch).pk,
                rows=[change for change in changes if change.values],
                by=batch.approved_by,
                channel=RecordChange.Channel.UPLOAD,
            )
        except (ReportingError, PermissionDenied) as error:
            raise PreviewOutdated(str(error)) from error
        if batch.created_by is not None and counts["added"] + counts["changed"]:
            # Who sent the file wrote what it says, whoever applied it.
            contribute(obligation_of(batch), batch.created_by, timezone.now())
        rows.filter(kind=RowKind.UNCHANGED).delete()
        return Applied(counts={f"records_{name}": count for name, count in counts.items()}, summary={})

    def undo(self, batch: ImportBatch, *, actor: str) -> Applied:
        raise NotAllowedNow("Values of a report are changed back in the form; every change is in its history.")

    def blockers_of_undo(self, batch: ImportBatch) -> dict[int, int]:
        return {}

    def lock(self, scopes: Sequence[str]) -> None:
        """`save_many` locks the report."""

    def is_staged(self, batch: ImportBatch) -> bool:
        return UploadRow.objects.filter(batch=batch.public_id).exists()

    def changes(self, batch: ImportBatch, *, kind: str, offset: int, limit: int) -> list[Change]:
        return []

    def discard(self, batch: ImportBatch) -> None:
        """The rows of a refused file stay, for its page and the marked workbook; those of a discarded one go."""
        if batch.state == BatchState.DISCARDED:
            UploadRow.objects.filter(batch=batch.public_id).delete()


def row_change(row: UploadRow) -> RowChange:
    """What to store of a row: a field in conflict only when the person chose the file's value."""
    chosen = {
        name: change
        for name, change in row.changes.items()
        if name != layout.GROUP and (row.kind != RowKind.CONFLICT or row.choice == "file" or not is_clash(change))
    }
    group = row.changes.get(layout.GROUP, ["", "", ""])[2]
    expected = {name: change[1] for name, change in chosen.items()} if row.record_key else None
    return RowChange(row.record_key, group, {name: change[2] for name, change in chosen.items()}, row.reason, expected)


def _refuse_closed(obligation: Obligation, user: User | None) -> None:
    if user is None or not access.may_edit(user, obligation):
        raise FileRefused("not_your_report", "You may not change this report any more, so the workbook was not read.")
    now = timezone.now()
    if not obligation.is_editable(now):
        raise FileRefused("report_closed", why_closed(obligation, now))


def _tell(sheet: Sheet, outcomes: Sequence[Outcome], stored: Stored, report: Report) -> None:
    """Into the pipeline's report: every problem with its row and column, and what is notable."""
    labels = {one.name: one.label for one in stored.tool.catalogue.fields}
    for heading in sheet.strays:
        hint = "This column is not of the workbook, so it was not read. Put its values into the columns that are."
        report.warning("stray_column", hint, column=heading[:120])
    for outcome in outcomes:
        number = outcome.row.number
        for one in outcome.problems:
            report.error(one.code, one.hint, row=number, column=labels.get(one.field, ""), seen=one.seen)
        for one in outcome.remarks:
            report.warning(one.code, one.hint, row=number, column=labels.get(one.field, ""), seen=one.seen)
    if absent := len(stored.records.keys() - {row.key for row in sheet.rows}):
        noun = stored.tool.noun[0 if absent == 1 else 1]
        report.note("not_in_file", f"Not in the file: {absent:,} {noun} of the report. Nothing changes there.")


@transaction.atomic
def store_rows(batch: ImportBatch, obligation: Obligation, outcomes: Sequence[Outcome]) -> None:
    """Replaces the rows of an earlier reading; a choice stays where the conflict is the same."""
    earlier = UploadRow.objects.filter(batch=batch.public_id)
    chosen: dict[int, Any] = {row.row: row for row in earlier.exclude(choice="")}
    rows = [_row(batch, obligation, one) for one in outcomes]
    for row in rows:
        before = chosen.get(row.row)
        if before is not None and (before.record_key, before.changes) == (row.record_key, row.changes):
            row.choice = before.choice
    earlier.delete()
    UploadRow.objects.bulk_create(rows, batch_size=500)


def _row(batch: ImportBatch, obligation: Obligation, outcome: Outcome) -> UploadRow:
    problems = [{"field": one.field, "code": one.code, "seen": one.seen, "hint": one.hint} for one in outcome.problems]
    return UploadRow(
        obligation=obligation,
        batch=batch.public_id,
        row=outcome.row.number,
        record_key=outcome.row.key[:64],
        title=outcome.title,
        kind=outcome.kind,
        changes={} if outcome.kind == RowKind.REFUSED else outcome.changes,
        problems=problems,
    )
