"""Publishes counts of Tool 1 in the registry of series: codes 'TOOL1:<count>?<filters>', references 'T1:...'."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Case, Count, Exists, F, OuterRef, Q, Sum, Value, When
from django.db.models.functions import Coalesce

from adme.observations.queries import ANY, NONE, CountKind, FilterField, Query
from adme.reporting import vocabularies
from adme.reporting.fields import Field, Kind

from .count_source import CountsOfReports, SetRow, coverage_kinds
from .counting import DOCUMENTS, Ground, document_names, has_output
from .fields import CATALOGUE, TAGGED
from .models import ActivityFact, FactTag

DATASET, PREFIX = "TOOL1", "T1"
COLUMNS = ("status", "activity_type", "frequency")
OUTPUTS = "outputs"
PEOPLE = ("participants_female", "participants_male", "participants_unknown")
FILTERS = (*COLUMNS, *TAGGED, OUTPUTS)


def matches(query: Query) -> Q:
    """The facts that a question is about."""
    found = Q()
    for name, codes in query.filters:
        if name in COLUMNS:
            found &= Q(**{f"{name}__in": codes})
        elif name == OUTPUTS:
            found &= has_output(codes)
        else:
            found &= _tagged(name, codes)
    return found


def _tagged(kind: str, codes: Sequence[str]) -> Q:
    tags = FactTag.objects.filter(fact=OuterRef("pk"), kind=kind)
    if NONE in codes:
        return ~Q(Exists(tags))
    return Q(Exists(tags if ANY in codes else tags.filter(code__in=codes)))


def _people(current: Q) -> Any:
    """Sum of what is known; NULL where no fact gives a number."""
    silent = Q(**dict.fromkeys(PEOPLE))
    known = Coalesce(PEOPLE[0], 0) + Coalesce(PEOPLE[1], 0) + Coalesce(PEOPLE[2], 0)
    return Sum(Case(When(silent, then=Value(None)), default=known), filter=current)


GROUND = Ground(
    dataset=DATASET,
    prefix=PREFIX,
    tool="tool1",
    model=ActivityFact,
    subject="activity",
    matches=matches,
    numbers={
        "activities": lambda current: Count("activity", filter=current, distinct=True),
        "participants": _people,
        DOCUMENTS: lambda current: Sum(F("outcome_documents"), filter=current),
        "stakeholder_kinds": lambda current: Count(
            "codes__code", filter=current & Q(codes__kind="stakeholders"), distinct=True
        ),
    },
)


def kinds(*, look_up: bool = True) -> tuple[CountKind, ...]:
    """What Tool 1 counts, with the codes to ask by; these are left out where nothing may be looked up."""
    fields = tuple(filter_fields([one for one in CATALOGUE.fields if one.name in FILTERS], look_up=look_up))
    counted = (
        ("activities", "Activities", "activities"),
        ("participants", "Participants of activities", "persons"),
        (DOCUMENTS, "Outcome documents of activities", "documents"),
        ("stakeholder_kinds", "Kinds of stakeholders engaged in activities", "kinds of stakeholders"),
    )
    found = tuple(CountKind(DATASET, count, title, unit, "region", fields) for count, title, unit in counted)
    return (*found, *coverage_kinds(DATASET, "Tool 1"))


def filter_fields(asked: Sequence[Field], *, look_up: bool) -> list[FilterField]:
    """Fields of a catalogue as filters. Retired codes stay: what was reported with them is counted by them."""
    if not look_up:
        return [FilterField(one.name, one.label, ()) for one in asked]
    words = vocabularies.load({one.vocabulary for one in asked})
    found = []
    for one in asked:
        known = words[one.vocabulary]
        choices = [*known.choices.items(), *known.retired.items()]
        if one.kind in {Kind.CODES, Kind.ITEMS}:
            choices = [(ANY, "any"), (NONE, "none"), *choices]
        found.append(FilterField(one.name, one.label, tuple(choices)))
    return found


def number_of(query: Query, rows: Sequence[SetRow]) -> float | None:
    """The count over the facts of a set, from their content: what SQL counted, told a second way."""
    if query.count == "activities":
        return float(len({row.subject for row in rows}))
    if query.count == DOCUMENTS:
        return float(len({(row.subject, name) for row in rows for name in document_names(row.content)}))
    if query.count == "stakeholder_kinds":
        return float(len({code for row in rows for code in row.content.get("stakeholders") or ()}))
    known = [people(row) for row in rows]
    told = [number for number in known if number is not None]
    return float(sum(told)) if told or not rows else None


def people(row: SetRow) -> int | None:
    given = [row.content.get(name) for name in PEOPLE]
    told = [int(number) for number in given if number is not None]
    return sum(told) if told else None


def note_of(query: Query, own: Sequence[SetRow]) -> str:
    """What one activity adds to the count."""
    number = number_of(query, own)
    if query.count == DOCUMENTS:
        return f"{number:.0f} outcome document" + ("" if number == 1 else "s")
    if query.count == "participants":
        return "number of participants not given" if number is None else f"{number:,.0f} participants"
    if query.count == "stakeholder_kinds":
        return ", ".join(sorted({code for row in own for code in row.content.get("stakeholders") or ()}))
    return ""


class Tool1Source(CountsOfReports):
    """Approved reports of Tool 1, counted for ASEAN by year."""

    prefix, dataset = PREFIX, DATASET
    ground = GROUND
    title, page, behind = "Tool 1 reports of the sectoral bodies, approved", "activity_detail", "figure_activities"

    def kinds(self, *, look_up: bool = True) -> Sequence[CountKind]:
        return kinds(look_up=look_up)

    def number(self, query: Query, rows: Sequence[SetRow]) -> float | None:
        return number_of(query, rows)

    def note(self, query: Query, own: Sequence[SetRow]) -> str:
        return note_of(query, own)
