"""One declaration: its facts, its clauses, and per clause what bodies and states do about it, and what is missing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from adme.reference.models import Area, SectoralBody
from adme.reference.selectors import codes_of, membership

from ..models import ActionFact, Clause, Declaration, Verification
from .follow_up import FollowUp, Words, follow_up, words_for
from .marks import EMPTY, VERIFICATION, Mark, partial_day
from .visibility import Heard, heard_by, latest, visible_to


@dataclass(frozen=True, slots=True)
class Idle:
    """Bodies or states without an action on a clause, by what is known of their reports."""

    mark: Mark
    names: list[str]


@dataclass(frozen=True, slots=True)
class ClausePart:
    clause: Clause
    regional: list[FollowUp]
    national: list[FollowUp]
    idle_bodies: list[Idle]
    idle_states: list[Idle]

    @property
    def has_action(self) -> bool:
        return bool(self.regional or self.national)


@dataclass(frozen=True, slots=True)
class DeclarationPage:
    declaration: Declaration
    type_name: str
    adopted: str
    verification: Mark
    has_lead_body: bool
    successors: list[Declaration]
    plans: list[Declaration]
    plan_of: list[Declaration]
    parts: list[ClausePart]
    retired_parts: list[ClausePart]
    actions: int
    states_with_action: int
    states: int
    clauses_without_action: int
    evidence: int
    in_need: int
    has_demonstration: bool

    @property
    def clauses(self) -> int:
        return len(self.parts)

    @property
    def clauses_note(self) -> str:
        idle = self.clauses_without_action
        return f"{idle} without any action" if idle else "each with an action"

    @property
    def of_states(self) -> str:
        return f"of {self.states}"

    @property
    def evidence_note(self) -> str:
        what = "action has" if self.in_need == 1 else "actions have"
        return f"{self.in_need} {what} none, or only old evidence" if self.in_need else ""


def declaration_page(*, user: Any, code: str) -> DeclarationPage | None:
    """A constant number of queries, however many clauses and actions there are."""
    declaration = Declaration.objects.select_related("predecessor").filter(code=code, retired_at__isnull=True).first()
    if declaration is None:
        return None
    clauses = list(declaration.clauses.order_by("position", "id"))
    facts = list(
        latest(visible_to(user).filter(declaration=declaration))
        .select_related("action", "body", "state_area")
        .order_by("body__acronym", "state_area__name", "action_id")
    )
    bodies = list(declaration.lead_bodies.order_by("acronym"))
    members = _members()
    parts = _parts(clauses, facts, members, bodies, heard_by(user))
    live = [part for part in parts if not part.clause.is_retired]
    shown = [one for part in live for one in (*part.regional, *part.national)]
    ids = {part.clause.pk for part in live}
    return DeclarationPage(
        declaration=declaration,
        type_name=codes_of("CL_DECLARATION_TYPE").get(declaration.declaration_type, declaration.declaration_type),
        adopted=partial_day(declaration.adopted_on),
        verification=VERIFICATION[Verification(declaration.verification)],
        has_lead_body=bool(bodies),
        successors=list(declaration.successors.filter(retired_at__isnull=True)),
        plans=list(declaration.plans_of_action.filter(retired_at__isnull=True)),
        plan_of=list(declaration.plan_of.filter(retired_at__isnull=True)),
        parts=live,
        retired_parts=[part for part in parts if part.clause.is_retired],
        actions=len(shown),
        states_with_action=len({fact.state_area_id for fact in facts if fact.state_area_id and fact.clause_id in ids}),
        states=len(members),
        clauses_without_action=sum(not part.has_action for part in live),
        evidence=sum(one.evidence_count for one in shown),
        in_need=sum(one.is_stale for one in shown),
        has_demonstration=any(clause.is_demonstration for clause in clauses) or any(f.is_demonstration for f in facts),
    )


def _members() -> list[Area]:
    today = timezone.localdate()
    return [one.area for one in membership("ASEAN") if one.holds_on(today)]


def _parts(
    clauses: list[Clause], facts: list[ActionFact], states: list[Area], bodies: list[SectoralBody], heard: Heard
) -> list[ClausePart]:
    words = words_for(facts)
    of_clause: dict[int, list[ActionFact]] = defaultdict(list)
    for fact in facts:
        of_clause[fact.clause_id].append(fact)
    return [_part(clause, of_clause[clause.pk], states, bodies, heard, words) for clause in clauses]


def _part(
    clause: Clause, facts: list[ActionFact], states: list[Area], bodies: list[SectoralBody], heard: Heard, words: Words
) -> ClausePart:
    states_acting = {fact.state_area_id for fact in facts if fact.state_area_id}
    bodies_acting = {fact.body_id for fact in facts if fact.body_id}
    return ClausePart(
        clause=clause,
        regional=[follow_up(fact, words) for fact in facts if fact.body_id],
        national=[follow_up(fact, words) for fact in facts if fact.state_area_id],
        idle_bodies=_idle((one.acronym, heard.body(one.pk)) for one in bodies if one.pk not in bodies_acting),
        idle_states=_idle((one.name, heard.state(one.pk)) for one in states if one.pk not in states_acting),
    )


def _idle(said: Iterable[tuple[str, str]]) -> list[Idle]:
    names: dict[str, list[str]] = defaultdict(list)
    for name, what in said:
        names[what].append(name)
    return [Idle(mark, names[what]) for what, mark in EMPTY.items() if names[what]]
