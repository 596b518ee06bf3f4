"""Counts over the facts of approved reports: all questions of a reading in one statement, each answer with the exact
set of facts behind it. Tool 1 and Tool 2 say what they hold as a `Ground`.

A set is named by the last publication that touched it: facts opened by it or before, and not closed until then. Facts
never change, so the name keeps its meaning, and a report that does not touch the set leaves the name as it is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import reduce
from typing import Any, NamedTuple

from django.db.models import Count, F, Max, Min, Model, Q, QuerySet, TextField, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce
from django.db.models.lookups import Contains, In

from adme.common.text import fold
from adme.observations.queries import ANY, NONE, Query
from adme.reporting.models import Publication

REGION = "ASEAN"
DOCUMENTS = "outcome_documents"


@dataclass(frozen=True, slots=True)
class Ground:
    """What a tool counts. `subject` is the name of the fact's key to the activity or action; `numbers` makes, for each
    count, the aggregate over the facts that its argument admits; `by_state` counts are made for each state."""

    dataset: str
    prefix: str
    tool: str
    model: type[Model]
    subject: str
    matches: Callable[[Query], Q]
    numbers: Mapping[str, Callable[[Q], Any]]
    by_state: frozenset[str] = frozenset()
    reporter: Any = field(default_factory=lambda: F("body__acronym"))  # the short name of who reported

    def approved(self) -> QuerySet[Any]:
        return self.model._default_manager.filter(standing="approved").order_by()


class Answer(NamedTuple):
    """The answer to a question for an area and year. `number` is None where no fact says anything."""

    number: float | None
    facts: int
    silent: int  # facts that say nothing about what is counted
    publication: int


class SetName(NamedTuple):
    """The exact set behind an answer, as a reference writes it."""

    publication: int
    period: int
    area: str
    query: Query


def is_open(as_of: datetime | None) -> Q:
    if as_of is None:
        return Q(closed_by__isnull=True)
    return Q(opened_at__lte=as_of) & (Q(closed_at__isnull=True) | Q(closed_at__gt=as_of))


def answers(
    ground: Ground, queries: Sequence[Query], *, as_of: datetime | None = None
) -> dict[tuple[Query, str, int], Answer]:
    """By question, area and year, for every set that facts ever belonged to. One statement, and one for documents."""
    if not queries:
        return {}
    rows = union([_aggregated(ground, number, query, as_of) for number, query in enumerate(queries)])
    documents = _documents(ground, queries, as_of)
    found = {}
    for number, area, year, amount, facts, silent, opened, closed in rows:
        query = queries[number]
        if query.count == DOCUMENTS:
            amount = documents.get((number, area, year), 0)
        found[query, area or REGION, year] = Answer(amount, facts, silent, max(opened or 0, closed or 0))
    return found


def _aggregated(ground: Ground, number: int, query: Query, as_of: datetime | None) -> QuerySet[Any, Any]:
    current = is_open(as_of)
    known, ended = (Q(opened_at__lte=as_of), Q(closed_at__lte=as_of)) if as_of else (Q(), Q())
    silent = Q(participants_female=None, participants_male=None, participants_unknown=None)
    asks_people = query.count == "participants"
    return (
        ground.approved()
        .filter(ground.matches(query))
        .annotate(question=Value(number), area=_area(ground, query))
        .values("question", "area", "year")
        .annotate(
            amount=ground.numbers[query.count](current),
            facts=Count("pk", filter=current, distinct=True),
            silent=Count("pk", filter=current & silent) if asks_people else Count("pk", filter=Q(pk__isnull=True)),
            opened=Max("opened_by", filter=known or None),
            closed=Max("closed_by", filter=ended or None),
        )
        .values_list("question", "area", "year", "amount", "facts", "silent", "opened", "closed")
    )


def _area(ground: Ground, query: Query) -> Any:
    if query.count in ground.by_state:
        return Cast(F("state_area__code"), TextField())
    return Value(REGION, output_field=TextField())


def _documents(ground: Ground, queries: Sequence[Query], as_of: datetime | None) -> dict[tuple[int, str, int], int]:
    """Outcome documents by question, area and year; one that stands in two reports of a year counts once."""
    asked = [(number, query) for number, query in enumerate(queries) if query.count == DOCUMENTS]
    if not asked:
        return {}
    rows = union(
        [
            ground.approved()
            .filter(ground.matches(query), is_open(as_of), outcome_documents__gt=0)
            .annotate(question=Value(number))
            .values_list("question", "year", ground.subject, "content")
            for number, query in asked
        ]
    )
    seen: dict[tuple[int, str, int], set[tuple[int, str]]] = defaultdict(set)
    for number, year, subject, content in rows:
        seen[number, REGION, year] |= {(subject, one) for one in document_names(content)}
    return {key: len(names) for key, names in seen.items()}


def document_names(content: Mapping[str, Any]) -> list[str]:
    """Each outcome document by its link, or by its title where it has none."""
    items = content.get("outputs") or []
    return [item.get("link") or fold(item["title"]) for item in items if item["kind"] == "outcome_document"]


class SetRow(NamedTuple):
    """One fact of a set."""

    pk: int
    subject: int
    public_id: str
    title: str
    reporter: str
    period: int
    status: str
    content: dict[str, Any]
    is_demonstration: bool


def sets(ground: Ground, names: Sequence[SetName]) -> list[list[SetRow]]:
    """The facts of each named set, by reporter and title. One statement."""
    if not names:
        return []
    fields = ("pk", f"{ground.subject}_id", f"{ground.subject}__public_id", "title", "who", "period", "status")
    rows = union(
        [
            _of_set(ground, name)
            .annotate(question=Value(number), who=ground.reporter)
            .values_list("question", *fields, "content", "is_demonstration")
            for number, name in enumerate(names)
        ]
    )
    found: list[list[SetRow]] = [[] for _ in names]
    for number, *row in rows:
        found[number].append(SetRow(*row))
    return [sorted(one, key=lambda row: (row.reporter or "", row.title, row.period, row.pk)) for one in found]


def _of_set(ground: Ground, name: SetName) -> QuerySet[Any]:
    then = Q(opened_by__lte=name.publication) & (Q(closed_by__isnull=True) | Q(closed_by__gt=name.publication))
    return _touching(ground, name).filter(then)


def _touching(ground: Ground, name: SetName) -> QuerySet[Any]:
    found = ground.approved().filter(ground.matches(name.query), year=name.period // 1000)
    return found.filter(state_area__code=name.area) if name.query.count in ground.by_state else found


def moments(ground: Ground, names: Sequence[SetName]) -> list[tuple[datetime | None, datetime | None]]:
    """Since when each set stands, and when it ceased to be the current one. Two statements."""
    if not names:
        return []
    rows = union(
        [
            _touching(ground, name)
            .annotate(question=Value(number))
            .values("question")
            .annotate(
                opened=Min("opened_by", filter=Q(opened_by__gt=name.publication)),
                closed=Min("closed_by", filter=Q(closed_by__gt=name.publication)),
            )
            .values_list("question", "opened", "closed")
            for number, name in enumerate(names)
        ]
    )
    ends = {number: min((one for one in (opened, closed) if one), default=0) for number, opened, closed in rows}
    wanted = {name.publication for name in names} | set(ends.values())
    at = dict(Publication.objects.filter(pk__in=wanted).values_list("pk", "at"))
    return [(at.get(name.publication), at.get(ends.get(number, 0))) for number, name in enumerate(names)]


def union(parts: Sequence[QuerySet[Any, Any]]) -> QuerySet[Any, Any]:
    return parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]


def has_code(name: str, codes: Sequence[str], *, within: str = "") -> Q:
    """Facts whose JSON list `name` (or the one of that name in the object `within`) holds one of the codes."""
    text = KT(f"{within}__{name}") if within else Cast(name, TextField())
    return _text_holds(text, codes, ['"{}"'])


def has_output(codes: Sequence[str]) -> Q:
    """Facts with an output of one of these kinds. PostgreSQL writes JSON with a blank, SQLite without."""
    return _text_holds(KT("content__outputs"), codes, ['"kind": "{}"', '"kind":"{}"'])


def _text_holds(text: Any, codes: Sequence[str], forms: Sequence[str]) -> Q:
    empty = In(Coalesce(text, Value(""), output_field=TextField()), ["", "[]"])
    if ANY in codes:
        return ~Q(empty)
    if NONE in codes:
        return Q(empty)
    held = [Q(Contains(text, form.format(code))) for code in codes for form in forms]
    return reduce(lambda one, other: one | other, held)
