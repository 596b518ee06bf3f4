"""Publishes counts of Tool 2 in the registry of series: codes 'TOOL2:<count>?<filters>', references 'T2:...'."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Count, F, Q, Sum
from django.db.models.functions import Coalesce

from adme.observations.queries import ANY, NONE, CountKind, FilterField, Query
from databases_a.tool1.count_source import CountsOfReports, SetRow, coverage_kinds
from databases_a.tool1.counting import DOCUMENTS, Ground, document_names, has_code, has_output
from databases_a.tool1.series import filter_fields
from databases_a.tool1.standing_reports import Report

from .fields import CATALOGUE
from .models import ActionFact

DATASET, PREFIX = "TOOL2", "T2"
STATE_HAS = "state_has"
COLUMNS = ("status", "action_type")
LISTS = ("policy_kinds", "outputs")
LEVEL = FilterField("level", "Level", (("regional", "regional, of a body"), ("national", "national, of a state")))
LINKED = FilterField("activities", "Tool 1 activities named", ((ANY, "any"), (NONE, "none")))
LAWS_AND_PLANS = ("law_policy", "plan")


def matches(query: Query) -> Q:
    """The facts that a question is about."""
    found = Q()
    if query.count == STATE_HAS:
        found &= Q(state_area__isnull=False, action_type__in=LAWS_AND_PLANS, evidence_count__gte=1)
        found &= Q(in_force_since__year__lte=F("year"))
    for name, codes in query.filters:
        if name in COLUMNS:
            found &= Q(**{f"{name}__in": codes})
        elif name == "level":
            levels = {"regional": Q(body__isnull=False), "national": Q(state_area__isnull=False)}
            found &= levels[codes[0]] if len(codes) == 1 else Q()
        elif name == "outputs":
            found &= has_output(codes)
        else:
            found &= has_code(name, codes, within="" if name == "policy_kinds" else "content")
    return found


GROUND = Ground(
    dataset=DATASET,
    prefix=PREFIX,
    tool="tool2",
    model=ActionFact,
    subject="action",
    matches=matches,
    numbers={
        "actions": lambda current: Count("action", filter=current, distinct=True),
        DOCUMENTS: lambda current: Sum(F("outcome_documents"), filter=current),
        STATE_HAS: lambda current: Count("pk", filter=current),
    },
    by_state=frozenset({STATE_HAS}),
    reporter=Coalesce("body__acronym", "state_area__name"),
)


def kinds(*, look_up: bool = True) -> tuple[CountKind, ...]:
    """What Tool 2 counts, with the codes to ask by; these are left out where nothing may be looked up."""
    own = filter_fields([one for one in CATALOGUE.fields if one.name in (*COLUMNS, *LISTS)], look_up=look_up)
    fields = (*own, LEVEL, LINKED)
    policies = tuple(one for one in own if one.name in {"policy_kinds", "status"})
    title = "A law, policy or plan in force, with evidence"
    return (
        CountKind(DATASET, "actions", "Follow-up actions", "actions", "region", fields),
        CountKind(DATASET, DOCUMENTS, "Outcome documents of follow-up actions", "documents", "region", fields),
        CountKind(DATASET, STATE_HAS, title, "1 or 0", "state", policies),
        *coverage_kinds(DATASET, "Tool 2"),
    )


class Tool2Source(CountsOfReports):
    """Approved reports of Tool 2: counted for ASEAN, and per Member State whether it has a policy."""

    prefix, dataset = PREFIX, DATASET
    ground = GROUND
    title, page, behind = "Tool 2 reports, approved", "action_detail", ""

    def kinds(self, *, look_up: bool = True) -> Sequence[CountKind]:
        return kinds(look_up=look_up)

    def number(self, query: Query, rows: Sequence[SetRow]) -> float | None:
        if query.count == STATE_HAS:
            return float(bool(rows))
        if query.count == DOCUMENTS:
            return float(len({(row.subject, name) for row in rows for name in document_names(row.content)}))
        return float(len({row.subject for row in rows}))

    def note(self, query: Query, own: Sequence[SetRow]) -> str:
        if query.count == DOCUMENTS:
            number = self.number(query, own)
            return f"{number:.0f} outcome document" + ("" if number == 1 else "s")
        since = own[-1].content.get("in_force_since")
        return f"in force since {since}" if query.count == STATE_HAS and since else ""

    def _reports_of(self, query: Query, known: Sequence[Report]) -> list[Report]:
        levels = query.codes_of("level") or ("regional", "national")
        return [one for one in known if ("regional" if one.body else "national") in levels]
