"""Which facts a person may read, and which of them speak now. Every page of Tool 2 comes through here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q

from adme.accounts.models import Role
from adme.accounts.permissions import assignments_of
from adme.reporting.access import sees_submitted
from adme.reporting.models import Obligation
from adme.reporting.states import State

from ..models import ActionFact, ActionFactQuerySet

# What a state's or body's newest report says about an empty place, strongest first.
REPORTED, NIL, EXCUSED, NOT_APPLICABLE, SILENT = "reported", "nil", "excused", "not_applicable", "silent"
_RANK = (REPORTED, NIL, EXCUSED, NOT_APPLICABLE, SILENT)


def _own_states(user: Any) -> list[int]:
    return [one.state_id for one in assignments_of(user) if one.role == Role.FOCAL_POINT and one.state_id]


def visible_to(user: Any) -> ActionFactQuerySet:
    """Current facts that this person may read: see `access.sees_submitted`; a focal point also the own state's."""
    found = ActionFact.objects.current()
    if sees_submitted(user):
        return found
    return found.filter(Q(standing="approved") | Q(state_area_id__in=_own_states(user)))


def latest(facts: ActionFactQuerySet) -> ActionFactQuerySet:
    """Of each action its newest report among these facts; after a reopening what was handed in last."""
    newer = facts.filter(action=OuterRef("action")).filter(
        Q(period__gt=OuterRef("period")) | Q(period=OuterRef("period"), id__gt=OuterRef("id"))
    )
    return facts.filter(~Exists(newer))


@dataclass(frozen=True, slots=True)
class Heard:
    """Whether a report came, by state and by body: an empty place means something else with it than without it."""

    states: dict[int, str]
    bodies: dict[int, str]

    def state(self, pk: int) -> str:
        return self.states.get(pk, SILENT)

    def body(self, pk: int) -> str:
        return self.bodies.get(pk, SILENT)


def heard_by(user: Any, period: int | None = None) -> Heard:
    """What this person may know of the reports of one period, or of all periods: the strongest counts. One query."""
    found = Obligation.objects.filter(round__tool="tool2")
    if period is not None:
        found = found.filter(round__period=period)
    more, own = sees_submitted(user), set(_own_states(user))
    states: dict[int, str] = {}
    bodies: dict[int, str] = {}
    for body, area, state in found.values_list("body_id", "state_area_id", "state").distinct():
        said = _said(state, more or area in own)
        held, key = (bodies, body) if body is not None else (states, area)
        held[key] = min(held.get(key, SILENT), said, key=_RANK.index)
    return Heard(states, bodies)


def _said(state: str, sees_handed_in: bool) -> str:
    if state in {State.APPROVED, State.REOPENED} or (state == State.SUBMITTED and sees_handed_in):
        return REPORTED
    plain = {State.CERTIFIED_NIL: NIL, State.EXCUSED: EXCUSED, State.NOT_APPLICABLE: NOT_APPLICABLE}
    return plain.get(State(state), SILENT)
