"""A draft recipe on a submission that a state has sent: computed and kept as a preview, never published."""

from __future__ import annotations

from uuid import UUID

from adme.accounts.models import User
from adme.accounts.permissions import Permission, require
from adme.audit import services as audit
from adme.jobs import services as jobs
from adme.jobs.errors import JobRefused
from adme.jobs.models import Job

from ..models import Compilation, RecipeVersion, Statistic, Submission, Verdict
from ..refusals import Refused
from .recipes import check, draft_of, fingerprint

PREVIEW = "records.preview"
AT_ONCE = 20_000  # records; more are compiled by a job


def preview(*, statistic: Statistic, submission: UUID, by: User, link: str = "") -> Compilation | Job:
    """The compilation of a small submission at once, of a large one the job that makes it. The rows are read, so the
    look is written to the audit trail."""
    require(by, Permission.RECORD_SET_MANAGE)
    require(by, Permission.RECORD_ROWS_SEE)
    draft = draft_of(statistic)
    if draft is None:
        raise Refused("There is no draft any more: it was adopted or discarded.")
    found = _readable(draft, submission)
    check(statistic, draft.recipe, found.version)
    audit.record(
        action="record_recipe.previewed", actor=by.email, target=f"record_recipe:{statistic.code}:v{draft.number}",
        after={"submission": str(found.public_id)},
    )  # fmt: skip
    if int(found.counts.get("accepted", 0)) <= AT_ONCE:
        return _compile(draft, found, by.email)
    seen = fingerprint(draft)
    return jobs.enqueue(
        PREVIEW,
        args={"draft": draft.pk, "seen": seen, "submission": str(found.public_id), "by": by.email},
        title=f"Preview of {statistic.code} on {found.obligation.reporter_label} {found.obligation.round.period_label}",
        by=by,
        idempotency_key=f"{PREVIEW}:{seen}:{found.public_id}",
        link=link,
    )


def of_job(*, draft: int, seen: str, submission: str, by: str) -> dict[str, int]:
    """The work of the job. JobRefused with a sentence where the draft is another one by now."""
    found = RecipeVersion.objects.filter(pk=draft, state=RecipeVersion.State.DRAFT).first()
    if found is None or fingerprint(found) != seen:
        raise JobRefused("The draft was changed, adopted or discarded before this preview began. Ask for a new one.")
    try:
        made = _compile(found, _readable(found, UUID(submission)), by)
    except Refused as error:
        raise JobRefused(str(error)) from error
    return {"cells": len(made.result)}


def _readable(draft: RecipeVersion, submission: UUID) -> Submission:
    found = (
        Submission.objects.filter(public_id=submission, version__record_set_id=draft.statistic.record_set_id)
        .select_related("version__record_set", "obligation__round", "obligation__state_area", "obligation__body")
        .first()
    )
    if found is None:
        raise Refused("There is no such submission of this record set. Choose one from the list.", "submission")
    if found.verdict == Verdict.REJECTED or not found.rows_file:
        raise Refused("This submission was rejected, so it has no records to look at. Choose another.", "submission")
    if found.rows_discarded_at is not None:
        raise Refused("The records of this submission were deleted after compilation. Choose another.", "submission")
    return found


def _compile(draft: RecipeVersion, submission: Submission, by: str) -> Compilation:
    from ..compiling import CannotCompile
    from ..target import RowsGone
    from .compile import compile_report

    seen = fingerprint(draft)
    try:
        made = compile_report(submission.obligation, submission, draft, preview=True, by=by)
    except (CannotCompile, RowsGone) as error:
        raise Refused(str(error)) from error
    now = RecipeVersion.objects.filter(pk=draft.pk, state=RecipeVersion.State.DRAFT).first()
    if now is None or fingerprint(now) != seen:
        made.delete()
        raise Refused("The draft was changed, adopted or discarded while it was computed. Look at it again.")
    draft.compilations.filter(submission=submission, is_preview=True).exclude(pk=made.pk).delete()
    return made
