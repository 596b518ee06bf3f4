"""Writes around submissions: receive a file, take a form, put a version into the report, describe it, take it back.

A version that is only sent changes nothing. What the report holds is what somebody put into it; every such write locks
the report and leaves history, author and trail like any other write of a report.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from adme.accounts.models import User
from adme.common.refusals import FileRefused
from adme.ingest import services as ingest
from adme.ingest.errors import IngestError
from adme.ingest.models import BatchState, ImportBatch
from adme.ingest.services import Options
from adme.reporting.errors import NotAllowedNow, ReasonNeeded
from adme.reporting.fields import Values
from adme.reporting.models import Obligation, RecordChange
from adme.reporting.services import records as reporting
from adme.reporting.services.common import owes_reason, require_editable, trail
from adme.reporting.services.desk import Desk, open_desk
from adme.reporting.services.records import Saved

from .. import holding
from ..layout import Layout
from ..models import Channel, Finding, RecordSet, SetVersion, Submission, Verdict
from ..tool import tool_of

TARGET = "records"  # the ingest target that reads the files
MOST_BYTES = 40 * 1024 * 1024  # 200,000 records as CSV take 10 to 30 MB
MOST_BYTES_XLSX = 10 * 1024 * 1024  # a workbook is compressed
MOST_UPLOADS, UPLOADS_WITHIN = 60, timedelta(hours=1)  # of one report: each file is kept and read
MOST_ROWS = 5_000  # through form and JSON; more is a file
ENDINGS = (".xlsx", ".csv")
CARRIED = ("units_known", "units_reporting", "remarks")
_CHANNELS = {
    Channel.FORM: RecordChange.Channel.FORM,
    Channel.API: RecordChange.Channel.API,
    Channel.XLSX: RecordChange.Channel.UPLOAD,
    Channel.CSV: RecordChange.Channel.UPLOAD,
}


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of rows that were sent without a file. `submission` is None where they could not be read at all;
    `used`: the report holds them now."""

    batch: ImportBatch
    submission: Submission | None
    used: bool


# --- what is sent -----------------------------------------------------------------------------------------------------


def receive(
    *, obligation: Obligation, upload: UploadedFile, by: User, channel: str = "", now: datetime | None = None
) -> ImportBatch:
    """Keep the file and queue its reading. FileRefused, FileTooLarge or NotAllowedNow: nothing is kept."""
    now = now or timezone.now()
    _require_open(obligation, by, now)
    name = upload.name or "records"
    if not name.lower().endswith(ENDINGS):
        raise FileRefused("not_records", "Send the records as XLSX, without macros, or as CSV.", seen=name[-40:])
    _require_size(name, upload.size or 0)
    options = Options(format=channel or "auto", dataset=str(obligation.public_id))
    batch = ingest.receive(chunks=upload.chunks(), filename=name, options=options, by=by, target=TARGET)
    trail("records_sent", obligation, by, after={"file": name[:120], "sha256": batch.sha256})
    return batch


def _require_size(name: str, size: int) -> None:
    most = MOST_BYTES_XLSX if name.lower().endswith(".xlsx") else MOST_BYTES
    if size > most:
        told = f"The file is larger than {most // 2**20} MB, the most that is taken"
        told += "." if most == MOST_BYTES else " as XLSX. Send the records as CSV."
        raise FileRefused("file_too_large", told)


def from_form(
    *,
    obligation: Obligation,
    rows: Sequence[Sequence[str]],
    by: User,
    reason: str = "",
    channel: str = Channel.FORM,
    now: datetime | None = None,
) -> Taken:
    """Rows in the order of the layout, read at once as the file they make. Used where no record was refused.

    A record that was refused is mended in the form, which still holds it; the version that was sent stays on record.
    """
    now = now or timezone.now()
    _require_open(obligation, by, now)
    if not reason.strip() and owes_reason(obligation, by):
        raise ReasonNeeded(f"You write on behalf of {obligation.reporter_label}. Say why.")
    if len(rows) > MOST_ROWS:
        raise NotAllowedNow(f"{len(rows):,} rows are more than {MOST_ROWS:,}, the most at once. Send them as a file.")
    version = version_in_force(obligation)
    options = Options(format=channel, dataset=str(obligation.public_id))
    name = f"{version.record_set.code}-{obligation.round.period_label}.csv"
    chunks = [_csv(version.read_layout(), rows)]
    batch = ingest.receive(chunks=chunks, filename=name, options=options, by=by, target=TARGET, in_background=False)
    batch = ingest.read(batch_id=batch.pk, progress=lambda done, what: None)
    submission = submission_of(batch)
    if submission is None:
        return Taken(batch, None, False)
    mends = submission.counts.get("refused", 0) or submission.verdict in {Verdict.REJECTED, Verdict.PARTLY}
    if mends:
        return Taken(batch, submission, False)
    return Taken(batch, put_in_report(submission=submission, by=by, reason=reason, now=now), True)


def _csv(layout: Layout, rows: Sequence[Sequence[str]]) -> bytes:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow([one.name for one in layout.columns])
    writer.writerows(rows)
    return stream.getvalue().encode()


def submission_of(batch: ImportBatch) -> Submission | None:
    found = Submission.objects.select_related("version", "obligation", "batch", "sent_by")
    return found.filter(batch=batch).first()


def version_in_force(obligation: Obligation) -> SetVersion:
    """The layout by which records are sent now; NotAllowedNow where the set has none."""
    tool = tool_of(obligation)
    found = RecordSet.objects.select_related("current").filter(pk=tool.pk if tool else 0).first()
    if found is None or found.current is None:
        raise NotAllowedNow("This record set has no layout in force yet. Ask the Secretariat when it will.")
    found.current.record_set = found
    return found.current


def _require_open(obligation: Obligation, by: User, now: datetime) -> None:
    require_editable(obligation, by, now)
    version_in_force(obligation)
    lately = ImportBatch.objects.filter(target=TARGET, created_at__gt=now - UPLOADS_WITHIN)
    if lately.filter(options__dataset=str(obligation.public_id)).count() >= MOST_UPLOADS:
        raise NotAllowedNow(f"{MOST_UPLOADS} files of this report came within an hour. Wait a while, then send it.")


def read_again(*, batch: ImportBatch, obligation: Obligation, by: User) -> ImportBatch:
    """Queue a file whose reading broke."""
    require_editable(obligation, by, timezone.now())
    return ingest.read_again(batch_id=batch.pk, by=by)


# --- what the report holds --------------------------------------------------------------------------------------------


@transaction.atomic
def put_in_report(*, submission: Submission, by: User, reason: str = "", now: datetime | None = None) -> Submission:
    """`use`, and the end of the file's way through the pipeline of imports."""
    used = use(submission=submission, by=by, reason=reason, now=now)
    batch = used.batch
    if batch is not None and batch.state == BatchState.PREVIEWED:
        try:
            with transaction.atomic():
                ingest.approve(batch_id=batch.pk, by=by, in_background=False)
                ingest.apply(batch_id=batch.pk)
        except IngestError:
            pass  # a later file was used before; this one is used again, and its batch stays as it was
    return used


@transaction.atomic
def use(*, submission: Submission, by: User, reason: str = "", now: datetime | None = None) -> Submission:
    """Make a version the content of its report. Again: nothing. What was written by hand and decided goes along.

    Raises NotAllowedNow for a rejected version and one without rows, ReasonNeeded where approved figures are replaced.
    """
    now = now or timezone.now()
    channel = _CHANNELS[Channel(submission.channel)]
    desk = open_desk(obligation_id=submission.obligation_id, by=by, now=now, channel=channel, reason=reason)
    found = Submission.objects.select_related("version", "batch", "sent_by", "obligation").get(pk=submission.pk)
    if found.is_current:
        return found
    _require_usable(found, desk)
    before = holding.records(desk.obligation)
    earlier = holding.current(desk.obligation)
    if earlier is not None:
        Submission.objects.filter(pk=earlier.pk).update(is_current=False, updated_at=now)
        _carry(earlier, found, now)
    found.is_current, found.used_at = True, now
    found.save(update_fields=["is_current", "used_at", *CARRIED, "updated_at"])
    (after,) = holding.records(desk.obligation)
    held: Values = dict(before[0].values) if before else {}
    changed = {name: value for name, value in after.values.items() if held.get(name) != value}
    desk.note(after.key, held, changed, desk.reason)
    told = {"version": found.number, "verdict": found.verdict, "sha256": found.sha256, "counts": found.counts}
    desk.close("records_used", after={**told, "instead_of": earlier.number if earlier else None})
    return found


def _require_usable(submission: Submission, desk: Desk) -> None:
    if submission.verdict == Verdict.REJECTED:
        raise NotAllowedNow(f"Version {submission.number} was rejected. Mend the file and send it as a new version.")
    if submission.rows_discarded_at is not None:
        raise NotAllowedNow(f"The records of version {submission.number} were deleted as the set asks. Send them anew.")
    if desk.approved and str(submission.public_id) not in desk.approved and not desk.reason:
        raise ReasonNeeded("Records of this report were approved before. Say why others take their place.")


def _carry(earlier: Submission, later: Submission, now: datetime) -> None:
    """What a person wrote of the version before holds for its mended successor: units, remarks, and decisions that the
    same value of the same record is right."""
    for name in CARRIED:
        if getattr(later, name) in {None, ""}:
            setattr(later, name, getattr(earlier, name))
    confirmed = earlier.findings.filter(decision=Finding.Decision.CONFIRMED, times=1).exclude(rule__in=holding.KEPT)
    known = {(one.rule, one.record, one.column, one.seen): one for one in confirmed if one.record}
    if not known:
        return
    same = []
    for finding in holding.worklist(later).filter(decision="", times=1):
        before = known.get((finding.rule, finding.record, finding.column, finding.seen))
        if before is not None:
            finding.decision, finding.reason = before.decision, before.reason
            finding.decided_by_id, finding.decided_at = before.decided_by_id, before.decided_at
            same.append(finding)
    Finding.objects.bulk_update(same, ["decision", "reason", "decided_by", "decided_at"], batch_size=500)


def describe(
    *,
    obligation: Obligation,
    submission: Submission,
    raw: Mapping[str, Any],
    tokens: Mapping[str, str],
    by: User,
    reason: str = "",
    base: Mapping[str, Any] | None = None,
) -> Saved:
    """Units and remarks, merged with what others saved meanwhile like any field of a report."""
    return reporting.save_values(
        obligation_id=obligation.pk,
        key=str(submission.public_id),
        raw=raw,
        tokens=tokens,
        by=by,
        channel=RecordChange.Channel.FORM,
        reason=reason,
        base=base,
    )


def take_back(*, obligation: Obligation, submission: Submission, by: User, reason: str = "") -> None:
    """The report holds no records again; the version stays on record and may be used later."""
    reporting.remove_record(obligation_id=obligation.pk, key=str(submission.public_id), by=by, reason=reason)


def keep_contradiction(*, obligation: Obligation, submission: Submission, code: str, reason: str, by: User) -> None:
    reporting.keep_contradiction(
        obligation_id=obligation.pk, key=str(submission.public_id), code=code, reason=reason, by=by
    )
