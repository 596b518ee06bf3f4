"""The choice between sources: by a named person, with a reason, due again a year later. Candidates that people add."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from adme.accounts.models import User
from adme.accounts.permissions import Permission, require
from adme.audit import services as audit
from adme.observations import registry

from ..models import DATASET, Candidate, Concept, SourceReview
from ..refusals import Refused

TOOLS = frozenset({"TOOL1", "TOOL2", "SURVEY"})


@transaction.atomic
def choose(*, concept: Concept, candidate: int, reason: str, seen: int | None, by: User) -> SourceReview:
    """Choose, or confirm, the candidate that feeds the KPI. `seen` is the review that the person saw as the last one.

    The choice is a statement for people: which series a KPI reads is decided by its recipe.
    """
    require(by, Permission.RECIPE_MANAGE)
    if not reason.strip():
        raise Refused("Say why this source is chosen.", "reason")
    concept = Concept.objects.select_for_update(of=("self",)).get(pk=concept.pk)
    found = concept.candidates.filter(pk=candidate, retired_at=None).first()
    if found is None:
        raise Refused("Choose one of the candidates.", "candidate")
    last = concept.reviews.order_by("-reviewed_on", "-id").first()
    if (last.pk if last else None) != seen:
        raise Refused("Somebody has chosen meanwhile. Look at the choice, then confirm or change it.")
    before = concept.chosen.series if concept.chosen else ""
    today = timezone.localdate()
    review = SourceReview.objects.create(
        concept=concept, candidate=found, reason=reason.strip(), by=by, reviewed_on=today, next_on=year_later(today)
    )
    concept.chosen = found
    concept.save(update_fields=["chosen"])
    audit.record(
        action="concept.source_chosen",
        actor=by.email,
        target=f"concept:{concept.code}",
        before={"series": before},
        after={"series": found.series, "next_on": review.next_on.isoformat()},
        reason=review.reason,
    )
    return review


@transaction.atomic
def add_candidate(
    *, concept: Concept, series: str, distance: int, difference: str, by: User, dimensions: str = ""
) -> Candidate:
    """Another series that measures the concept. It has to be known to ADME."""
    require(by, Permission.RECIPE_MANAGE)
    if not registry.describe({series}):
        raise Refused(
            f"There is no series '{series}'. Copy its code from the page of the series, such as WB_WDI:SP.POP.TOTL.",
            "series",
        )
    if distance != Candidate.Distance.SAME and not difference.strip():
        raise Refused("Say in words what is measured otherwise.", "difference")
    held = concept.candidates.filter(series=series, dimensions=dimensions).first()
    if held is not None and held.is_retired:
        raise Refused("This series was a candidate and is retired. Take it back instead.", "series")
    if held is not None:
        raise Refused("This series is a candidate already.", "series")
    made = Candidate.objects.create(
        concept=concept, source=source_of(series), series=series, dimensions=dimensions, distance=distance,
        difference=difference.strip(),
    )  # fmt: skip
    audit.record(
        action="concept.candidate_added",
        actor=by.email,
        target=f"concept:{concept.code}",
        after={"series": series, "distance": made.get_distance_display(), "difference": made.difference},
    )
    return made


@transaction.atomic
def retire_candidate(*, concept: Concept, candidate: int, reason: str, by: User) -> Candidate:
    """No longer shown beside the others, nor offered for a choice. Choices that named it stay on record."""
    return _set_retired(concept, candidate, True, reason, by)


@transaction.atomic
def return_candidate(*, concept: Concept, candidate: int, reason: str, by: User) -> Candidate:
    """A retired candidate stands beside the others again."""
    return _set_retired(concept, candidate, False, reason, by)


def _set_retired(concept: Concept, candidate: int, retired: bool, reason: str, by: User) -> Candidate:
    require(by, Permission.RECIPE_MANAGE)
    if not reason.strip():
        raise Refused("Say why, in a sentence.", "reason")
    concept = Concept.objects.select_for_update(of=("self",)).get(pk=concept.pk)
    found = concept.candidates.filter(pk=candidate).first()
    if found is None:
        raise Refused("Choose one of the candidates.", "candidate")
    if found.is_retired == retired:
        told = "is retired already" if retired else "stands beside the others already"
        raise Refused(f"{found.series} {told}.", "candidate")
    if retired and concept.chosen_id == found.pk:
        raise Refused("This is the chosen source. Choose another one first, then retire it.", "candidate")
    found.retired_at = timezone.now() if retired else None
    found.save(update_fields=["retired_at"])
    audit.record(
        action="concept.candidate_retired" if retired else "concept.candidate_returned",
        actor=by.email,
        target=f"concept:{concept.code}",
        after={"series": found.series, "dimensions": found.dimensions},
        reason=reason.strip(),
    )
    return found


def source_of(series: str) -> Candidate.Source:
    dataset = series.partition(":")[0]
    if dataset == DATASET:
        return Candidate.Source.C
    return Candidate.Source.A if dataset in TOOLS else Candidate.Source.B


def year_later(day: date) -> date:
    """29 February falls back to the 28th."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return day.replace(year=day.year + 1, day=28)
