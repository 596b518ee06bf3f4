"""What approved reports say of all activities together: counted for dashboards, with who reported beside every count.

Only approved, current facts are read, the same for everyone. A span is one year or all years; in it an activity counts
once, as its latest report tells it. A body without a report is not a body without activities: the ledger says which.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Case, CharField, Value, When
from django.db.models.fields.json import KeyTextTransform

from adme.common.asked import Asked

from ..counting import document_names
from ..models import ActivityFact, FactTag
from ..standing_reports import Report, by_reporter, years_with_any
from .summary_words import Words, words

ALL_YEARS = "all"
IMPLEMENTED = ("completed", "ongoing")
HELD_UP = ("delayed", "postponed", "cancelled")
_KINDS = ("kras", "issues", "sdg_targets")


@dataclass(frozen=True, slots=True)
class Filters(Asked):
    """What the address asks for; '' asks for nothing, of the year for the latest one. What is odd fits nothing."""

    year: str = ""
    body: str = ""
    characteristic: str = ""
    kra: str = ""
    type: str = ""
    status: str = ""


class Told(NamedTuple):
    """One activity as one approved report tells it."""

    pk: int
    activity: int
    key: str
    title: str
    body: str
    year: int
    period: int
    status: str
    type: str
    frequency: str
    percent: int | None
    starts_on: date | None
    ends_on: date | None
    female: int | None
    male: int | None
    unknown: int | None
    documents: str
    is_demonstration: bool


_COLUMNS = (
    "pk", "activity_id", "activity__public_id", "title", "body__code", "year", "period", "status", "activity_type",
    "frequency", "percent_complete", "starts_on", "ends_on", "participants_female", "participants_male",
    "participants_unknown", "documents", "is_demonstration",
)  # fmt: skip


class Participants(NamedTuple):
    """Sums over the reports that give a number, and how many give none: not given is not zero."""

    total: int | None
    female: int | None
    male: int | None
    silent: int
    reports: int

    @property
    def women(self) -> float | None:
        """Share among those whose sex was recorded."""
        known = (self.female or 0) + (self.male or 0)
        return (self.female or 0) / known if known and self.female is not None else None


@dataclass(frozen=True, slots=True)
class Summary:
    """`rows`: each activity of the span once. `reports`: all that is told of them. `years`: those with reports in."""

    filters: Filters
    words: Words
    year: int | None
    years: tuple[int, ...]
    rows: tuple[Told, ...]
    reports: tuple[Told, ...]
    by_year: Mapping[int, Counter[str]]
    codes: Mapping[str, Mapping[int, tuple[str, ...]]]
    ledger: Mapping[int, Mapping[str, bool]]

    @property
    def span(self) -> str:
        if self.year is not None:
            return str(self.year)
        return f"{self.years[0]} to {self.years[-1]}" if self.years else "no year"

    @property
    def has_demonstration(self) -> bool:
        return any(row.is_demonstration for row in self.reports)

    def bodies(self) -> dict[str, str]:
        """The bodies that the filters leave; retired ones only where they told something."""
        known = {**self.words.bodies, **{row.body: row.body for row in self.rows if row.body not in self.words.bodies}}
        return {code: name for code, name in known.items() if self.filters.body in {"", code}}

    def heard(self, body: str) -> bool:
        """Is a report of this body in, approved or nil, for the year, or for any year of the span?"""
        years = self.years if self.year is None else (self.year,)
        return any(self.ledger.get(year, {}).get(body) for year in years)

    def heard_in(self, year: int) -> int:
        return sum(bool(self.ledger.get(year, {}).get(body)) for body in self.bodies())

    def statuses_by(self, key: Callable[[Told], Collection[str]]) -> dict[str, Counter[str]]:
        """Activities by status under each code that `key` finds; one with several codes counts under each."""
        found: dict[str, Counter[str]] = {}
        for row in self.rows:
            for code in key(row):
                found.setdefault(code, Counter())[row.status] += 1
        return found

    def codes_of(self, kind: str) -> Callable[[Told], tuple[str, ...]]:
        held = self.codes[kind]
        return lambda row: held.get(row.pk, ())

    def goals_of(self, row: Told) -> tuple[str, ...]:
        return tuple(dict.fromkeys(code.partition(".")[0] for code in self.codes["sdg_targets"].get(row.pk, ())))

    def number(self, statuses: Iterable[str]) -> int:
        wanted = set(statuses)
        return sum(row.status in wanted for row in self.rows)

    def documents(self) -> int:
        """Outcome documents by link or title; the same one of an activity counts once."""
        return len({(row.activity, name) for row in self.reports if row.documents for name in _documents(row)})

    def participants(self) -> Participants:
        told = [(row.female, row.male, row.unknown) for row in self.reports]
        given = [row for row in told if any(one is not None for one in row)]
        female, male, unknown = (_sum(row[place] for row in given) for place in range(3))
        return Participants(_sum([female, male, unknown]), female, male, len(told) - len(given), len(told))


def summary(filters: Filters, reports: Sequence[Report], *, version: int | None = None) -> Summary | None:
    """Two statements beside the words. None: the address asks for a code or a year that does not exist."""
    known, ledger = words(version), by_reporter(one for one in reports if one.body)
    years = tuple(sorted(years_with_any(one for one in reports if one.body)))
    if not _exists(filters, known, ledger):
        return None
    year = None if filters.year == ALL_YEARS else int(filters.year) if filters.year else years[-1] if years else 0
    every = [Told(*row) for row in _facts(filters.body)]
    codes = _codes(None if filters.kra or filters.characteristic else year)
    held = {row.pk for row in every if _fits(row, filters, codes["kras"])}
    rows = _latest(row for row in every if year in {None, row.year})
    chosen = [row for row in rows if row.pk in held]
    activities = {row.activity for row in chosen}
    return Summary(
        filters=filters,
        words=known,
        year=year,
        years=years,
        rows=tuple(chosen),
        reports=tuple(row for row in every if year in {None, row.year} and row.activity in activities),
        by_year={one: _statuses(every, one, held) for one in years},
        codes=codes,
        ledger=ledger,
    )


def _exists(filters: Filters, known: Words, ledger: Mapping[int, Any]) -> bool:
    asked = (
        (filters.year, {ALL_YEARS, *map(str, ledger)}),
        (filters.body, known.bodies),
        (filters.characteristic, known.characteristics),
        (filters.kra, known.kras),
        (filters.type, known.types),
        (filters.status, known.statuses),
    )
    return all(not code or code in codes for code, codes in asked)


def _facts(body: str) -> Any:
    found = ActivityFact.objects.current().approved().order_by("activity_id", "period")
    if body:
        found = found.filter(body__code=body)
    outputs = Case(
        When(outcome_documents__gt=0, then=KeyTextTransform("outputs", "content")),
        default=Value(""),
        output_field=CharField(),
    )
    return found.annotate(documents=outputs).values_list(*_COLUMNS)


def _codes(year: int | None) -> dict[str, dict[int, tuple[str, ...]]]:
    """Codes by kind and fact; of one year where only that year is asked about."""
    tags = FactTag.objects.filter(kind__in=_KINDS, fact__closed_by__isnull=True, fact__standing="approved")
    if year is not None:
        tags = tags.filter(fact__year=year)
    found: dict[str, dict[int, tuple[str, ...]]] = {kind: {} for kind in _KINDS}
    for fact, kind, code in tags.order_by("fact_id", "code").values_list("fact_id", "kind", "code"):
        found[kind][fact] = (*found[kind].get(fact, ()), code)
    return found


def _fits(row: Told, filters: Filters, kras: Mapping[int, tuple[str, ...]]) -> bool:
    if filters.type not in {"", row.type} or filters.status not in {"", row.status}:
        return False
    own = kras.get(row.pk, ()) if filters.kra or filters.characteristic else ()
    if filters.kra and filters.kra not in own:
        return False
    return not filters.characteristic or any(code.partition(".")[0] == filters.characteristic for code in own)


def _latest(rows: Iterable[Told]) -> list[Told]:
    """Of each activity its latest report; `rows` come by period."""
    return list({row.activity: row for row in rows}.values())


def _statuses(every: Sequence[Told], year: int, held: set[int]) -> Counter[str]:
    return Counter(row.status for row in _latest(row for row in every if row.year == year) if row.pk in held)


def _documents(row: Told) -> list[str]:
    return document_names({"outputs": json.loads(row.documents)})


def _sum(numbers: Iterable[int | None]) -> int | None:
    given = [one for one in numbers if one is not None]
    return sum(given) if given else None
