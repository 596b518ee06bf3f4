"""Files of records as a target of the import pipeline: read to a submission with its verdict, put into the report when
applied. A batch belongs to one report, whose public id is the option `dataset`; it makes one submission at most.

A file that cannot be read at all makes none: its batch is refused with the reason.
"""

from __future__ import annotations

import csv
import gzip
import io
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import IO, Any, BinaryIO, cast
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.core.files.base import File
from django.db import transaction
from django.db.models import Max
from django.urls import reverse

from adme.common.files import kind_of
from adme.common.refusals import FileRefused
from adme.ingest import selectors as ingest
from adme.ingest import storage
from adme.ingest.errors import NotAllowedNow
from adme.ingest.models import ImportBatch
from adme.ingest.problems import Report
from adme.ingest.targets import Applied, Change, Preview, Progress
from adme.observations.periods import TimePeriod
from adme.reporting.errors import ReportingError
from adme.reporting.models import Obligation
from adme.reporting.states import State

from .models import TOOL_PREFIX, Channel, Finding, RecordSet, SetVersion, Submission, Verdict
from .reading import Checked, Found, check, read_canonical

NAME = "records"
SENTENCES = {
    Verdict.ACCEPTED: "Accepted: {accepted:,} of {read:,} records.",
    Verdict.WITH_WARNINGS: "Accepted with warnings: {accepted:,} of {read:,} records, {warnings:,} to look at.",
    Verdict.PARTLY: "Partially accepted: {accepted:,} of {read:,} records; {refused:,} were refused.",
    Verdict.REJECTED: "Rejected: {refused:,} of {read:,} records were refused.",
}
_CHANNELS = {str(one) for one in Channel}


class RowsGone(Exception):
    """The records of a submission are not there (any more). The message says why."""


# --- what is kept ----------------------------------------------------------------------------------------------------


def read_numbered_rows(submission: Submission) -> Iterator[list[str]]:
    """Canonical records with their row in the file first; raises RowsGone."""
    if submission.rows_discarded_at is not None:
        raise RowsGone(f"The records of version {submission.number} were deleted after its statistics were made.")
    if not submission.rows_file:
        raise RowsGone(f"No records of version {submission.number} are kept: it was rejected.")
    try:
        stored = submission.rows_file.storage.open(str(submission.rows_file.name))
    except FileNotFoundError:
        raise RowsGone(f"The records of version {submission.number} are not where they were kept.") from None
    with stored, gzip.GzipFile(fileobj=stored) as stream:
        yield from read_canonical(cast(IO[bytes], stream))


def read_rows(submission: Submission) -> Iterator[list[str]]:
    """Canonical records in the order of the layout."""
    for row in read_numbered_rows(submission):
        del row[0]
        yield row


def obligation_of(batch: ImportBatch) -> Obligation:
    found = Obligation.objects.select_related("round", "body", "state_area")
    return found.get(public_id=UUID(batch.options["dataset"]))


def version_for(obligation: Obligation) -> SetVersion:
    """The layout in force of the set that this report is about."""
    code = obligation.tool.removeprefix(TOOL_PREFIX)
    found = RecordSet.objects.select_related("current").filter(code=code).first()
    if found is None or found.current is None:
        raise FileRefused("no_layout", "This record set has no layout in force yet. Ask the Secretariat when it will.")
    found.current.record_set = found
    return found.current


def last_sums(obligation: Obligation) -> Mapping[str, Any]:
    """Sums of the last approved submission of this reporter for an earlier period."""
    earlier = Submission.objects.filter(
        is_current=True,
        obligation__round__tool=obligation.round.tool,
        obligation__round__period__lt=obligation.round.period,
        obligation__state=State.APPROVED,
        obligation__state_area=obligation.state_area,
        obligation__body=obligation.body,
    )
    found = earlier.order_by("-obligation__round__period").values_list("sums", flat=True).first()
    return found or {}


def check_file(
    path: Path, obligation: Obligation, version: SetVersion, out: BinaryIO | None, progress: Progress
) -> Checked:
    """`check` with everything that the report says."""
    return check(
        path,
        layout=version.read_layout(),
        kind=RecordSet.Kind(version.record_set.kind),
        set_code=version.record_set.code,
        version_number=version.number,
        period=TimePeriod.from_key(obligation.round.period),
        last_sums=last_sums(obligation),
        out=out,
        progress=progress,
        state=obligation.state_area.code if obligation.state_area else "",
    )


# --- the target ------------------------------------------------------------------------------------------------------


class RecordsTarget:
    """Implements adme.ingest.targets.ImportTarget and OwnPages."""

    name = NAME
    title = "Records of ministries"

    def formats(self) -> Sequence[tuple[str, str]]:
        return [("xlsx", "Workbook of a record set"), ("csv", "CSV in the layout of a record set")]

    def scopes(self) -> Sequence[tuple[str, str]]:
        return []

    def bundle(self, path: Path) -> tuple[str, Iterable[bytes]]:
        return path.name, storage.chunks_of(path)

    def address(self, batch: ImportBatch) -> str:
        """The page of the report's submissions: the version gets one of its own only when the file has been read."""
        return reverse("submission", args=[batch.options["dataset"]])

    def sentence(self, batch: ImportBatch) -> str:
        submission = Submission.objects.filter(batch=batch).first()
        if submission is None:
            return "The file could not be read."
        told = sentence_of(submission.verdict, submission.counts)
        return f"{told} The report holds this version." if submission.is_current else told

    def preview(
        self, batch: ImportBatch, *, path: Path, beside: Path | None, report: Report, progress: Progress
    ) -> Preview:
        scopes = [batch.options["dataset"]]
        seen_state = ingest.latest_applied(NAME, scopes)
        obligation = obligation_of(batch)
        version = version_for(obligation)
        with tempfile.TemporaryFile() as kept:
            with gzip.GzipFile(filename="", mode="wb", fileobj=kept, compresslevel=1, mtime=0) as packed:
                checked = check_file(path, obligation, version, cast(BinaryIO, packed), progress)
            progress(checked.counts["read"], "Storing what was found")
            submission = store(batch, obligation, version, checked, kept, channel_of(batch, path))
        if submission.verdict == Verdict.REJECTED:
            _tell(report, checked)
        summary = {"scopes": scopes, "seen_state": seen_state, "touched": [], "submission": str(submission.public_id)}
        scope = f"{obligation.reporter_label} {version.record_set.title} {obligation.round.period_label}"
        return Preview(format=str(submission.channel), scope=scope, counts=submission.counts, summary=summary)

    def apply(self, batch: ImportBatch, *, actor: str) -> Applied:
        """The report holds this version from now on."""
        from .services import submissions

        if batch.approved_by is None:
            raise NotAllowedNow("Records are put into a report by a person.")
        submission = Submission.objects.get(batch=batch)
        try:
            used = submissions.use(submission=submission, by=batch.approved_by)
        except (ReportingError, PermissionDenied) as error:
            raise NotAllowedNow(str(error)) from error
        return Applied(counts={"records": used.counts.get("accepted", 0)}, summary={})

    def undo(self, batch: ImportBatch, *, actor: str) -> Applied:
        raise NotAllowedNow("Another version takes the place of this one on the page of the report; none is undone.")

    def blockers_of_undo(self, batch: ImportBatch) -> dict[int, int]:
        return {}

    def lock(self, scopes: Sequence[str]) -> None:
        """`services.submissions.use` locks the report."""

    def is_staged(self, batch: ImportBatch) -> bool:
        return Submission.objects.filter(batch=batch).exclude(verdict=Verdict.REJECTED).exists()

    def changes(self, batch: ImportBatch, *, kind: str, offset: int, limit: int) -> list[Change]:
        return []

    def discard(self, batch: ImportBatch) -> None:
        """Every version that was read stays on record, whatever became of its file's way through the pipeline."""


def sentence_of(verdict: str, counts: Mapping[str, int]) -> str:
    numbers = {name: counts.get(name, 0) for name in ("read", "accepted", "refused", "merged", "warnings")}
    if verdict == Verdict.REJECTED and not numbers["refused"]:
        return "Rejected: the file as a whole does not fit this report."
    told = SENTENCES[Verdict(verdict)].format(**numbers)
    return f"{told} {numbers['merged']:,} stood twice and were counted once." if numbers["merged"] else told


def channel_of(batch: ImportBatch, path: Path) -> str:
    said = str(batch.options.get("format", ""))
    if said in _CHANNELS:
        return said
    return Channel.XLSX if kind_of(path) == "xlsx" else Channel.CSV


def _tell(report: Report, checked: Checked) -> None:
    """Into the pipeline's report: the sentence, and what is wrong with the file as a whole."""
    for one in checked.findings:
        if one.is_structural and one.level == "error":
            report.error(one.rule, one.remedy, column=one.column, seen=one.seen)
    if not report.has_errors:
        hint = sentence_of(checked.verdict, checked.counts)
        report.error("too_many_refused", f"{hint} Correct them and send the file again.")


# --- storing ---------------------------------------------------------------------------------------------------------


def store(
    batch: ImportBatch, obligation: Obligation, version: SetVersion, checked: Checked, rows: IO[bytes], channel: str
) -> Submission:
    """The submission of this batch, with its findings. A repeated reading takes the place of the one before, but what
    a report has held once stays as it was then: people have decided on it, and figures may stand on it."""
    with transaction.atomic():
        Obligation.objects.select_for_update().get(pk=obligation.pk)
        submission = Submission.objects.filter(batch=batch).first() or Submission(
            batch=batch, obligation=obligation, number=_next_number(obligation)
        )
        if submission.used_at is not None:
            return submission
        _describe(submission, batch, version, checked, channel)
        before = submission.rows_file.name
        submission.rows_file = ""
        if checked.verdict != Verdict.REJECTED:
            rows.seek(0)
            submission.rows_file.save("rows.csv.gz", File(rows), save=False)
        if before:
            storage_of = submission.rows_file.storage
            transaction.on_commit(lambda: storage_of.delete(before), robust=True)
        try:
            submission.save()
            submission.findings.all().delete()
            Finding.objects.bulk_create((finding_of(submission, one) for one in checked.findings), batch_size=500)
        except BaseException:
            if submission.rows_file:
                submission.rows_file.storage.delete(submission.rows_file.name)
            raise
    return submission


def _next_number(obligation: Obligation) -> int:
    highest = Submission.objects.filter(obligation=obligation).aggregate(Max("number"))["number__max"]
    return (highest or 0) + 1


def _describe(submission: Submission, batch: ImportBatch, version: SetVersion, checked: Checked, channel: str) -> None:
    submission.version, submission.channel = version, channel
    submission.filename, submission.sha256 = batch.filename, batch.sha256
    submission.verdict = checked.verdict
    submission.counts, submission.sums = checked.counts, checked.sums
    submission.rows_sha256 = checked.rows_sha256
    submission.sent_by = batch.created_by
    submission.is_demonstration = submission.obligation.is_demonstration or version.record_set.is_demonstration


def finding_of(submission: Submission, one: Found) -> Finding:
    def text(value: str) -> str:
        return value.replace("\x00", "\ufffd")

    return Finding(
        submission=submission, rule=one.rule[:40], level=one.level, is_structural=one.is_structural, row=one.row,
        record=text(one.record), column=text(one.column), seen=text(one.seen), remedy=text(one.remedy), times=one.times,
    )  # fmt: skip


def rows_as_csv(submission: Submission) -> Iterator[bytes]:
    """The kept records as CSV for a download, with the names of the columns; formulas made harmless. Raises RowsGone
    at once, before anything was sent."""
    rows = read_rows(submission)
    first = next(rows, None)
    return _csv_lines(submission, rows if first is None else chain([first], rows))


def _csv_lines(submission: Submission, rows: Iterable[list[str]]) -> Iterator[bytes]:
    from adme.common.csv_safety import csv_text

    layout = submission.version.read_layout()
    texts = [not one.is_number for one in layout.columns]
    yield _line([one.name for one in layout.columns])
    for row in rows:
        yield _line([csv_text(cell) if is_text else cell for cell, is_text in zip(row, texts, strict=True)])


def _line(cells: Sequence[str]) -> bytes:
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\r\n").writerow(cells)
    return stream.getvalue().encode()
