"""The submission that a report holds, as a record of reporting; and the few values of it that are written by hand."""

from __future__ import annotations

import gzip
from collections.abc import Collection, Mapping, Sequence
from itertools import zip_longest
from typing import IO, Any, cast
from uuid import UUID

from django.core.cache import cache
from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone

from adme.common.formatting import period as period_text
from adme.reporting.errors import BadValues, FieldProblem
from adme.reporting.fields import Values
from adme.reporting.models import Obligation, Publication, Revision
from adme.reporting.tools import Blocker, Contradiction, Record
from adme.reporting.transitions import Act

from .fields import CATALOGUE, EDITABLE
from .models import Finding, Submission, Verdict
from .reading import read_canonical

FEWER, MORE, SAME = "many_fewer_records", "many_more_records", "same_as_last_period"
KEPT = (FEWER, MORE, SAME)  # kept contradictions are findings that a person confirmed, with these rules
_REMEDIES = {SAME: "The records are those of the last period, unchanged; the reason is kept."}
_OTHER_NUMBER = "The number of records differs much from the last period; the reason is kept."
SAME_SECONDS = 24 * 3600  # rows of a version never change; a comparison of two is kept for a day
SMALLEST_CHANGE = 20  # records; small sets move much in percent


def current(obligation: Obligation) -> Submission | None:
    """What the report holds now."""
    found = Submission.objects.select_related("version", "sent_by")
    return found.filter(obligation=obligation, is_current=True).first()


def records(obligation: Obligation, *, keys: Collection[str] | None = None) -> list[Record]:
    """One record or none, in three statements at most."""
    submission = current(obligation)
    if submission is None or (keys is not None and str(submission.public_id) not in set(keys)):
        return []
    kept = dict(submission.findings.filter(rule__in=KEPT).exclude(decision="").values_list("rule", "reason"))
    return [
        Record(
            key=str(submission.public_id),
            title=title_of(submission),
            group="",
            values=values_of(submission, waiting(submission)),
            kept=kept,
            updated_at=submission.used_at.isoformat() if submission.used_at else "",
            updated_by=str(submission.sent_by or ""),
            is_demonstration=submission.is_demonstration,
        )
    ]


def title_of(submission: Submission) -> str:
    return f"{submission.filename or submission.get_channel_display()} (version {submission.number})"


def waiting(submission: Submission) -> dict[str, int]:
    """Warnings without a decision, and those that the state says it will correct."""
    found: dict[str, int] = worklist(submission).aggregate(
        open=Count("pk", filter=Q(decision="")),
        to_correct=Count("pk", filter=Q(decision=Finding.Decision.TO_CORRECT)),
    )
    return found


def worklist(submission: Submission) -> Any:
    """Warnings about values, which a person decides on. What a person kept of the report as a whole is not of them."""
    return Finding.objects.filter(submission=submission, level=Finding.Level.WARNING).exclude(rule__in=KEPT)


def values_of(submission: Submission, waits: Mapping[str, int]) -> Values:
    counts = submission.counts
    return {
        "version": submission.number,
        "layout": f"version {submission.version.number}",
        "verdict": str(Verdict(submission.verdict).label),
        "channel": str(submission.get_channel_display()),
        "filename": submission.filename,
        "sha256": submission.sha256,
        "records_read": counts.get("read"),
        "records_accepted": counts.get("accepted"),
        "records_refused": counts.get("refused"),
        "records_merged": counts.get("merged"),
        "warnings": counts.get("warnings"),
        "open_findings": waits["open"],
        "to_correct": waits["to_correct"],
        "units_known": submission.units_known,
        "units_reporting": submission.units_reporting,
        "remarks": submission.remarks,
    }


def earlier(obligation: Obligation) -> Submission | None:
    """What the report of the period before holds, whatever became of that report."""
    found = Submission.objects.filter(
        obligation__state_area_id=obligation.state_area_id,
        obligation__round__tool=obligation.tool,
        obligation__round__period__lt=obligation.round.period,
        is_current=True,
    )
    return found.select_related("version", "obligation__round").order_by("-obligation__round__period").first()


def same_as(before: Submission | None, submission: Submission) -> str:
    """The earlier period whose records this version repeats, row for row in the same order; blank where it does not."""
    if before is None or not _same_records(before, submission):
        return ""
    return period_text(before.obligation.round.period_label)


def _same_records(one: Submission, other: Submission) -> bool:
    """Checksums of rows count the numbers of the rows, which a workbook moves; so the rows themselves are compared
    where the checksums differ, up to the first difference. Rows that were deleted are compared by checksum alone."""
    sums = (one.rows_sha256, other.rows_sha256)
    if not all(sums) or one.counts.get("accepted") != other.counts.get("accepted"):
        return False
    if sums[0] == sums[1]:
        return True
    if not (one.rows_file and other.rows_file):
        return False
    key = f"databases_c:same:{sums[0]}:{sums[1]}"
    known = cache.get(key)
    if known is None:
        known = _equal_rows(one, other)
        cache.set(key, known, SAME_SECONDS)
    return bool(known)


def _equal_rows(one: Submission, other: Submission) -> bool:
    """Columns, and rows without their numbers. A file that is gone is equal to none."""
    columns = [[column.name for column in each.version.read_layout().columns] for each in (one, other)]
    if columns[0] != columns[1]:
        return False
    try:
        with (
            one.rows_file.open("rb") as first, other.rows_file.open("rb") as second,
            gzip.open(first) as mine, gzip.open(second) as theirs,
        ):  # fmt: skip
            pairs = zip_longest(read_canonical(cast(IO[bytes], mine)), read_canonical(cast(IO[bytes], theirs)))
            return all(left and right and left[1:] == right[1:] for left, right in pairs)
    except (OSError, EOFError):
        return False


def previous(obligation: Obligation, keys: Collection[str]) -> dict[str, Values]:
    """Of the latest earlier report of this state that was handed in and not sent back since. `same_as_last_period` is
    the earlier period whose records the report repeats; it stands in no revision, for nobody else needs it."""
    if not keys:
        return {}
    held = _handed_in(obligation)
    now = current(obligation)
    if now is not None and (period := same_as(earlier(obligation), now)):
        held = {**held, SAME: period}
    return dict.fromkeys(keys, held) if held else {}


def _handed_in(obligation: Obligation) -> Values:
    handed = Revision.objects.filter(
        obligation__state_area_id=obligation.state_area_id,
        obligation__round__tool=obligation.tool,
        obligation__round__period__lt=obligation.round.period,
        act__in=[Act.SUBMIT.value, Act.APPROVE.value],
    )
    latest = handed.select_related("content").order_by("-obligation__round__period", "-number").first()
    if latest is None or not latest.content.data["records"]:
        return {}
    values: Values = latest.content.data["records"][0]["values"]
    return values


def store(obligation: Obligation, key: str, changed: Values) -> None:
    """Units and remarks. Everything else of a submission is what was sent."""
    fixed = [CATALOGUE.by_name[name].label for name in changed if name not in EDITABLE]
    if fixed:
        named = ", ".join(f"'{label}'" for label in fixed)
        hint = f"{named} tells what was sent and is not written by hand. Send a new version to change it."
        raise BadValues(tuple(FieldProblem(name, "fixed", "", hint) for name in changed if name not in EDITABLE))
    Submission.objects.filter(obligation=obligation, public_id=key, is_current=True).update(
        **changed, updated_at=timezone.now()
    )


def keep(obligation: Obligation, key: str, *, code: str, reason: str) -> None:
    """A kept contradiction stands among the findings of its submission."""
    submission = Submission.objects.get(obligation=obligation, public_id=key)
    if not reason:
        submission.findings.filter(rule=code).delete()
        return
    held = {
        "level": Finding.Level.WARNING,
        "remedy": _REMEDIES.get(code, _OTHER_NUMBER),
        "decision": Finding.Decision.CONFIRMED,
        "reason": reason,
        "decided_at": timezone.now(),
    }
    submission.findings.update_or_create(rule=code, defaults=held)


def remove(obligation: Obligation, key: str) -> bool:
    """The version stays on record; the report holds none until another is used."""
    found = Submission.objects.filter(obligation=obligation, public_id=key, is_current=True)
    return bool(found.update(is_current=False, updated_at=timezone.now()))


def cross_checks(values: Values) -> list[Blocker]:
    known, reporting = values.get("units_known"), values.get("units_reporting")
    if known is not None and reporting is not None and reporting > known:
        sentence = f"{reporting:,} units are in the file, but only {known:,} should report. Check both numbers."
        return [Blocker("more_units_than_known", sentence, "units_reporting")]
    return []


def blockers(values: Values) -> list[Blocker]:
    found = []
    if number := values.get("open_findings") or 0:
        told = "1 warning waits" if number == 1 else f"{number:,} warnings wait"
        found.append(Blocker("open_findings", f"{told} for a decision: is the value right?", "open_findings"))
    if number := values.get("to_correct") or 0:
        told = "1 value is" if number == 1 else f"{number:,} values are"
        found.append(
            Blocker("to_correct", f"{told} to be corrected. Mend the file and send it as a new version.", "to_correct")
        )
    if values.get("verdict") == Verdict.PARTLY.label and not values.get("remarks"):
        refused = values.get("records_refused") or 0
        told = "1 record was" if refused == 1 else f"{refused:,} records were"
        sentence = f"{told} refused. Say in the remarks why they are missing, or send them mended."
        found.append(Blocker("partly_needs_remarks", sentence, "remarks"))
    return found


def contradictions(values: Values, before: Values | None) -> list[Contradiction]:
    """The records of the last period once more; less than half of them, or more than twice as many."""
    before = before or {}
    if period := before.get(SAME):
        told = f"Every record is the same as for {period}. Was the file of that period sent again?"
        return [Contradiction(SAME, told, ("records_accepted",))]
    now, last = values.get("records_accepted"), before.get("records_accepted")
    if now is None or not last or abs(now - last) < SMALLEST_CHANGE:
        return []
    told = f"{now:,} records were accepted, {last:,} in the last period"
    if now * 2 < last:
        return [Contradiction(FEWER, f"{told}: less than half. Is the file complete?", ("records_accepted",))]
    if now > last * 2:
        return [
            Contradiction(MORE, f"{told}: more than twice as many. Is something counted twice?", ("records_accepted",))
        ]
    return []


def after_approval(obligation: Obligation, publication: Publication, held: Sequence[Mapping[str, Any]]) -> None:
    """The figures are compiled from exactly what was approved; from none where there was nothing to report."""
    from .services import publish

    submission = Submission.objects.get(public_id=UUID(held[0]["key"])) if held else None
    by_email = publication.revision.by.email
    publish.after_approval(obligation=obligation, submission=submission, publication=publication, by_email=by_email)


def after_return(obligation: Obligation, publication: Publication) -> None:
    """Figures follow what stands: a returned certificate of nothing is taken back, approved figures stay."""
    from .services import publish

    publish.after_return(obligation=obligation, publication=publication, by_email=publication.revision.by.email)


def address(key: str) -> str:
    found = Submission.objects.select_related("obligation").filter(public_id=key).first()
    return reverse("submission_version", args=[found.obligation.public_id, found.number]) if found else ""
