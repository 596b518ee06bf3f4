"""Rows that are not kept: where the record set says so, they go once every statistic was compiled from them."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone

from adme.audit import services as audit
from adme.ingest.models import ImportProblem

from ..models import Compilation, Finding, RecipeVersion, Submission


def discard_rows(submission: Submission, *, actor: str) -> bool:
    """Delete the rows of an approved submission, and of the versions of the report that came before it.

    Call in the transaction that published; files go after it has committed. What stays: counts, checksums, verdicts,
    findings without the values that were seen in personal columns. False where there is nothing to discard (yet).
    """
    record_set = submission.version.record_set
    if not record_set.discards_rows or submission.rows_discarded_at is not None or not _all_compiled(submission):
        return False
    earlier = Submission.objects.filter(obligation=submission.obligation_id, number__lte=submission.number)
    gone = list(earlier.filter(rows_discarded_at__isnull=True).select_related("version", "batch").order_by("number"))
    for one in gone:
        _forget(one)
    audit.record(
        action="records.discarded",
        actor=actor or "system",
        target=f"submission:{submission.public_id}",
        after={"versions": [one.number for one in gone], "rows_sha256": submission.rows_sha256},
        reason="The record set says that rows are not kept once the statistics have been compiled.",
    )
    return True


def _all_compiled(submission: Submission) -> bool:
    """Every statistic of the set that has a recipe in force was published from this submission."""
    in_force = RecipeVersion.objects.filter(
        statistic__record_set=submission.version.record_set_id,
        state=RecipeVersion.State.IN_FORCE,
        statistic__retired_at__isnull=True,
    )
    wanted = set(in_force.values_list("pk", flat=True))
    done = Compilation.objects.filter(submission=submission, is_preview=False, recipe__in=wanted)
    return bool(wanted) and wanted == set(done.values_list("recipe", flat=True))


def _forget(submission: Submission) -> None:
    _remove(submission, "rows_file", {"rows_discarded_at": timezone.now()})
    if submission.batch is not None:
        _remove(submission.batch, "file", {})
    columns = [one for one in submission.version.read_layout().columns if one.is_personal]
    names = [text for one in columns for text in (one.name, one.label)]
    findings = Finding.objects.filter(submission=submission)
    findings.filter(column__in=names).update(seen="")
    if any(one.is_key for one in columns):
        findings.update(record="")
    if submission.batch is not None:
        ImportProblem.objects.filter(batch=submission.batch, column__in=names).update(seen="")


def _remove(row: Any, name: str, changes: dict[str, Any]) -> None:
    """Blank the field now; delete the file once that is certain."""
    held = getattr(row, name)
    path, storage = held.name, held.storage
    type(row).objects.filter(pk=row.pk).update(**{name: ""}, **changes)
    setattr(row, name, "")
    for field, value in changes.items():
        setattr(row, field, value)
    if path:
        transaction.on_commit(partial(storage.delete, path), robust=True)
