"""What surfaces by itself: clauses that nobody follows up, evidence that is missing or old, actions past their end."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models.fields.json import KeyTextTransform
from django.utils import timezone

from adme.common import formatting
from adme.common.asked import asked
from adme.observations.periods import TimePeriod
from adme.reference.models import SectoralBody
from adme.reference.selectors import membership

from ..models import ActionFact, Clause, Declaration
from .follow_up import is_stale
from .marks import Mark, status_mark
from .visibility import REPORTED, heard_by, latest, visible_to

NO_ACTION, SOME_STATES, EVIDENCE, OVERDUE = "no-action", "states", "evidence", "overdue"
TITLES = {
    NO_ACTION: "Clauses without any action",
    SOME_STATES: "Clauses without an action of a state that reported",
    EVIDENCE: "Actions without evidence, or with old evidence",
    OVERDUE: "Actions past their end",
}
_NEEDS_EVIDENCE = frozenset({"ongoing", "completed", "delayed"})
_OPEN = frozenset({"not_started", "ongoing", "delayed", "postponed"})
NO_DOCUMENTS = ("[]", "", None)


@dataclass(frozen=True, slots=True)
class Filters:
    list: str = NO_ACTION
    body: str = ""
    state: str = ""

    @classmethod
    def read(cls, given: Mapping[str, str]) -> Filters:
        found = asked(given, ("list", "body", "state"), longest=20)
        return cls(found["list"] if found["list"] in TITLES else NO_ACTION, found["body"], found["state"])

    @property
    def is_empty(self) -> bool:
        return not (self.body or self.state)


@dataclass(frozen=True, slots=True)
class ClauseRow:
    clause: Clause
    states: list[str]


@dataclass(frozen=True, slots=True)
class ActionRow:
    key: str
    title: str
    who: str
    declaration: Declaration
    clause: str
    status: Mark
    period: str
    why: str
    is_demonstration: bool


@dataclass(frozen=True, slots=True)
class AttentionPage:
    filters: Filters
    counts: dict[str, int]
    rows: list[Any]
    fields: list[dict[str, Any]]
    has_clauses: bool
    has_demonstration: bool


@dataclass(frozen=True, slots=True)
class _Fact:
    pk: int
    clause: int
    body: int | None
    state: int | None
    status: str
    period: int
    newest: str
    documents: str | None
    ends_on: str


def attention_page(*, user: Any, filters: Filters) -> AttentionPage:
    """All four lists are counted, one is shown. A constant number of queries."""
    clauses = _clauses(filters)
    facts = _facts(user)
    state = _state_id(filters.state)
    own = [one for one in facts if one.clause in clauses and state in {None, one.state}]
    found: dict[str, list[Any]] = {
        NO_ACTION: _without_action(clauses, facts),
        SOME_STATES: _without_states(clauses, facts, user, filters.state),
        EVIDENCE: [(one, why) for one in own if (why := _evidence_gap(one))],
        OVERDUE: [(one, why) for one in own if (why := _past_end(one))],
    }
    if filters.state:
        found[NO_ACTION] = []  # nobody follows them up: no state of its own
    rows = found[filters.list]
    if filters.list in {EVIDENCE, OVERDUE}:
        rows = [(fact.pk, why) for fact, why in rows]
    return AttentionPage(
        filters=filters,
        counts={name: len(some) for name, some in found.items()},
        rows=rows,
        fields=_fields(filters),
        has_clauses=bool(clauses),
        has_demonstration=any(clause.is_demonstration for clause in clauses.values()),
    )


def _clauses(filters: Filters) -> dict[int, Clause]:
    found = Clause.objects.filter(retired_at__isnull=True, declaration__retired_at__isnull=True)
    if filters.body:
        led = Declaration.objects.filter(lead_bodies__code=filters.body)
        found = found.filter(declaration__in=led)
    ordered = found.select_related("declaration").order_by("-declaration__adopted_on", "declaration_id", "position")
    return {clause.pk: clause for clause in ordered}


def _facts(user: Any) -> list[_Fact]:
    rows = (
        latest(visible_to(user))
        .filter(clause__retired_at__isnull=True)
        .annotate(documents=KeyTextTransform("outputs", "content"), ends_on=KeyTextTransform("ends_on", "content"))
        .order_by("-period", "id")
        .values_list(
            "pk", "clause_id", "body_id", "state_area_id", "status", "period", "evidence_newest_on", "documents",
            "ends_on",
        )
    )  # fmt: skip
    return [
        _Fact(*row[:6], row[6].isoformat() if row[6] else "", row[7], row[8] or "")  # type: ignore[misc]
        for row in rows
    ]


def _state_id(code: str) -> int | None:
    """None for no choice; 0 for a code that is no Member State's."""
    return next((one.area.pk for one in membership("ASEAN") if one.area.code == code), 0) if code else None


def _without_action(clauses: dict[int, Clause], facts: list[_Fact]) -> list[ClauseRow]:
    acting = {fact.clause for fact in facts}
    return [ClauseRow(clause, []) for pk, clause in clauses.items() if pk not in acting]


def _without_states(clauses: dict[int, Clause], facts: list[_Fact], user: Any, state: str) -> list[ClauseRow]:
    """Only states whose report came: of the others nothing is known."""
    heard = heard_by(user)
    today = timezone.localdate()
    reporting = [
        (one.area.pk, one.area.name)
        for one in membership("ASEAN")
        if one.holds_on(today) and heard.state(one.area.pk) == REPORTED and state in {"", one.area.code}
    ]
    acting: dict[int, set[int]] = defaultdict(set)
    for fact in facts:
        if fact.state is not None:
            acting[fact.clause].add(fact.state)
    rows = [ClauseRow(one, [name for area, name in reporting if area not in acting[pk]]) for pk, one in clauses.items()]
    return [row for row in rows if row.states]


def _evidence_gap(fact: _Fact) -> str:
    if fact.status not in _NEEDS_EVIDENCE:
        return ""
    if not fact.newest:
        return "No evidence" if fact.documents in NO_DOCUMENTS else ""
    return f"Newest evidence of {formatting.day(fact.newest)}" if is_stale(fact.newest, fact.period) else ""


def _past_end(fact: _Fact) -> str:
    if fact.status not in _OPEN or not fact.ends_on or fact.ends_on >= timezone.localdate().isoformat():
        return ""
    return f"Ended on {formatting.day(fact.ends_on)}"


def action_rows(pairs: list[tuple[int, str]]) -> list[ActionRow]:
    """The actions of one page of a list. One query."""
    why = dict(pairs)
    found = ActionFact.objects.filter(pk__in=list(why)).select_related(
        "action", "body", "state_area", "declaration", "clause"
    )
    by_pk = {fact.pk: fact for fact in found}
    return [
        ActionRow(
            key=str(fact.action.public_id),
            title=fact.title,
            who=fact.body.acronym if fact.body else fact.state_area.name if fact.state_area else "",
            declaration=fact.declaration,
            clause=fact.clause.number,
            status=status_mark(fact.status),
            period=str(TimePeriod.from_key(fact.period)),
            why=why[fact.pk],
            is_demonstration=fact.is_demonstration,
        )
        for fact in (by_pk[pk] for pk in why)
    ]


def _fields(filters: Filters) -> list[dict[str, Any]]:
    bodies = SectoralBody.objects.filter(retired_at__isnull=True).order_by("acronym").values_list("code", "acronym")
    today = timezone.localdate()
    states = [(one.area.code, one.area.name) for one in membership("ASEAN") if one.holds_on(today)]
    return [
        {"name": "body", "label": "Lead body", "value": filters.body, "options": [("", "All bodies"), *bodies]},
        {"name": "state", "label": "Member State", "value": filters.state, "options": [("", "All states"), *states]},
    ]
