"""Quick rows for tests of Tool 2: a clause of a real declaration, actions, and reports handed in by the workflow."""

from __future__ import annotations

from datetime import date
from typing import Any

from adme.accounts.models import User
from adme.reference.models import Area, SectoralBody
from adme.reporting.models import Obligation
from adme.reporting.services import records
from adme.reporting.transitions import Act
from databases_a.tool2.models import Action, ActionReport, Clause, Declaration
from tests.reporting import factories as reporting

HEALTH = "leaders-declaration-ending-all-forms-malnutrition-2017"  # led by SOMHD
LABOUR = "declaration-placement-protection-migrant-fishers-2023"  # led by SLOM
CROSS_PILLAR = "kuala-lumpur-declaration-2045-our-shared-future-2025"  # led by SOCA

PLAN: dict[str, Any] = {
    "action": "National nutrition plan",
    "action_type": "plan",
    "responsible": "Ministry of Health",
    "starts_on": "2024-01-01",
}


def declaration(code: str = HEALTH) -> Declaration:
    return Declaration.objects.get(code=code)


def make_clause(code: str = HEALTH, number: str = "1", **fields: Any) -> Clause:
    held = declaration(code)
    return Clause.objects.create(declaration=held, number=number, commitment=f"Commitment {number}.", **fields)


def national_report(state: str = "VNM", period: str = "2025", state_now: str = "due") -> Obligation:
    report = reporting.make_obligation(None, state=state, tool="tool2", period=period)
    Obligation.objects.filter(pk=report.pk).update(state=state_now)
    return reporting.again(report)


def regional_report(body: str = "SOMHD", period: str = "2025", **fields: Any) -> Obligation:
    return reporting.make_obligation(body, tool="tool2", period=period, **fields)


def make_action(clause: Clause, *, state: str = "VNM", body: str = "", **fields: Any) -> Action:
    owner = {"body": SectoralBody.objects.get(code=body)} if body else {"state_area": Area.objects.get(code=state)}
    columns = {**PLAN, "starts_on": date(2024, 1, 1), **fields}
    return Action.objects.create(clause=clause, **owner, **columns)


def tell(action: Action, obligation: Obligation, **values: Any) -> ActionReport:
    """What the working copy says about the action."""
    told = {"status": "ongoing", "achieved": "A draft was written.", **values}
    return ActionReport.objects.update_or_create(action=action, obligation=obligation, defaults=told)[0]


def add(obligation: Obligation, clause: Clause, by: User, **values: Any) -> str:
    """A new action, as the form makes it; its key."""
    raw = {**PLAN, "status": "ongoing", "achieved": "A draft was written.", **values}
    saved = records.create_record(
        obligation_id=obligation.pk, group=str(clause.public_id), raw=raw, by=by, channel=reporting.FORM
    )
    return saved.key


def submit(obligation: Obligation, by: User) -> Obligation:
    return reporting.act(reporting.again(obligation), Act.SUBMIT, by)


def approve(obligation: Obligation, reviewer: User) -> Obligation:
    return reporting.act(reporting.again(obligation), Act.APPROVE, reviewer)


def published(obligation: Obligation, clause: Clause, *, approved: bool = True, **values: Any) -> str:
    """An action in a report that was handed in, and approved unless told otherwise; its key."""
    by = (
        reporting.officer(obligation.body.code)
        if obligation.body
        else reporting.focal_point(obligation.state_area.code)  # type: ignore[union-attr]
    )
    key = add(obligation, clause, by, **values)
    submit(obligation, by)
    if approved:
        approve(obligation, reporting.analyst())
    return key
