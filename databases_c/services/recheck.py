"""Files sent earlier, checked again under another version of the set: what would it have found? Changes nothing else.

`recheck` queues the job; `recheck_one` does the work for one submission from the raw file as it was sent.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Sum

from adme.accounts.models import User
from adme.accounts.permissions import Permission, may
from adme.audit import services as audit
from adme.common.refusals import FileRefused
from adme.jobs.errors import JobRefused
from adme.jobs.models import Job
from adme.jobs.services import enqueue
from adme.reporting.errors import NotAllowedNow

from ..models import Recheck, SetVersion, Submission, Verdict
from ..reading import Progress, silent
from ..target import check_file

JOB = "records.recheck"
MOST = 200  # submissions of one job


@dataclass(frozen=True, slots=True)
class Told:
    done: int
    absent: int  # their files are not kept any more, or cannot be read

    @property
    def message(self) -> str:
        left = f"; {self.absent:,} could not be, for their files are not kept any more" if self.absent else ""
        return f"{self.done:,} submissions checked again{left}."


@transaction.atomic
def recheck(*, version: SetVersion, submissions: Iterable[Submission], by: User, link: str = "") -> Job:
    """Queue the check of these submissions under this version. PermissionDenied, or NotAllowedNow with the reason."""
    require_manager(by)
    chosen = list(submissions)
    if not chosen:
        raise NotAllowedNow("Choose at least one submission to check again.")
    if len(chosen) > MOST:
        raise NotAllowedNow(f"Choose at most {MOST} submissions at once; these are {len(chosen):,}.")
    if any(one.version.record_set_id != version.record_set_id for one in chosen):
        raise NotAllowedNow("These submissions are of another record set.")
    ids = sorted(one.pk for one in chosen)
    told = {"version": version.number, "submissions": len(ids)}
    audit.record(action="records.recheck", actor=by.email, target=f"set:{version.record_set.code}", after=told)
    return enqueue(
        JOB,
        args={"version": version.pk, "submissions": ids, "by": by.pk},
        title=f"Check {len(ids):,} files of {version.record_set.code} under version {version.number}",
        by=by,
        queue="imports",
        idempotency_key=f"{JOB}:{version.pk}:{version.updated_at.timestamp()}:{by.pk}:{_digest(ids)}",
        link=link,
    )


def _digest(ids: Sequence[int]) -> str:
    return hashlib.sha256(",".join(map(str, ids)).encode()).hexdigest()[:20]


def require_manager(user: User) -> None:
    if not may(user, Permission.RECORD_SET_MANAGE):
        raise PermissionDenied("Files are checked again by those who manage record sets.")


def recheck_one(
    *, submission: Submission, version: SetVersion, by: User | None, progress: Progress = silent
) -> Recheck | None:
    """The stored result; None where the file as it was sent is no longer there, or cannot be read any more. JobRefused
    where `version` has another layout by now."""
    path = raw_file(submission)
    if path is None:
        return None
    try:
        checked = check_file(path, submission.obligation, version, None, progress)
    except FileRefused:
        return None
    with transaction.atomic():
        held = SetVersion.objects.select_for_update(of=("self",)).filter(pk=version.pk).first()
        if held is None or held.layout != version.layout:
            raise JobRefused("The draft was changed or discarded while files were checked under it. Check them again.")
        found, _ = Recheck.objects.update_or_create(
            submission=submission,
            version=version,
            defaults={
                "verdict": Verdict(checked.verdict),
                "counts": checked.counts,
                "by_rule": together(by_rule(submission), checked.by_rule),
                "by": by,
            },
        )
    return found


def recheck_all(*, version_id: int, submission_ids: Sequence[int], by_id: int | None, progress: Progress) -> Told:
    """The work of the job: each submission by itself, so that what is done stays when the rest is tried again."""
    version = SetVersion.objects.select_related("record_set").filter(pk=version_id).first()
    if version is None:
        raise JobRefused("The draft was discarded before its check began.")
    by = User.objects.filter(pk=by_id or 0).first()
    chosen = Submission.objects.filter(pk__in=submission_ids, version__record_set=version.record_set)
    done = absent = 0
    for submission in chosen.select_related("obligation__round", "obligation__state_area", "batch").order_by("pk"):
        found = recheck_one(submission=submission, version=version, by=by)
        done, absent = done + (found is not None), absent + (found is None)
        progress(done + absent, f"{done + absent} of {len(submission_ids)} files")
    return Told(done, absent)


def raw_file(submission: Submission) -> Path | None:
    """The bytes as they were sent, where they are still kept."""
    batch = submission.batch
    if batch is None or not batch.file or submission.rows_discarded_at is not None:
        return None
    path = Path(batch.file.path)
    return path if path.exists() else None


def by_rule(submission: Submission) -> dict[str, int]:
    """How often each rule was broken; `times` of the findings kept hold also what was not listed."""
    found = submission.findings.order_by().values_list("rule").annotate(total=Sum("times"))
    return dict(found)


def together(before: Mapping[str, int], after: Mapping[str, int]) -> dict[str, list[int]]:
    codes = sorted({*before, *after})
    first, second = Counter(before), Counter(after)
    return {code: [first[code], second[code]] for code in codes}
