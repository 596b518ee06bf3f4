"""What is published follows what stands: the last approved version of a report, or its certificate of nothing.

Approval, a certificate and its return, a new recipe, and a new denominator all lead to the same act: bring the
observations of a report in line with what stands now. So it does not matter in which order jobs run, or how often.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from adme.audit import services as audit
from adme.jobs import services as jobs
from adme.reporting.models import Obligation, Publication, Revision
from adme.reporting.states import State
from adme.reporting.transitions import Act

from ..compiling import CannotCompile
from ..models import TOOL_PREFIX, RecipeVersion, Statistic, Submission
from . import compile as compiling
from . import storing
from .discard import discard_rows

COMPILE = "records.compile"
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Standing:
    """What counts of a report: a submission, or (nil) that there is nothing; neither: nothing was approved."""

    submission: Submission | None = None
    is_nil: bool = False

    @property
    def is_published(self) -> bool:
        return self.is_nil or self.submission is not None


@dataclass(slots=True)
class Report:
    """What became of a run. `problems` are sentences."""

    compiled: int = 0
    unchanged: int = 0
    problems: list[str] = field(default_factory=list)

    def add(self, other: Report) -> None:
        self.compiled += other.compiled
        self.unchanged += other.unchanged
        self.problems += other.problems


def after_approval(
    obligation: Obligation, submission: Submission | None, publication: Publication, by_email: str
) -> None:
    """Queue the compilation of what was approved, or certified as nothing. It commits with the approval."""
    _queue(obligation, publication, by_email)


def after_return(obligation: Obligation, publication: Publication, by_email: str) -> None:
    """A returned certificate of nothing no longer counts. A returned report changes nothing that was approved."""
    _queue(obligation, publication, by_email)


def _queue(obligation: Obligation, publication: Publication, by_email: str) -> None:
    jobs.enqueue(
        COMPILE,
        args={"obligation": obligation.pk, "actor": by_email},
        title=f"Compile statistics: {obligation.reporter_label} {obligation.round.period_label}"[:200],
        idempotency_key=f"{COMPILE}:{publication.pk}",
    )


def standing(obligation: Obligation) -> Standing:
    """Read from the revisions: a report that is being corrected still stands as it was approved."""
    if obligation.state == State.CERTIFIED_NIL:
        return Standing(is_nil=True)
    approved = Revision.objects.filter(obligation=obligation, act=Act.APPROVE.value).order_by("-number")
    revision = approved.select_related("content").first()
    if revision is None:
        return Standing()
    records = revision.content.data["records"]
    if not records:
        return Standing(is_nil=True)
    found = Submission.objects.select_related("version").filter(
        obligation=obligation, public_id=UUID(records[0]["key"])
    )
    return Standing(submission=found.first())


def compile_standing(
    obligation_id: int, *, actor: str, recipes: Sequence[RecipeVersion] | None = None, trigger: str = ""
) -> Report:
    """Bring the observations of one report in line: of all statistics of its set, or by these recipes.

    Rows are read before the transaction; inside it what stands is asked once more, so that a report approved anew
    meanwhile is left to its own job.
    """
    obligation = _obligation(obligation_id)
    seen, report = standing(obligation), Report()
    wanted = recipes if recipes is not None else recipes_in_force(obligation)
    computed: list[compiling.Computed] = []
    for version in wanted if seen.is_published else ():
        try:
            planned = compiling.plan(obligation, seen.submission, version)
            if storing.replayed(planned) is not None:
                report.unchanged += 1
                continue
            computed.append(compiling.Computed(planned, compiling.carry_out(planned)))
        except CannotCompile as error:
            report.problems.append(f"{version.statistic.code}, {_label(obligation)}: {error}")
    with transaction.atomic():
        now = Obligation.objects.select_for_update(of=("self",)).get(pk=obligation_id)
        if standing(now) == seen:
            _publish(obligation, seen, computed, wanted, report, actor=actor, trigger=trigger)
    return report


def _publish(
    obligation: Obligation,
    seen: Standing,
    computed: Sequence[compiling.Computed],
    wanted: Iterable[RecipeVersion],
    report: Report,
    *,
    actor: str,
    trigger: str,
) -> None:
    changed: list[Statistic] = []
    counts: dict[str, Any] = {}
    for one in computed:
        version = one.plan.version
        if not RecipeVersion.objects.filter(pk=version.pk, state=RecipeVersion.State.IN_FORCE).exists():
            continue  # another was adopted meanwhile, and has a job of its own
        if storing.replayed(one.plan) is not None:
            report.unchanged += 1  # another worker was quicker with the very same
            continue
        compilation = storing.publish(one, by=actor)
        changed.append(version.statistic)
        counts[version.statistic.code] = {"recipe": version.number, **compilation.counts}
        report.compiled += 1
    if not seen.is_published:
        changed += _withdraw(obligation, [one.statistic for one in wanted])
    if changed:
        told = trigger or f"records of {_label(obligation)}"
        storing.announce(changed, trigger=told, actor=actor)
        audit.record(
            action="statistics.compiled" if seen.is_published else "statistics.withdrawn",
            actor=actor or "system",
            target=f"report:{obligation.public_id}",
            after=counts or {"statistics": sorted(one.code for one in changed)},
        )
    if seen.submission is not None:
        discard_rows(seen.submission, actor=actor)


def _withdraw(obligation: Obligation, statistics: Sequence[Statistic]) -> list[Statistic]:
    area, now = obligation.state_area, timezone.now()
    if area is None:
        return []
    return [one for one in statistics if storing.close([one], area=area, period=obligation.round.period, at=now)]


def recompile(statistic_id: int, *, actor: str, progress: Progress | None = None) -> Report:
    """Compile every report that stands by the recipe now in force."""
    statistic = Statistic.objects.select_related("record_set").get(pk=statistic_id)
    recipes = list(_in_force().filter(statistic=statistic))
    tool = f"{TOOL_PREFIX}{statistic.record_set.code}"
    found = Obligation.objects.filter(round__tool=tool).order_by("round__period", "pk").values_list("pk", flat=True)
    report, reports = Report(), list(found) if recipes else []
    for done, pk in enumerate(reports, start=1):
        trigger = f"recipe {recipes[0].number} of {statistic.code}"
        report.add(compile_standing(pk, actor=actor, recipes=recipes, trigger=trigger))
        if progress is not None:
            progress(done, len(reports))
    return report


def recipes_in_force(obligation: Obligation) -> list[RecipeVersion]:
    code = obligation.round.tool.removeprefix(TOOL_PREFIX)
    return list(_in_force().filter(statistic__record_set__code=code))


def _in_force() -> Any:
    return (
        RecipeVersion.objects.filter(state=RecipeVersion.State.IN_FORCE, statistic__retired_at__isnull=True)
        .select_related("statistic__record_set", "layout")
        .order_by("statistic__code")
    )


def _obligation(pk: int) -> Obligation:
    return Obligation.objects.select_related("round", "state_area", "body").get(pk=pk)


def _label(obligation: Obligation) -> str:
    return f"{obligation.reporter_label} {obligation.round.period_label}"
