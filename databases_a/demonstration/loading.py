"""Loads the whole demonstration of Tool 1 and Tool 2 once: calendar, plans, activities, clauses, actions, reports."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F

from adme.accounts import demonstration as people
from adme.jobs.models import Job, JobState
from adme.reference.models import Area, Framework, SectoralBody
from adme.reporting.fields import Catalogue, Values, stored_form
from adme.reporting.models import Notice, Obligation, ReportingSchedule
from adme.reporting.services.calendar import keep_ledger
from databases_a.rfmd.services import enqueue_aggregation
from databases_a.tool1.fields import CATALOGUE as TOOL1
from databases_a.tool1.models import Activity, WorkPlan
from databases_a.tool2.fields import CATALOGUE as TOOL2
from databases_a.tool2.models import Action, Clause, Declaration

from .activities import LAST_REPORTED, PLANS, PlannedActivity, activities, topics
from .followups import CLAUSES, FIRST_YEAR, Chosen, PlannedAction, actions
from .history import ByYear, Told, play

FIRST_PERIOD = {"tool1": str(PLANS[0][0]), "tool2": str(FIRST_YEAR)}


def is_loaded() -> bool:
    return WorkPlan.objects.filter(is_demonstration=True).exists()


@transaction.atomic
def load() -> dict[str, int]:
    """Everything or nothing; a second call finds it and changes nothing."""
    if is_loaded():
        return {}
    _calendar()
    counts = {"activities": _tool1(), "actions": _tool2()}
    counts["reports"] = Obligation.objects.filter(is_demonstration=True).exclude(state="due").count()
    _settle()
    return counts


def _settle() -> None:
    """Ten years of mails and computations were queued: nobody is written to, and the KPIs are computed once."""
    told = Notice.objects.filter(obligation__is_demonstration=True)
    told.exclude(obligation__round__period=LAST_REPORTED * 1000).delete()
    told.update(mailed_at=F("created_at"))
    Job.objects.filter(name__in=("reporting.mail", "rfmd.aggregate"), state=JobState.QUEUED).delete()
    enqueue_aggregation(trigger="demonstration reports", actor="load_demo_reports")


def _calendar() -> None:
    """Past rounds by schedules of their own; those that go on come from the shipped calendar."""
    for tool, first in FIRST_PERIOD.items():
        ReportingSchedule.objects.create(
            tool=tool, frequency="A", first_period=first, last_period=str(LAST_REPORTED), due_after_end=90,
            closes_after_end=365,
        )  # fmt: skip
    keep_ledger()
    Obligation.objects.filter(round__period__lte=LAST_REPORTED * 1000).update(is_demonstration=True)


def _tool1() -> int:
    planned = activities(topics(settings.BASE_DIR / "fixtures" / "demonstration" / "topics.csv"))
    bodies = {body.code: body for body in SectoralBody.objects.all()}
    framework = Framework.objects.get(code="BP2025")
    plans = {
        (body.code, number): WorkPlan.objects.create(
            body=body, framework=framework, title=f"Demonstration work plan of {body.acronym} {first}-{last}",
            first_year=first, last_year=last, is_demonstration=True,
        )
        for body in bodies.values()
        for number, (first, last) in enumerate(PLANS)
    }  # fmt: skip
    _next_plans(bodies.values())
    made = Activity.objects.bulk_create(
        [
            Activity(
                work_plan=plans[one.body, one.plan], body=bodies[one.body], is_demonstration=True,
                **_columns(TOOL1, one.values),
            )
            for one in planned
        ],
        batch_size=500,
    )  # fmt: skip
    told: dict[str, ByYear] = defaultdict(lambda: defaultdict(dict))
    for activity, one in zip(made, planned, strict=True):
        _tell(told[one.body], str(activity.public_id), one)
    for code, by_year in told.items():
        body = bodies[code]
        play(_obligations("tool1", body=body), by_year, lambda body=body: people.officer_of(body))  # type: ignore[misc]
    return len(made)


def _next_plans(bodies: Iterable[SectoralBody]) -> None:
    """Empty plans of the years that are reported next, so that an activity can be added."""
    framework = Framework.objects.get(code="SP2035")
    first, last = PLANS[-1][1] + 1, PLANS[-1][1] + 5
    for body in bodies:
        title = f"Demonstration work plan of {body.acronym} {first}-{last}"
        WorkPlan.objects.create(
            body=body, framework=framework, title=title, first_year=first, last_year=last, is_demonstration=True
        )


def _tool2() -> int:
    declarations = {one.code: one for one in Declaration.objects.prefetch_related("lead_bodies")}
    chosen = [
        Chosen(one.code, one.title, one.adopted_year, leads[0].code)
        for one in declarations.values()
        if (leads := list(one.lead_bodies.all()))
    ]
    planned = actions(sorted(chosen, key=lambda one: one.code))
    clauses = {
        (code, number): Clause.objects.create(
            declaration=declarations[code], number=str(number + 1), commitment=text, position=number + 1,
            is_demonstration=True,
        )
        for code in dict.fromkeys(one.declaration for one in planned)
        for number, (text, _) in enumerate(CLAUSES)
    }  # fmt: skip
    bodies = {body.code: body for body in SectoralBody.objects.all()}
    states = {area.code: area for area in Area.objects.filter(code__in={one.state for one in planned} | {"TLS"})}
    made = Action.objects.bulk_create(
        [
            Action(
                clause=clauses[one.declaration, one.clause], body=bodies.get(one.body),
                state_area=states.get(one.state), is_demonstration=True, **_columns(TOOL2, one.values),
            )
            for one in planned
        ],
        batch_size=500,
    )  # fmt: skip
    told: dict[str, ByYear] = defaultdict(lambda: defaultdict(dict))
    for action, one in zip(made, planned, strict=True):
        _tell(told[one.body or one.state], str(action.public_id), one)
    with_regional = [bodies[code] for code in told if code in bodies]
    for body in with_regional:
        play(_obligations("tool2", body=body), told[body.code], lambda body=body: people.officer_of(body))  # type: ignore[misc]
    for code, state in states.items():
        play(_obligations("tool2", state_area=state), told[code], lambda state=state: people.focal_point_of(state))  # type: ignore[misc]
    return len(made)


def _tell(by_year: ByYear, key: str, one: PlannedActivity | PlannedAction) -> None:
    for year, values in one.years.items():
        by_year[year][key] = Told(values, one.evidence.get(year, ""))


def _obligations(tool: str, **reporter: Any) -> Sequence[Obligation]:
    found = Obligation.objects.filter(round__tool=tool, is_demonstration=True, **reporter)
    return list(found.select_related("round", "body", "state_area"))


def _columns(catalogue: Catalogue, values: Values) -> dict[str, Any]:
    return {name: stored_form(catalogue.by_name[name], value) for name, value in values.items()}
