"""What approved reports say of all follow-up together: counted for dashboards, with who reported beside every count.

Only approved, current facts about clauses in use are read, the same for everyone. In a span, one year or all years, an
action counts once, as its latest report tells it. A state without a report is not a state without actions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Count, Q
from django.db.models.fields.json import KeyTextTransform

from adme.common.asked import Asked
from databases_a.tool1.standing_reports import Report, by_reporter, years_with_any

from ..models import ActionFact, Declaration
from ..series import LAWS_AND_PLANS
from .attention import NO_DOCUMENTS
from .follow_up import is_stale
from .summary_words import Words, words

ALL_YEARS, REGIONAL, NATIONAL = "all", "regional", "national"
LEVELS = {REGIONAL: "Regional, of bodies", NATIONAL: "National, of Member States"}
BODIES = "bodies"  # the place of all that bodies do together, beside the Member States
POLICY_KPIS = {
    "universal_health_coverage": "6d",
    "services_vulnerable": "7a",
    "rights_instruments": "8b",
    "adaptive_social_protection": "16",
}
BEGUN = frozenset({"ongoing", "completed", "delayed"})
SHOWN, OLD, NONE = "shown", "old", "none"  # how the evidence of an action that has begun stands


@dataclass(frozen=True, slots=True)
class Filters(Asked):
    """What the address asks for; '' asks for nothing, of the year for the latest one. What is odd fits nothing."""

    year: str = ""
    body: str = ""
    type: str = ""
    state: str = ""
    level: str = ""


class Text(NamedTuple):
    """A declaration: its leads, and how many of its clauses are in use."""

    pk: int
    code: str
    title: str
    type: str
    year: int
    leads: tuple[str, ...]
    clauses: int


class Told(NamedTuple):
    """One action as one approved report tells it. `body` or `state` is ''."""

    pk: int
    action: int
    key: str
    title: str
    declaration: int
    clause: int
    body: str
    state: str
    year: int
    period: int
    status: str
    action_type: str
    policies: tuple[str, ...]
    in_force_since: date | None
    evidence: int
    newest: date | None
    outputs: str | None
    is_demonstration: bool

    @property
    def place(self) -> str:
        return self.state or BODIES

    @property
    def evidence_stands(self) -> str:
        """Of an action that has begun; '' where none is needed yet."""
        if self.status not in BEGUN:
            return ""
        if self.newest is None:
            return NONE if self.outputs in NO_DOCUMENTS else SHOWN
        return OLD if is_stale(self.newest.isoformat(), self.period) else SHOWN

    @property
    def shows_policy(self) -> bool:
        """As the KPIs count: a law, policy or plan of a state, in force in the year, with evidence."""
        in_force = self.in_force_since is not None and self.in_force_since.year <= self.year
        return bool(self.state) and self.action_type in LAWS_AND_PLANS and in_force and self.evidence > 0


_COLUMNS = (
    "pk", "action_id", "action__public_id", "title", "declaration_id", "clause_id", "body__code", "state_area__code",
    "year", "period", "status", "action_type", "policy_kinds", "in_force_since", "evidence_count",
    "evidence_newest_on", "outputs_text", "is_demonstration",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Summary:
    """`rows`: each action of the span once. `texts`: the declarations that fit, newest first."""

    filters: Filters
    words: Words
    year: int | None
    years: tuple[int, ...]
    rows: tuple[Told, ...]
    by_year: Mapping[int, Counter[str]]
    texts: tuple[Text, ...]
    ledger: Mapping[int, Mapping[str, bool]]

    @property
    def span(self) -> str:
        if self.year is not None:
            return str(self.year)
        return f"{self.years[0]} to {self.years[-1]}" if self.years else "no year"

    @property
    def has_demonstration(self) -> bool:
        return any(row.is_demonstration for row in self.rows)

    @property
    def span_years(self) -> tuple[int, ...]:
        return self.years if self.year is None else (self.year,)

    def states(self) -> dict[str, str]:
        """Member States in the span that the filters leave."""
        return {
            code: one.name
            for code, one in self.words.states.items()
            if any(map(one.in_year, self.span_years)) and self.filters.state in {"", code}
        }

    def states_in(self, year: int) -> tuple[int, int]:
        """Member States whose reports of the year are in, and how many there are."""
        known = [code for code, one in self.words.states.items() if one.in_year(year)]
        known = [code for code in known if self.filters.state in {"", code}]
        return sum(bool(self.ledger.get(year, {}).get(code)) for code in known), len(known)

    def bodies_in(self, year: int) -> tuple[int, int]:
        """Bodies that owe a report of the year, likewise; of one lead body only where it was chosen."""
        owed = {code: told for code, told in self.ledger.get(year, {}).items() if code not in self.words.states}
        owed = {code: told for code, told in owed.items() if self.filters.body in {"", code}}
        return sum(owed.values()), len(owed)

    def heard(self, state: str) -> bool:
        return any(self.ledger.get(year, {}).get(state) for year in self.span_years)

    def statuses_by(self, key: Callable[[Told], Any]) -> dict[Any, Counter[str]]:
        found: dict[Any, Counter[str]] = {}
        for row in self.rows:
            found.setdefault(key(row), Counter())[row.status] += 1
        return found

    def followed(self) -> list[Text]:
        """Declarations with an action."""
        acting = {row.declaration for row in self.rows}
        return [text for text in self.texts if text.pk in acting]

    def clauses(self) -> tuple[int, int]:
        """Clauses of the declarations that fit, and how many of them no action names."""
        total = sum(text.clauses for text in self.texts)
        return total, total - len({row.clause for row in self.rows})

    def evidence_by(self, key: Callable[[Told], Any]) -> dict[Any, Counter[str]]:
        """How the evidence of begun actions stands."""
        found: dict[Any, Counter[str]] = {}
        for row in self.rows:
            if row.evidence_stands:
                found.setdefault(key(row), Counter())[row.evidence_stands] += 1
        return found

    def states_with(self, kind: str) -> list[str]:
        """Member States with a policy of this kind in force, in their order."""
        having = {row.state for row in self.rows if row.shows_policy and kind in row.policies}
        return [code for code in self.states() if code in having]


def summary(filters: Filters, reports: Sequence[Report], *, version: int | None = None) -> Summary | None:
    """Two statements beside the words. None: the address asks for a code or a year that does not exist."""
    known, ledger = words(version), by_reporter(reports)
    years = tuple(sorted(years_with_any(reports)))
    if not _exists(filters, known, ledger):
        return None
    year = None if filters.year == ALL_YEARS else int(filters.year) if filters.year else years[-1] if years else 0
    texts = tuple(text for text in _texts() if _fits(text, filters))
    declarations = {text.pk for text in texts}
    every = [row for row in _facts(filters) if row.declaration in declarations]
    return Summary(
        filters=filters,
        words=known,
        year=year,
        years=years,
        rows=tuple(_latest([row for row in every if year in {None, row.year}])),
        by_year={one: Counter(row.status for row in _latest([r for r in every if r.year == one])) for one in years},
        texts=texts,
        ledger=ledger,
    )


def _exists(filters: Filters, known: Words, ledger: Mapping[int, Any]) -> bool:
    asked = (
        (filters.year, {ALL_YEARS, *map(str, ledger)}),
        (filters.body, known.bodies),
        (filters.type, known.types),
        (filters.state, known.states),
        (filters.level, LEVELS),
    )
    return all(not code or code in codes for code, codes in asked)


def _texts() -> list[Text]:
    in_use = Count("clauses", filter=Q(clauses__retired_at__isnull=True), distinct=True)
    rows = Declaration.objects.filter(retired_at__isnull=True).annotate(in_use=in_use).order_by("-adopted_on", "title")
    found: dict[int, Text] = {}
    columns = ("pk", "code", "title", "declaration_type", "adopted_year", "lead_bodies__code", "in_use")
    for pk, code, title, kind, year, lead, clauses in rows.values_list(*columns):
        before = found.get(pk)
        leads = (*(before.leads if before else ()), *([lead] if lead else []))
        found[pk] = Text(pk, code, title, kind, year, leads, clauses)
    return list(found.values())


def _fits(text: Text, filters: Filters) -> bool:
    return filters.type in {"", text.type} and (not filters.body or filters.body in text.leads)


def _facts(filters: Filters) -> list[Told]:
    found = ActionFact.objects.current().approved().filter(clause__retired_at__isnull=True)
    if filters.state:
        found = found.filter(state_area__code=filters.state)
    if filters.level:
        found = found.filter(body__isnull=filters.level == NATIONAL)
    found = found.annotate(outputs_text=KeyTextTransform("outputs", "content")).order_by("action_id", "period", "pk")
    told = []
    for row in found.values_list(*_COLUMNS):
        one = Told(*row)
        told.append(one._replace(body=one.body or "", state=one.state or "", policies=tuple(one.policies or ())))
    return told


def _latest(rows: Sequence[Told]) -> list[Told]:
    """Of each action its latest report; `rows` come by period."""
    return list({row.action: row for row in rows}.values())
