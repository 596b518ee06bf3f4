"""Rows that are not kept: where the record set says so, they go once every statistic was compiled from them."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from adme.audit import services as audit
from adme.ingest.models import BatchState, ImportBatch, ImportProblem
from adme.reporting.models import Revision
from adme.reporting.transitions import Act

from ..layout import Layout
from ..models import Compilation, Finding, RecipeVersion, Submission


def discard_rows(submission: Submission, *, actor: str) -> bool:
    """Delete the rows of an approved submission and of every other version sent before the approval, used or not, and
    the files that could not be read.

    Call in the transaction that published; files go after it has committed. What stays: counts, checksums, verdicts,
    findings without the values that were seen in personal columns. False where there is nothing to discard (yet).
    What was sent after the approval, for a correction, goes when that is approved.
    """
    record_set = submission.version.record_set
    if not record_set.discards_rows or submission.rows_discarded_at is not None or not _all_compiled(submission):
        return False
    gone = list(_sent_until_approval(submission))
    for one in gone:
        _forget(one)
    for batch in _never_read(submission):
        _remove(batch, "file", {})
    audit.record(
        action="records.discarded",
        actor=actor or "system",
        target=f"submission:{submission.public_id}",
        after={"versions": [one.number for one in gone], "rows_sha256": submission.rows_sha256},
        reason="The record set says that rows are not kept once the statistics have been compiled.",
    )
    return True


def _sent_until_approval(submission: Submission) -> QuerySet[Submission]:
    sent = Q(number__lte=submission.number)
    approval = _approval_of(submission)
    if approval is not None:
        sent |= Q(created_at__lte=approval.at, is_current=False)
    found = Submission.objects.filter(sent, obligation=submission.obligation_id, rows_discarded_at__isnull=True)
    return found.select_related("version", "batch").order_by("number")


def _never_read(submission: Submission) -> QuerySet[ImportBatch]:
    """Files of the report that never became a version; what they hold nobody knows."""
    approval = _approval_of(submission)
    if approval is None:
        return ImportBatch.objects.none()
    return ImportBatch.objects.filter(
        target="records", options__dataset=str(submission.obligation.public_id), submission__isnull=True,
        created_at__lte=approval.at, state__in=[BatchState.REFUSED, BatchState.FAILED],
    ).exclude(file="")  # fmt: skip


def _approval_of(submission: Submission) -> Revision | None:
    acts = Revision.objects.filter(obligation=submission.obligation_id, act=Act.APPROVE.value)
    return acts.order_by("-number").first()


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
    layout = submission.version.read_layout()
    columns = [one for one in layout.columns if one.is_personal]
    names = [text for one in columns for text in (one.name, one.label)]
    findings = Finding.objects.filter(submission=submission)
    findings.filter(column__in=names).update(seen="")
    if any(one.is_key for one in columns):
        findings.update(record="")
    by_person = _rules_by_person(layout)
    findings.filter(rule__in=by_person).update(record="", seen="")
    if by_person:
        submission.sums = {code: sums for code, sums in submission.sums.items() if code not in by_person}
        submission.save(update_fields=["sums"])
    if submission.batch is not None:
        problems = ImportProblem.objects.filter(batch=submission.batch)
        problems.filter(Q(column__in=names) | Q(code__in=by_person)).update(seen="")


def _rules_by_person(layout: Layout) -> list[str]:
    """Rules whose groups are told apart by a personal column: the name of a group is then a value of a person."""
    return [
        rule.code
        for rule in layout.rules
        if any(layout.by_name[name].is_personal for name in rule.params.get("by") or [])
    ]


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
