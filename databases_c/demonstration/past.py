"""Reports that are over, written at once as the services would have left them.

A thousand reports through every step of the workflow would take minutes, so only those that people look at first are
played that way.
Here the files are checked, the rows kept and the figures compiled by the same functions as always; what is left out is
the trail of single clicks. A test holds the two ways against each other.
"""

from __future__ import annotations

import gzip
import hashlib
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO, cast

import orjson
from django.core.files.base import File
from django.db import models

from adme.ingest import storage
from adme.ingest.models import BatchState, ImportBatch
from adme.observations.periods import TimePeriod
from adme.reporting.models import Contribution, Obligation, Publication, Revision, RevisionContent
from adme.reporting.selectors.zones import end_of_day
from adme.reporting.services import revisions
from adme.reporting.states import State
from adme.reporting.tools import Record
from adme.reporting.transitions import Act

from .. import holding
from ..models import Finding, Submission, Verdict
from ..reading import check
from ..services.submissions import TARGET
from ..target import finding_of
from .fates import Ending, Fate, Sent
from .history import BETWEEN, COMPLETED, EXCUSE, EXCUSED_UNTIL, NIL, RIGHT, WRONG, Play
from .rows import make_rows

BATCH = 300
_CHANGED = (
    "state", "version", "content_version", "reason", "excused_until", "submitted_at", "submitted_by",
    "first_submitted_at", "decided_at", "decided_by", "updated_at",
)  # fmt: skip


@dataclass
class Past:
    """Rows that wait to be written. `sums` of the last approved submission, by state."""

    sums: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    obligations: list[Obligation] = field(default_factory=list)
    submissions: list[Submission] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    contents: list[RevisionContent] = field(default_factory=list)
    revisions: list[Revision] = field(default_factory=list)
    contributions: list[Contribution] = field(default_factory=list)

    def add(self, obligation: Obligation, fate: Fate, play: Play) -> None:
        if fate.ending == Ending.NOTHING:
            return
        self.obligations.append(obligation)
        obligation.version += 1
        if fate.ending == Ending.EXCUSED:
            obligation.state, obligation.reason = State.EXCUSED, EXCUSE
            obligation.excused_until = end_of_day(EXCUSED_UNTIL)
        elif fate.ending == Ending.NIL:
            obligation.state, obligation.reason = State.CERTIFIED_NIL, NIL
            self._submitted(obligation, fate.sent_at, play)
            self._revision(obligation, Act.CERTIFY_NIL, self._content(obligation, None), fate.sent_at, play, NIL)
            self._author(obligation, fate.sent_at, play)
        else:
            self._approved(obligation, fate, play)

    def _approved(self, obligation: Obligation, fate: Fate, play: Play) -> None:
        held = self._send(obligation, fate, play)
        content = self._content(obligation, held)
        self._submitted(obligation, fate.sent_at, play)
        self._revision(obligation, Act.SUBMIT, content, fate.sent_at, play)
        if fate.returned_at is not None:
            mended = fate.returned_at + timedelta(days=2)
            self._revision(obligation, Act.RETURN, content, fate.returned_at, play, fate.reason, [fate.reason_code])
            held.remarks = f"{held.remarks}\n{COMPLETED}".strip()
            content = self._content(obligation, held)
            self._submitted(obligation, mended, play)
            self._revision(obligation, Act.SUBMIT, content, mended, play)
        self._revision(obligation, Act.APPROVE, content, fate.decided_at, play)
        obligation.state, obligation.decided_at = State.APPROVED, fate.decided_at
        obligation.decided_by = play.reviewer
        self._author(obligation, fate.sent_at, play, settled_at=fate.decided_at)
        self.sums[play.subject.state] = held.sums

    def _author(self, obligation: Obligation, at: datetime, play: Play, settled_at: datetime | None = None) -> None:
        wrote = Contribution(obligation=obligation, user=play.person, first_at=at, last_at=at, settled_at=settled_at)
        self.contributions.append(wrote)

    def _submitted(self, obligation: Obligation, at: datetime, play: Play) -> None:
        obligation.submitted_at, obligation.submitted_by = at, play.person
        obligation.first_submitted_at = obligation.first_submitted_at or at

    # --- versions of the records --------------------------------------------------------------------------------------

    def _send(self, obligation: Obligation, fate: Fate, play: Play) -> Submission:
        """All versions; the last one, which the report holds."""
        period = TimePeriod.from_key(obligation.round.period)
        rows = make_rows(play.subject, period)
        before: Submission | None = None
        for number, kind in enumerate(fate.versions, start=1):
            at = fate.sent_at - BETWEEN * (len(fate.versions) - number + 1)
            found = self._version(obligation, number, play.file(rows, kind), fate, at, play)
            if found.verdict == Verdict.REJECTED:
                continue
            if before is not None:
                before.is_current = False
            found.is_current, found.used_at = True, at
            for name, value in play.told(found).items():
                setattr(found, name, value)
            self._decide(found, kind, at, play)
            before = found
        if before is None:
            raise ValueError(f"the made-up records of {obligation} were rejected")
        obligation.content_version += len(fate.versions)
        return before

    def _version(
        self, obligation: Obligation, number: int, content: bytes, fate: Fate, at: datetime, play: Play
    ) -> Submission:
        batch = ImportBatch(
            target=TARGET, filename=play.filename(obligation), format=play.channel(fate), created_by=play.person,
            options={"format": play.channel(fate), "dataset": str(obligation.public_id)},
        )  # fmt: skip
        kept = storage.keep(batch, [content])
        batch.sha256, batch.size, batch.created_at = kept.sha256, kept.size, at
        version = play.record_set.current
        assert version is not None  # noqa: S101 - only sets with a layout in force are played
        submission = Submission(
            obligation=obligation, number=number, version=version, batch=batch, channel=play.channel(fate),
            filename=batch.filename, sha256=kept.sha256, sent_by=play.person, is_demonstration=True,
        )  # fmt: skip
        with tempfile.TemporaryFile() as packed:
            with gzip.GzipFile(filename="", mode="wb", fileobj=packed, compresslevel=1, mtime=0) as out:
                checked = check(
                    Path(batch.file.path), layout=play.subject.layout, kind=play.subject.kind,
                    set_code=play.subject.set_code, version_number=version.number,
                    period=TimePeriod.from_key(obligation.round.period),
                    last_sums=self.sums.get(play.subject.state) or {}, out=cast(BinaryIO, out),
                    state=play.subject.state, vocabularies=play.subject.codes,
                )  # fmt: skip
            if checked.verdict != Verdict.REJECTED:
                packed.seek(0)
                submission.rows_file.save("rows.csv.gz", File(packed), save=False)
        submission.verdict, submission.counts, submission.sums = checked.verdict, checked.counts, dict(checked.sums)
        submission.rows_sha256 = checked.rows_sha256
        submission.created_at = at
        batch.counts, batch.state = checked.counts, BatchState.PREVIEWED
        batch.summary = {"scope": "", "scopes": [str(obligation.public_id)], "submission": str(submission.public_id)}
        if checked.verdict == Verdict.REJECTED:
            batch.state = BatchState.REFUSED
        self.submissions.append(submission)
        self.findings += [finding_of(submission, one) for one in checked.findings]
        return submission

    def _decide(self, submission: Submission, kind: Sent, at: datetime, play: Play) -> None:
        wrong = kind == Sent.MISTAKEN
        decision = Finding.Decision.TO_CORRECT if wrong else Finding.Decision.CONFIRMED
        for one in self.findings:
            if one.submission is submission and one.level == Finding.Level.WARNING:
                one.decision, one.reason = decision, WRONG if wrong else RIGHT
                one.decided_by, one.decided_at = play.person, at

    # --- revisions --------------------------------------------------------------------------------------------------

    def _content(self, obligation: Obligation, held: Submission | None) -> RevisionContent:
        records = []
        if held is not None:
            values = holding.values_of(held, {"open": 0, "to_correct": 0})
            records = [Record(key=str(held.public_id), title=holding.title_of(held), group="", values=values)]
        data = revisions.content_of(obligation, records)
        sha256 = hashlib.sha256(orjson.dumps(data, option=orjson.OPT_SORT_KEYS)).hexdigest()
        content = RevisionContent(sha256=sha256, data=data)
        self.contents.append(content)
        return content

    def _revision(
        self, obligation: Obligation, act: Act, content: RevisionContent, at: datetime, play: Play, reason: str = "",
        codes: list[str] | None = None,
    ) -> None:  # fmt: skip
        number = 1 + sum(one.obligation_id == obligation.pk for one in self.revisions[-6:])
        by = play.reviewer if act in {Act.RETURN, Act.APPROVE} else play.person
        self.revisions.append(
            Revision(
                obligation=obligation, number=number, act=act.value, content=content, by=by, at=at, reason=reason,
                reason_codes=codes or [], idempotency_key=f"demonstration-{obligation.pk}-{number}",
            )
        )  # fmt: skip
        obligation.version += 1

    # --- writing ----------------------------------------------------------------------------------------------------

    def write(self) -> int:
        """Everything in a few statements; how many versions of records."""
        count = len(self.submissions)
        batches = [one.batch for one in self.submissions if one.batch is not None]
        _insert(ImportBatch, batches)
        for one in self.submissions:
            one.batch = one.batch  # its key is known now
        _insert(Submission, self.submissions)
        for finding in self.findings:
            finding.submission = finding.submission
        _insert(Finding, self.findings)
        _insert(RevisionContent, self.contents)
        for revision in self.revisions:
            revision.content = revision.content
        _insert(Revision, self.revisions)
        _insert(Publication, [Publication(revision=one, tool=one.obligation.tool, at=one.at) for one in self.revisions])
        _insert(Contribution, self.contributions)
        Obligation.objects.bulk_update(self.obligations, _CHANGED, batch_size=50)
        for held in (self.obligations, self.submissions, self.findings, self.contents, self.revisions):
            held.clear()  # type: ignore[attr-defined]
        self.contributions.clear()
        return count


def _insert(model: type[models.Model], rows: list[Any]) -> None:
    """`created_at` is the moment then, which a plain insert would overwrite with now."""
    then = [row.created_at for row in rows] if hasattr(model, "created_at") else []
    model._default_manager.bulk_create(rows, batch_size=BATCH)
    if then:
        for row, moment in zip(rows, then, strict=True):
            row.created_at = moment
        model._default_manager.bulk_update(rows, ["created_at"], batch_size=BATCH)
