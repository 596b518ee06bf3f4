"""Reads of submissions: versions of a report, files that are still being read, findings by level and rule."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Sum, Value, When

from adme.ingest.models import BatchState, ImportBatch
from adme.reporting.models import Obligation

from .. import access, holding
from ..models import TOOL_PREFIX, Finding, Submission
from ..services.submissions import TARGET

LEVELS = (Finding.Level.ERROR, Finding.Level.WARNING, Finding.Level.NOTE)
_OPEN = (BatchState.RECEIVED, BatchState.READING)
_BROKEN = (BatchState.FAILED, BatchState.REFUSED)


def versions(obligation: Obligation) -> list[Submission]:
    """Newest first, each with `open_warnings`."""
    undecided = Q(findings__level=Finding.Level.WARNING, findings__decision="")
    found = Submission.objects.filter(obligation=obligation).select_related("version", "sent_by")
    rows: list[Submission] = list(found.annotate(open_warnings=Count("findings", filter=undecided)).order_by("-number"))
    for one in rows:
        one.obligation = obligation
    return rows


def files_without_version(obligation: Obligation, most: int = 5) -> list[ImportBatch]:
    """Files that are being read, or could not be read at all; newest first."""
    found = ImportBatch.objects.filter(
        target=TARGET, options__dataset=str(obligation.public_id), submission__isnull=True, state__in=_OPEN + _BROKEN
    )
    return list(found.select_related("created_by").order_by("-pk")[:most])


@dataclass(frozen=True, slots=True)
class RuleCount:
    rule: str
    level: str
    remedy: str
    number: int
    open: int


def findings(submission: Submission, *, level: str = "", rule: str = "") -> QuerySet[Finding]:
    """Structural ones first, then errors before warnings before notes, each in the order of the file; each with the
    number of its `comments`."""
    found = submission.findings.select_related("decided_by").exclude(rule__in=holding.KEPT)
    if level:
        found = found.filter(level=level)
    if rule:
        found = found.filter(rule=rule)
    order = Case(*(When(level=one, then=Value(place)) for place, one in enumerate(LEVELS)), output_field=IntegerField())
    found = found.annotate(gravity=order, comments=Count("talk"))
    return found.order_by("-is_structural", "gravity", "id")


def by_level(submission: Submission) -> dict[str, int]:
    """All that was found, those that are only counted included."""
    rows = submission.findings.exclude(rule__in=holding.KEPT).order_by().values_list("level")
    return dict(rows.annotate(number=Sum("times")))


def by_rule(submission: Submission, *, level: str = "") -> list[RuleCount]:
    found = submission.findings.exclude(rule__in=holding.KEPT)
    if level:
        found = found.filter(level=level)
    rows: Any = (
        found.order_by()
        .values_list("rule", "level")
        .annotate(number=Sum("times"), open=Count("pk", filter=Q(decision="", level=Finding.Level.WARNING)))
    )
    kept = [RuleCount(rule, level, "", number, waits) for rule, level, number, waits in rows]
    return sorted(kept, key=lambda one: (list(LEVELS).index(Finding.Level(one.level)), -one.number, one.rule))


def visible(user: Any) -> QuerySet[Submission]:
    """Submissions that this user may know of through the API, newest first."""
    found = Submission.objects.filter(access.known_to(user), obligation__round__tool__startswith=TOOL_PREFIX)
    return found.select_related(
        "obligation__round", "obligation__body", "obligation__state_area", "version__record_set", "batch"
    ).order_by("-pk")
