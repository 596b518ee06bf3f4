"""Survey results of the leaves that need a survey (A3): entered and corrected by analysts, never overwritten."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from adme.accounts.models import User
from adme.audit import services as audit
from adme.reference.models import Area

from ..errors import NotAllowedNow
from ..models import KpiLeaf, SourceType, SurveyEntry
from .runs import enqueue_aggregation


@dataclass(frozen=True, slots=True)
class SurveyResult:
    """What an analyst writes down. Source and sample are obligatory: without them a percentage says nothing."""

    value: float
    source: str
    sample_size: int
    sample_note: str = ""
    link: str = ""


@transaction.atomic
def enter_survey(*, leaf: KpiLeaf, area: Area, year: int, result: SurveyResult, by: User) -> SurveyEntry:
    """Store a result; NotAllowedNow when the leaf takes no survey or the place is taken."""
    _check(leaf, result)
    try:
        with transaction.atomic():
            entry = _create(leaf, area, year, result, by)
    except IntegrityError as error:
        sentence = f"{area.name} already has a result for {year}. Correct that one instead."
        raise NotAllowedNow(sentence, "year") from error
    _record("survey.entered", entry, by, None)
    return entry


@transaction.atomic
def correct_survey_entry(*, entry: SurveyEntry, result: SurveyResult, reason: str, by: User) -> SurveyEntry:
    """Close the entry and open its successor at the same leaf, area and year. The reason is obligatory."""
    if not reason.strip():
        raise NotAllowedNow("Say why the result is corrected.", "reason")
    _check(entry.leaf, result)
    # The update is the guard: of two corrections at once, one finds the entry already closed.
    closed = SurveyEntry.objects.filter(pk=entry.pk, closed_at__isnull=True).update(
        closed_at=timezone.now(), updated_at=timezone.now()
    )
    if not closed:
        raise NotAllowedNow("This result has been corrected in the meantime. Open the newest one.")
    successor = _create(entry.leaf, entry.area, entry.year, result, by, reason.strip())
    _record("survey.corrected", successor, by, entry, reason.strip())
    return successor


def _check(leaf: KpiLeaf, result: SurveyResult) -> None:
    if leaf.source_type != SourceType.A3 or leaf.is_retired:
        raise NotAllowedNow(f"KPI {leaf.code} does not come from a survey.", "leaf")
    if not math.isfinite(result.value):
        raise NotAllowedNow("The value is not a number.", "value")
    if not result.source.strip():
        raise NotAllowedNow("Name the source of the survey.", "source")
    if result.sample_size < 1:
        raise NotAllowedNow("Give the number of people asked.", "sample_size")


def _create(
    leaf: KpiLeaf, area: Area, year: int, result: SurveyResult, by: User, change_reason: str = ""
) -> SurveyEntry:
    return SurveyEntry.objects.create(
        leaf=leaf, area=area, year=year, entered_by=by, change_reason=change_reason, **asdict(result)
    )


def _record(action: str, entry: SurveyEntry, by: User, before: SurveyEntry | None, reason: str = "") -> None:
    audit.record(
        action=action,
        actor=by.email,
        target=f"survey:{entry.leaf.code}:{entry.area.code}:{entry.year}",
        before=_shown(before) if before else None,
        after=_shown(entry),
        reason=reason,
    )
    enqueue_aggregation(leaf_codes=[entry.leaf.code], trigger=f"survey entry {entry.pk}", actor=by.email, by=by)


def _shown(entry: SurveyEntry) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in ("value", "source", "sample_size", "sample_note", "link")}
