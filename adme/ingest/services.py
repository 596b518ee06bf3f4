"""Writes of imports: receive, read (to a preview), approve, apply, discard, undo. Commands and pages call these.

Reading runs outside a transaction, since it takes long and only fills staging. Applying is one transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from adme.audit import services as audit
from adme.common.refusals import FileRefused
from adme.jobs.services import enqueue

from . import policies, selectors, storage, targets
from .errors import NotAllowedNow, PreviewOutdated, Superseded
from .models import BatchState, ImportBatch, ImportProblem
from .problems import Issue, Report, UnreadableFile
from .targets import Preview, Progress

if TYPE_CHECKING:
    from adme.accounts.models import User

COMMAND = "command"  # actor of what no person did in the browser
PREVIEW_JOB, APPLY_JOB = "ingest.preview", "ingest.apply"
Finish = Callable[[dict[str, Any]], None]


@dataclass(frozen=True, slots=True)
class Options:
    """How to read a file. `on_vanished`: keep values that the file no longer has, or close them."""

    format: str = "auto"
    dataset: str = ""
    release_date: date | None = None
    create_indicators: bool = False
    on_vanished: str = "keep"

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "release_date": self.release_date.isoformat() if self.release_date else None}


def receive(
    *,
    chunks: Iterable[bytes],
    filename: str,
    options: Options,
    by: User | None = None,
    target: str = "observations",
    in_background: bool = True,
) -> ImportBatch:
    """Keep the bytes and open a batch. Raises FileTooLarge or FileRefused; then nothing is kept.

    `in_background` queues the reading; a command reads by itself.
    """
    batch = ImportBatch(target=target, filename=filename[:255], options=options.as_json(), created_by=by)
    kept = storage.keep(batch, chunks)
    batch.sha256, batch.size = kept.sha256, kept.size
    try:
        with transaction.atomic():
            batch.save()
            _record("import.received", batch, by, after={"sha256": batch.sha256, **batch.options})
            if in_background:
                queue_preview(batch=batch, by=by)
    except BaseException:
        storage.remove(batch)
        raise
    return batch


def queue_preview(*, batch: ImportBatch, by: User | None) -> None:
    _enqueue(PREVIEW_JOB, batch, by, f"Read {batch.filename}")


def read(*, batch_id: int, progress: Progress, source: Path | None = None, finish: Finish | None = None) -> ImportBatch:
    """Read the file into staging and store the preview, or the reasons for refusing it. May be repeated.

    `finish` is called as the last statement of the transaction that stores the result.
    """
    with transaction.atomic():
        batch = ImportBatch.objects.select_for_update().get(pk=batch_id)
        policies.move(batch, "read")
        batch.save(update_fields=["state", "updated_at"])
    report = Report()
    preview = _preview(batch, source, report, progress)
    with transaction.atomic():
        batch = ImportBatch.objects.select_for_update().get(pk=batch_id)
        _store_preview(batch, preview, report)
        if finish is not None:
            finish({"message": selectors.sentence(batch), "counts": batch.counts})
    return batch


def _preview(batch: ImportBatch, source: Path | None, report: Report, progress: Progress) -> Preview:
    target = targets.get(batch.target)
    path = source or Path(batch.file.path)
    _note_earlier_import(batch, report)
    try:
        preview = target.preview(batch, path=path, beside=source and source.parent, report=report, progress=progress)
    except UnreadableFile as error:
        report.add(error.issue)
    except FileRefused as error:
        report.error(error.code, error.hint, seen=error.seen)
    else:
        if not report.has_errors:
            return preview
        target.discard(batch)
        return preview
    target.discard(batch)
    return Preview()


def _note_earlier_import(batch: ImportBatch, report: Report) -> None:
    earlier = selectors.applied_with_same_bytes(batch)
    if earlier is not None:
        report.note(
            "already_applied",
            f"The same file, byte for byte, was applied on {earlier.applied_at:%-d %b %Y} (import {earlier.pk}).",
            seen=earlier.filename,
        )


def _store_preview(batch: ImportBatch, preview: Preview, report: Report) -> None:
    policies.move(batch, "refuse" if report.has_errors else "show")
    batch.format = preview.format or batch.format
    batch.release_date = preview.release_date
    batch.counts = preview.counts
    totals = {f"{severity}:{code}": count for (severity, code), count in report.counts.items()}
    batch.summary = {**preview.summary, "scope": preview.scope, "problems": totals, "things": report.things()}
    batch.save()
    batch.problems.all().delete()
    ImportProblem.objects.bulk_create([_problem(batch, issue) for issue in report.in_order()], batch_size=500)


def _problem(batch: ImportBatch, issue: Issue) -> ImportProblem:
    def text(value: str, longest: int) -> str:
        value = value.replace("\x00", "�")
        return value if len(value) <= longest else value[: longest - 1] + "…"

    return ImportProblem(
        batch=batch,
        severity=issue.severity,
        code=issue.code[:40],
        row=issue.row or None,
        column=text(issue.column, 120),
        seen=text(issue.seen, 300),
        hint=text(issue.hint, 500),
        times=issue.times,
    )


@transaction.atomic
def mark_failed(*, batch_id: int, sentence: str) -> None:
    """The reading broke for a reason that is not the file's."""
    batch = ImportBatch.objects.select_for_update().get(pk=batch_id)
    if policies.allows(batch, "fail"):
        policies.move(batch, "fail")
        batch.note = sentence
        batch.save(update_fields=["state", "note", "updated_at"])


@transaction.atomic
def read_again(*, batch_id: int, by: User | None) -> ImportBatch:
    """Queue the kept file for another reading: after a failure, or when the stored values have changed."""
    batch = ImportBatch.objects.select_for_update().get(pk=batch_id)
    if not policies.allows(batch, "read") or batch.undoes_id is not None:
        policies.move(batch, "read")
    queue_preview(batch=batch, by=by)
    return batch


@transaction.atomic
def approve(*, batch_id: int, by: User | None, in_background: bool = True) -> ImportBatch:
    """Release the previewed batch for applying."""
    batch = ImportBatch.objects.select_for_update().get(pk=batch_id)
    policies.move(batch, "approve")
    batch.approved_by = by
    batch.note = ""
    batch.save(update_fields=["state", "approved_by", "note", "updated_at"])
    _record("import.approved", batch, by, after=batch.counts)
    if in_background:
        _enqueue(APPLY_JOB, batch, by, f"Apply {batch.filename}")
    return batch


@transaction.atomic
def discard(*, batch_id: int, by: User | None, reason: str = "") -> ImportBatch:
    """Drop the preview. The file and the record of it stay."""
    batch = ImportBatch.objects.select_for_update().get(pk=batch_id)
    before = batch.state
    policies.move(batch, "discard")
    targets.get(batch.target).discard(batch)
    batch.note = reason
    batch.save(update_fields=["state", "note", "updated_at"])
    _record("import.discarded", batch, by, before={"state": before}, reason=reason)
    return batch


@transaction.atomic
def apply(*, batch_id: int, finish: Finish | None = None) -> ImportBatch:
    """Write what was approved: all of it or nothing, and once, however often this is called.

    Raises PreviewOutdated when what is stored has changed since the preview, Superseded for an undo that came too late.
    """
    batch = ImportBatch.objects.select_for_update().get(pk=batch_id)
    if not batch.applied_at:
        policies.move(batch, "apply")
        target = targets.get(batch.target)
        target.lock(batch.summary["scopes"])
        actor = batch.approved_by.email if batch.approved_by else COMMAND
        if batch.undoes_id is None:
            _refuse_if_outdated(batch)
            applied = target.apply(batch, actor=actor)
        else:
            applied = _undo(batch, actor)
        batch.counts = {**batch.counts, **applied.counts}
        batch.summary = {**batch.summary, **applied.summary}
        batch.applied_at = _moment(batch)
        batch.save()
        _record("import.applied", batch, batch.approved_by, after=batch.counts, reason=batch.note)
    if finish is not None:
        finish({"message": selectors.sentence(batch), "counts": batch.counts})
    return batch


def _refuse_if_outdated(batch: ImportBatch) -> None:
    if selectors.latest_applied(batch.target, batch.summary["scopes"]) != batch.summary["seen_state"]:
        raise PreviewOutdated("Another import was applied after this preview was made. Preview the file again.")


def _moment(batch: ImportBatch) -> Any:
    """Now, but always after the batch applied before: `as_of` depends on their order, and clocks are set back."""
    now = timezone.now()
    latest = ImportBatch.objects.filter(applied_at__isnull=False).order_by("-applied_at").first()
    if latest is not None and latest.applied_at is not None and latest.applied_at >= now:
        return latest.applied_at + timedelta(microseconds=1)
    return now


def _undo(batch: ImportBatch, actor: str) -> targets.Applied:
    assert batch.undoes_id is not None  # noqa: S101 - only undo batches come here
    original = ImportBatch.objects.select_for_update().get(pk=batch.undoes_id)
    _refuse_if_superseded(original)
    policies.move(original, "undo")
    original.save(update_fields=["state", "updated_at"])
    return targets.get(batch.target).undo(batch, actor=actor)


def _refuse_if_superseded(batch: ImportBatch) -> None:
    later = targets.get(batch.target).blockers_of_undo(batch)
    if later:
        names = dict(ImportBatch.objects.filter(pk__in=later).values_list("pk", "filename"))
        listed = ", ".join(f"import {pk} ({names.get(pk, '?')}: {keys:,} values)" for pk, keys in sorted(later.items()))
        raise Superseded(f"Later imports have replaced values of this one: {listed}. Undo those first, newest first.")


@transaction.atomic
def withdraw(*, batch_id: int, by: User | None = None, because: str = "") -> ImportBatch:
    """Take the approval back because the preview is outdated, and read the file again for a new one.

    `because` is the target's own sentence, where it has one.
    """
    batch = ImportBatch.objects.select_for_update().get(pk=batch_id)
    policies.move(batch, "withdraw")
    batch.approved_by = None
    because = because or "What is stored changed after the preview was made."
    batch.note = f"{because} The file is read again; please approve again."
    batch.save(update_fields=["state", "approved_by", "note", "updated_at"])
    _record("import.withdrawn", batch, by, reason=batch.note)
    queue_preview(batch=batch, by=by)
    return batch


@transaction.atomic
def discard_outdated(*, batch_id: int) -> None:
    """A command that was overtaken by another import leaves nothing behind but the record."""
    batch = ImportBatch.objects.select_for_update().get(pk=batch_id)
    policies.move(batch, "withdraw")
    batch.save(update_fields=["state", "updated_at"])
    discard(batch_id=batch_id, by=None, reason="Another import was applied in between.")


@transaction.atomic
def undo(*, batch_id: int, reason: str, by: User | None, in_background: bool = True) -> ImportBatch:
    """Open a batch that takes an applied one back. Raises NotAllowedNow or Superseded."""
    original = ImportBatch.objects.select_for_update().get(pk=batch_id)
    _refuse_undo(original)
    batch = ImportBatch.objects.create(
        target=original.target,
        filename=original.filename,
        sha256=original.sha256,
        size=original.size,
        format=original.format,
        release_date=original.release_date,
        state=BatchState.APPROVED,
        summary={"scope": original.summary["scope"], "scopes": original.summary["scopes"]},
        undoes=original,
        created_by=by,
        approved_by=by,
        note=reason,
    )
    _record("import.undo_approved", batch, by, before={"undoes": original.pk}, reason=reason)
    if in_background:
        _enqueue(APPLY_JOB, batch, by, f"Undo {batch.filename}")
    return batch


def _refuse_undo(original: ImportBatch) -> None:
    if not policies.allows(original, "undo"):
        raise NotAllowedNow("Only an applied import can be undone. To repeat an undone import, send the file again.")
    if original.undone_by.exclude(state=BatchState.DISCARDED).exists():
        raise NotAllowedNow("This import is already being undone.")
    _refuse_if_superseded(original)


def why_not_undo(batch: ImportBatch) -> str:
    """The reason why this batch cannot be undone now; blank if it can."""
    try:
        _refuse_undo(batch)
    except (NotAllowedNow, Superseded) as error:
        return str(error)
    return ""


@transaction.atomic
def drop_undo(*, batch_id: int, sentence: str) -> None:
    """An undo that came too late changes nothing; it stays on record with the reason."""
    batch = ImportBatch.objects.select_for_update().get(pk=batch_id)
    batch.state, batch.note = BatchState.DISCARDED, f"{batch.note}\n{sentence}".strip()
    batch.save(update_fields=["state", "note", "updated_at"])


def _enqueue(name: str, batch: ImportBatch, by: User | None, title: str) -> None:
    enqueue(
        name,
        args={"batch": batch.pk},
        title=title,
        by=by,
        queue="imports",
        idempotency_key=f"{name}:{batch.pk}",
        link=targets.address_of(batch),
    )


def _record(action: str, batch: ImportBatch, by: User | None, **what: Any) -> None:
    audit.record(
        action=action, actor=by.email if by else COMMAND, target=f"import:{batch.pk} {batch.filename}"[:200], **what
    )
