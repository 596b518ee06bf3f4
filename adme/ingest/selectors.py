"""Reads of imports: the list, one batch with its problems and differences, and what was applied last."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from . import targets
from .models import BatchState, ImportBatch

_SENTENCES = {
    BatchState.RECEIVED: "Received; waiting to be read.",
    BatchState.READING: "Being read.",
    BatchState.APPROVED: "Approved; waiting to be applied.",
    BatchState.DISCARDED: "Discarded; nothing was written.",
    BatchState.FAILED: "The reading stopped for a reason that is not the file's.",
    BatchState.UNDONE: "Undone: the values are as they were before.",
}


def listed() -> QuerySet[ImportBatch]:
    """What the pages of imports know of: not the batches that have pages of their own."""
    return ImportBatch.objects.exclude(target__in=targets.with_own_pages())


def latest_applied(target: str, scopes: Iterable[str]) -> int:
    """Number of the batch that last wrote to one of these scopes; 0 for none. It changes with what is stored."""
    wanted = set(scopes)
    found = ImportBatch.objects.filter(target=target, applied_at__isnull=False).order_by("-applied_at")
    for pk, written in found.values_list("pk", "summary__scopes").iterator(chunk_size=50):
        if wanted.intersection(written):
            return pk
    return 0


def applied_with_same_bytes(batch: ImportBatch) -> ImportBatch | None:
    """The newest applied and not undone batch of the very same file."""
    found = ImportBatch.objects.filter(
        target=batch.target, sha256=batch.sha256, state=BatchState.APPLIED, undoes__isnull=True
    )
    return found.exclude(sha256="").exclude(pk=batch.pk).order_by("-applied_at").first()


def sentence(batch: ImportBatch) -> str:
    """How a batch stands, in one sentence."""
    counts = batch.counts
    own = targets.get(batch.target) if batch.target in targets.with_own_pages() else None
    if isinstance(own, targets.OwnPages) and batch.state in (BatchState.PREVIEWED, BatchState.APPLIED):
        return own.sentence(batch)
    if batch.state == BatchState.REFUSED:
        errors, places = error_kinds(batch), error_total(batch)
        where = f", in {places:,} places of the file" if places > errors else ""
        needs = "thing needs" if errors == 1 else "things need"
        return f"{errors:,} {needs} your correction{where}; nothing was written."
    if batch.undoes_id is not None and batch.state == BatchState.APPLIED:
        return f"Undone: {counts.get('closed', 0):,} values closed, {counts.get('reopened', 0):,} brought back."
    if batch.state in (BatchState.PREVIEWED, BatchState.APPLIED):
        verb = "would be" if batch.state == BatchState.PREVIEWED else "was"
        if changes_nothing(batch):
            return f"All {counts.get('unchanged', 0):,} values are stored already; nothing {verb} written."
        return (
            f"{counts.get('new', 0):,} new, {counts.get('changed', 0):,} changed, "
            f"{counts.get('unchanged', 0):,} unchanged, {counts.get('vanished', 0):,} vanished values."
        )
    return _SENTENCES[BatchState(batch.state)]


def changes_nothing(batch: ImportBatch) -> bool:
    """Whether no value would be, or was, written by an import."""
    counts = batch.counts
    vanished = counts.get("vanished") if batch.options.get("on_vanished") == "close" else 0
    return not any((counts.get("new"), counts.get("changed"), counts.get("closed"), vanished))


def error_kinds(batch: ImportBatch) -> int:
    """How many things are wrong; one that occurs in many rows is one."""
    return batch.summary.get("things", {}).get("error") or error_total(batch)


def error_total(batch: ImportBatch) -> int:
    """How often something is wrong, also beyond the problems listed one by one."""
    totals: dict[str, int] = batch.summary.get("problems", {})
    return sum(count for key, count in totals.items() if key.startswith("error:"))
