"""The list of declarations: filters, counts of what hangs on each, and the choices of the filters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q

from adme.common.asked import asked
from adme.common.text import fold
from adme.reference.models import SectoralBody
from adme.reference.selectors import codes_of

from ..models import Clause, Declaration, Verification
from .marks import VERIFICATION, Mark, partial_day
from .visibility import latest, visible_to

WITH, WITHOUT = "with", "without"
SORTS: dict[str, Callable[[Row], Any]] = {
    "adopted": lambda row: (row.declaration.adopted_on, row.declaration.title),
    "title": lambda row: fold(row.declaration.title),
    "clauses": lambda row: (row.clauses, row.declaration.adopted_on),
    "actions": lambda row: (row.actions, row.declaration.adopted_on),
    "states": lambda row: (row.states, row.declaration.adopted_on),
}
NEWEST_FIRST = "-adopted"


@dataclass(frozen=True, slots=True)
class Filters:
    """What a person asked for; unknown values ask for nothing."""

    q: str = ""
    type: str = ""
    year: str = ""
    body: str = ""
    verification: str = ""
    clauses: str = ""
    sort: str = NEWEST_FIRST

    @classmethod
    def read(cls, given: Mapping[str, str]) -> Filters:
        found = asked(given, cls.__dataclass_fields__)
        if found["sort"].lstrip("-") not in SORTS:
            found["sort"] = NEWEST_FIRST
        return cls(**found)

    @property
    def is_empty(self) -> bool:
        return not (self.q or self.type or self.year or self.body or self.verification or self.clauses)


@dataclass(frozen=True, slots=True)
class Row:
    declaration: Declaration
    type_name: str
    adopted: str
    leads: str
    verification: Mark
    clauses: int = 0
    actions: int = 0
    states: int = 0
    has_demonstration: bool = False


@dataclass(frozen=True, slots=True)
class ListPage:
    rows: list[Row]
    filters: Filters
    fields: list[dict[str, Any]]
    total: int
    without_clauses: int
    figures: dict[str, int] = field(default_factory=dict)

    @property
    def clauses_note(self) -> str:
        return f"{self.without_clauses} declarations have none yet" if self.without_clauses else "of all declarations"


def chosen(filters: Filters) -> list[Declaration]:
    """The declarations of these filters with lead bodies and predecessor, newest first. Two queries."""
    found = Declaration.objects.filter(retired_at__isnull=True).select_related("predecessor")
    if filters.type:
        found = found.filter(declaration_type=filters.type)
    if filters.year:
        found = found.filter(adopted_year=int(filters.year) if _is_year(filters.year) else 0)
    if filters.body:
        found = found.filter(lead_bodies__code=filters.body)
    if filters.verification:
        found = found.filter(verification=filters.verification)
    words = fold(filters.q).split()
    rows = found.prefetch_related("lead_bodies").order_by("-adopted_on", "title")
    if not filters.q:
        return list(rows)
    return [one for one in rows if words and _matches(one, words)]


def _is_year(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) == 4


def _matches(declaration: Declaration, words: list[str]) -> bool:
    text = fold(f"{declaration.title} {declaration.lead_text} {declaration.summit} {declaration.place}")
    return all(word in text for word in words)


def list_page(*, user: Any, filters: Filters) -> ListPage:
    types = codes_of("CL_DECLARATION_TYPE")
    clauses = _clauses()
    actions = _actions(user)
    rows = [_row(one, types, clauses, actions) for one in chosen(filters)]
    if filters.clauses in {WITH, WITHOUT}:
        rows = [row for row in rows if (row.clauses > 0) == (filters.clauses == WITH)]
    rows.sort(key=SORTS[filters.sort.lstrip("-")], reverse=filters.sort.startswith("-"))
    everything = Declaration.objects.filter(retired_at__isnull=True)
    total = everything.count()
    return ListPage(
        rows=rows,
        filters=filters,
        fields=list_fields(filters, types),
        total=total,
        without_clauses=total - len(clauses),
        figures={
            "clauses": sum(count for count, _ in clauses.values()),
            "actions": sum(count["actions"] for count in actions.values()),
            "unverified": everything.filter(verification=Verification.UNVERIFIED).count(),
        },
    )


def _clauses() -> dict[int, tuple[int, int]]:
    """Per declaration the clauses in use, and how many of them are made up."""
    found = Clause.objects.filter(retired_at__isnull=True, declaration__retired_at__isnull=True).order_by()
    counted = found.values("declaration_id").annotate(n=Count("id"), demo=Count("id", filter=Q(is_demonstration=True)))
    return {row["declaration_id"]: (row["n"], row["demo"]) for row in counted}


def _actions(user: Any) -> dict[int, dict[str, int]]:
    found = latest(visible_to(user)).filter(clause__retired_at__isnull=True).order_by()
    counted = found.values("declaration_id").annotate(
        actions=Count("action_id", distinct=True),
        states=Count("state_area_id", distinct=True),
        demo=Count("id", filter=Q(is_demonstration=True)),
    )
    return {row["declaration_id"]: {name: row[name] for name in ("actions", "states", "demo")} for row in counted}


def _row(
    declaration: Declaration,
    types: Mapping[str, str],
    clauses: Mapping[int, tuple[int, int]],
    actions: Mapping[int, dict[str, int]],
) -> Row:
    count, made_up = clauses.get(declaration.pk, (0, 0))
    counted = actions.get(declaration.pk, {})
    return Row(
        declaration=declaration,
        type_name=types.get(declaration.declaration_type, declaration.declaration_type),
        adopted=partial_day(declaration.adopted_on),
        leads=leads_text(declaration),
        verification=VERIFICATION[Verification(declaration.verification)],
        clauses=count,
        actions=counted.get("actions", 0),
        states=counted.get("states", 0),
        has_demonstration=bool(made_up or counted.get("demo")),
    )


def leads_text(declaration: Declaration) -> str:
    """The lead as the source gives it: SOCA and working groups are named too, though they file no report."""
    return declaration.lead_text or ", ".join(body.acronym for body in declaration.lead_bodies.all())


def list_fields(filters: Filters, types: Mapping[str, str]) -> list[dict[str, Any]]:
    return [
        {"name": "q", "label": "Search", "kind": "search", "value": filters.q, "placeholder": "Title, summit, lead"},
        *common_fields(filters, types),
        {
            "name": "verification", "label": "Verification", "value": filters.verification,
            "options": [("", "All"), *((key.value, mark.word) for key, mark in VERIFICATION.items())],
        },
        {
            "name": "clauses", "label": "Clauses", "value": filters.clauses,
            "options": [("", "All"), (WITH, "Entered"), (WITHOUT, "Not entered yet")],
        },
    ]  # fmt: skip


def common_fields(filters: Any, types: Mapping[str, str]) -> list[dict[str, Any]]:
    """Filters by type, year and lead body, as list and matrix share them."""
    years = Declaration.objects.filter(retired_at__isnull=True).order_by("-adopted_year")
    bodies = SectoralBody.objects.filter(retired_at__isnull=True).order_by("acronym").values_list("code", "acronym")
    return [
        {"name": "type", "label": "Type", "value": filters.type, "options": [("", "All types"), *types.items()]},
        {
            "name": "year", "label": "Adopted in", "value": filters.year,
            "options": [
                ("", "All years"),
                *((str(year), str(year)) for year in years.values_list("adopted_year", flat=True).distinct()),
            ],
        },
        {"name": "body", "label": "Lead body", "value": filters.body, "options": [("", "All bodies"), *bodies]},
    ]  # fmt: skip
