"""Plays made-up submissions through the real services, with the times of then: send, check, decide, submit, approve."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from adme.accounts.models import User
from adme.ingest import services as ingest
from adme.ingest.services import Options
from adme.observations.periods import TimePeriod
from adme.reporting.errors import NotReady
from adme.reporting.models import Obligation, RecordChange
from adme.reporting.selectors.readiness import readiness
from adme.reporting.services import workflow
from adme.reporting.services.records import keep_contradiction, save_values
from adme.reporting.transitions import Act

from .. import holding
from ..models import Channel, Compilation, Finding, RecordSet, StatisticObservation, Submission, Verdict
from ..services import findings, publish, submissions
from .fates import Ending, Fate, Sent
from .rows import SEED, Subject, make_rows, with_refused, with_suspicious

EXCUSED_UNTIL = date(2027, 12, 31)
NIL = "There were no such cases in this period (demonstration)."
EXCUSE = "Demonstration: the ministry is moving its records to a new system."
RIGHT = "Checked with the office that keeps the record: the value is right (demonstration)."
WRONG = "A slip of the pen; a mended file follows (demonstration)."
KEPT = "Checked: offices that did not report before are in the file now (demonstration)."
PARTLY = "Demonstration: the records refused are of one district office, which mends them for the next period."
COMPLETED = "Demonstration: completed after the Secretariat's question."
REOPENED = "Demonstration: the ministry found late records of two offices."
BETWEEN = timedelta(minutes=40)


@dataclass
class Play:
    """One set of one state: how its reports are played."""

    record_set: RecordSet
    subject: Subject
    person: User
    reviewer: User

    def report(self, obligation: Obligation, fate: Fate) -> None:
        if fate.ending == Ending.NOTHING:
            return
        if fate.ending == Ending.EXCUSED:
            at = fate.sent_at
            self._act(obligation, Act.EXCUSE, self.reviewer, at, "0", EXCUSE, until=EXCUSED_UNTIL)
            return
        if fate.ending == Ending.NIL:
            self._act(obligation, Act.CERTIFY_NIL, self.person, fate.sent_at, "1", NIL)
            return
        self._fill(obligation, fate)
        if fate.ending != Ending.DRAFTING:
            self._review(obligation, fate)

    # --- the steps ----------------------------------------------------------------------------------------------------

    def _fill(self, obligation: Obligation, fate: Fate) -> None:
        at = fate.sent_at - BETWEEN * len(fate.versions)
        rows = make_rows(self.subject, TimePeriod.from_key(obligation.round.period))
        leave = fate.ending == Ending.DRAFTING
        for number, kind in enumerate(fate.versions):
            submission = self._send(obligation, self.file(rows, kind), fate, at + number * BETWEEN)
            if submission is None or submission.verdict == Verdict.REJECTED:
                continue
            submissions.use(submission=submission, by=self.person, now=at + number * BETWEEN)
            if kind == Sent.MISTAKEN:
                self._decide(submission, Finding.Decision.TO_CORRECT, WRONG, at + number * BETWEEN)
            elif not leave:
                self._decide(submission, Finding.Decision.CONFIRMED, RIGHT, at + number * BETWEEN)

    def _review(self, obligation: Obligation, fate: Fate) -> None:
        self._submit(obligation, fate.sent_at, "1")
        reviewer = self.reviewer
        if fate.returned_at is not None:
            codes = [fate.reason_code]
            self._act(obligation, Act.RETURN, reviewer, fate.returned_at, "2", fate.reason, codes=codes)
            if fate.ending == Ending.RETURNED:
                return
            mended = fate.returned_at + timedelta(days=2)
            held = holding.current(obligation)
            if held is not None:
                told = f"{held.remarks}\n{COMPLETED}".strip()
                self._save(obligation, held, {"remarks": told}, {"remarks": held.remarks}, mended)
            self._submit(obligation, mended, "3")
        if fate.ending == Ending.APPROVED:
            self._act(obligation, Act.APPROVE, reviewer, fate.decided_at, "4")
        if fate.is_revised:
            self._revise(obligation, fate)

    def _revise(self, obligation: Obligation, fate: Fate) -> None:
        """Reopened, sent anew, approved again: the figures of the first approval were known until then."""
        publish.compile_standing(obligation.pk, actor=self.reviewer.email)
        Compilation.objects.filter(obligation=obligation).update(at=fate.decided_at)
        made = StatisticObservation.objects.filter(opened_by__obligation=obligation)
        made.update(opened_at=fate.decided_at)
        at = fate.decided_at + timedelta(days=30)
        self._act(obligation, Act.REOPEN, self.reviewer, at, "5", REOPENED)
        rows = make_rows(self.subject, TimePeriod.from_key(obligation.round.period), edition=2)
        submission = self._send(obligation, self.file(rows, Sent.GOOD), fate, at + BETWEEN)
        if submission is not None:
            submissions.use(submission=submission, by=self.person, reason=REOPENED, now=at + BETWEEN)
            self._decide(submission, Finding.Decision.CONFIRMED, RIGHT, at + BETWEEN)
        self._submit(obligation, at + 2 * BETWEEN, "6")
        self._act(obligation, Act.APPROVE, self.reviewer, at + timedelta(days=9), "7")

    # --- what is sent -----------------------------------------------------------------------------------------------

    def file(self, rows: Sequence[Sequence[str]], kind: Sent) -> bytes:
        layout = self.subject.layout
        names = [one.label for one in layout.columns]
        if kind == Sent.WITHOUT_COLUMN:
            last = max(at for at, one in enumerate(layout.columns) if one.required)
            names = names[:last] + names[last + 1 :]
            rows = [[*row[:last], *row[last + 1 :]] for row in rows]
        elif kind == Sent.MANY_REFUSED:
            rows = with_refused(rows, layout, max(2, len(rows) // 6))
        elif kind == Sent.PARTLY:
            rows = with_refused(rows, layout, int(len(rows) * layout.most_refused / (1 - layout.most_refused)))
        elif kind in {Sent.SUSPICIOUS, Sent.MISTAKEN}:
            rows = with_suspicious(rows, layout)
        return _csv(names, rows)

    def channel(self, fate: Fate) -> str:
        form = fate.by_form and self.record_set.kind == RecordSet.Kind.AGGREGATE
        return str(Channel.FORM if form else Channel.CSV)

    def filename(self, obligation: Obligation) -> str:
        return f"demonstration-{self.record_set.code}-{self.subject.state}-{obligation.round.period_label}.csv"

    def told(self, submission: Submission) -> dict[str, Any]:
        """What is written by hand: offices that should report, those that did, why records are missing."""
        chance = Random(f"{SEED}/{submission.filename}")  # noqa: S311 - not a secret
        known = 4 + chance.randrange(5) + int(submission.counts["read"]) // 8
        told: dict[str, Any] = {"units_known": known, "units_reporting": known - chance.choice((0, 0, 1, 1, 2, 3))}
        return told | ({"remarks": PARTLY} if submission.verdict == Verdict.PARTLY else {})

    def _send(self, obligation: Obligation, content: bytes, fate: Fate, at: datetime) -> Submission | None:
        options = Options(format=self.channel(fate), dataset=str(obligation.public_id))
        batch = ingest.receive(
            chunks=[content], filename=self.filename(obligation), options=options, by=self.person,
            target=submissions.TARGET, in_background=False,
        )  # fmt: skip
        ingest.read(batch_id=batch.pk, progress=lambda done, what: None)
        submission = submissions.submission_of(batch)
        if submission is not None:
            then = (
                {"created_at": at}
                if submission.verdict == Verdict.REJECTED
                else {"created_at": at, **self.told(submission)}
            )
            Submission.objects.filter(pk=submission.pk).update(**then)
        return submission

    def _decide(self, submission: Submission, decision: str, reason: str, at: datetime) -> None:
        if not submission.counts.get("warnings"):
            return
        waiting = list(holding.worklist(submission).filter(decision="").values_list("pk", flat=True))
        if waiting:
            findings.decide(
                submission=submission, findings=waiting, decision=decision, reason=reason, by=self.person, now=at
            )

    def _save(
        self, obligation: Obligation, submission: Submission, values: dict[str, object], before: dict[str, object],
        at: datetime,
    ) -> None:  # fmt: skip
        save_values(
            obligation_id=obligation.pk, key=str(submission.public_id), raw=values, tokens={}, base=before,
            by=self.person, channel=RecordChange.Channel.FORM, now=at,
        )  # fmt: skip

    # --- the workflow -----------------------------------------------------------------------------------------------

    def _submit(self, obligation: Obligation, at: datetime, step: str) -> None:
        try:
            self._act(obligation, Act.SUBMIT, self.person, at, step)
        except NotReady:
            for one in readiness(obligation).records:
                for found in one.contradictions:
                    keep_contradiction(
                        obligation_id=obligation.pk, key=one.record.key, code=found.code, reason=KEPT, by=self.person,
                        now=at,
                    )  # fmt: skip
            self._act(obligation, Act.SUBMIT, self.person, at, step)

    def _act(
        self, obligation: Obligation, act: Act, by: User, at: datetime, step: str, reason: str = "", *,
        codes: Iterable[str] = (), until: date | None = None,
    ) -> None:  # fmt: skip
        seen = obligation.revisions.order_by("-number").values_list("pk", flat=True).first()
        workflow.perform(
            obligation_id=obligation.pk, act=act, by=by, idempotency_key=f"demonstration-{obligation.pk}-{step}",
            reason=reason, reason_codes=list(codes), until=until, revision_id=seen, now=at,
        )  # fmt: skip


def _csv(names: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(names)
    writer.writerows(rows)
    return stream.getvalue().encode()
