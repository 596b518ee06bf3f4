"""Decisions on warnings: is the value right, or will it be corrected? With a reason, by a named person. And what
reporters and reviewers say to each other about a finding."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from adme.accounts.models import User
from adme.reporting.errors import BadValues, FieldProblem, NotAllowedNow, ReasonNeeded
from adme.reporting.models import Comment
from adme.reporting.services import talk
from adme.reporting.services.common import plain
from adme.reporting.services.desk import open_desk

from .. import holding
from ..models import Finding, FindingComment, Submission

MOST_AT_ONCE = 2_000
LONGEST_PLACE = 200  # characters of a comment that tell the place


@transaction.atomic
def decide(
    *,
    submission: Submission,
    findings: Collection[int] = (),
    rule: str = "",
    decision: str,
    reason: str,
    by: User,
    behalf: str = "",
    now: datetime | None = None,
) -> int:
    """Decide on these findings (ids), or on all undecided ones of a rule. The number of findings.

    `reason` says why the values are right (or what will be done), `behalf` why a reviewer acts for the state. A
    decision may be changed while the report is open; who decided last stands beside it.
    """
    now = now or timezone.now()
    reason = plain(reason, name="reason", label="Reason")
    if decision not in Finding.Decision.values:
        raise BadValues((FieldProblem("decision", "unknown_code", decision[:40], "Say whether the value is right."),))
    if not reason:
        raise ReasonNeeded("Say why the value is right, or what will be corrected; it is kept beside the warning.")
    desk = open_desk(obligation_id=submission.obligation_id, by=by, now=now, reason=behalf)
    held = Submission.objects.get(pk=submission.pk)
    if not held.is_current:
        raise NotAllowedNow("This version is not in the report. Put it into the report first, then decide on warnings.")
    before = holding.waiting(held)
    wanted = holding.worklist(held)
    wanted = wanted.filter(rule=rule, decision="") if rule else wanted.filter(pk__in=list(findings)[:MOST_AT_ONCE])
    count: int = wanted.update(decision=decision, reason=reason, decided_by=by, decided_at=now)
    if not count:
        raise NotAllowedNow("None of these warnings waits for a decision any more. Load the page again.")
    after = holding.waiting(held)
    names = {"open": "open_findings", "to_correct": "to_correct"}
    changed = {names[name]: after[name] for name in names if before[name] != after[name]}
    desk.note(str(held.public_id), {names[name]: before[name] for name in names}, changed, desk.reason or reason)
    told = {"version": held.number, "findings": count, "decision": decision, "rule": rule, "why": reason}
    desk.close("findings_decided", after=told)
    return count


@transaction.atomic
def comment(*, finding: Finding, text: str, by: User, now: datetime | None = None) -> Comment:
    """A remark in the thread of the report that stands beside the finding. It begins with the place, so that it can be
    read alone; values are left out, for more people read the thread than the records. Raises like `talk.add_comment`.
    """
    submission = finding.submission
    text = plain(text, name="text", label="Comment", most=talk.LONGEST_COMMENT - LONGEST_PLACE)
    made = talk.add_comment(
        obligation_id=submission.obligation_id,
        record_key=str(submission.public_id) if submission.is_current else "",
        field="",
        text=f"{place_of(finding)}: {text}" if text else "",
        by=by,
        now=now,
    )
    FindingComment.objects.create(finding=finding, comment=made)
    return made


def place_of(finding: Finding) -> str:
    """'Version 2, row 12, Filled posts'."""
    row = f"row {finding.row:,}" if finding.row else "whole file" if finding.is_structural else ""
    return ", ".join(one for one in (f"Version {finding.submission.number}", row, finding.column) if one)
