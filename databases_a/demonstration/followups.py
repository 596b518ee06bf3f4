"""Clauses and follow-up actions to thirty real declarations; clauses and actions are made up. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from .activities import NOTE, SEED, STATES

FIRST_YEAR, LAST_YEAR = 2021, 2025
HOW_MANY = 30
# (words of the title, kind of policy that its first clause asks for)
POLICIES = (
    ("Noncommunicable Diseases", "universal_health_coverage"),
    ("Empowering Older Persons", "services_vulnerable"),
    ("Violence Against Women and", "rights_instruments"),
    ("Rights of Migrant Workers", "rights_instruments"),
    ("Strengthening Social Protection", "adaptive_social_protection"),
)
CLAUSES = (
    ("Demonstration clause: adopt or strengthen laws and policies.", "law_policy"),
    ("Demonstration clause: build the capacity of institutions.", "institution"),
    ("Demonstration clause: collect and share data.", "data"),
)
WORDS = {
    "law_policy": ("National policy on {}", "Law on {}", "Review of the laws on {}"),
    "institution": ("Training of the agencies for {}", "Coordinating committee on {}"),
    "data": ("Yearly data on {}", "Register for {}"),
    "plan": ("National plan of action on {}",),
    "programme": ("National programme for {}",),
}


@dataclass(frozen=True, slots=True)
class Chosen:
    """A declaration as the generator needs it."""

    code: str
    title: str
    year: int
    body: str  # code of the first lead body


@dataclass(frozen=True, slots=True)
class PlannedAction:
    """Of a body (regional) or of a state (national). `values` are plan fields, `years` the reports."""

    declaration: str
    clause: int
    body: str
    state: str
    values: dict[str, Any]
    years: dict[int, dict[str, Any]] = field(default_factory=dict)
    evidence: dict[int, str] = field(default_factory=dict)


def choose(found: Sequence[Chosen]) -> list[Chosen]:
    """Thirty of the declarations that a sectoral body leads; those that policies are counted by come first."""
    first = [one for one in found if policy_of(one.title)]
    rest = [one for one in found if not policy_of(one.title) and 2013 <= one.year <= 2024]
    random = Random(f"{SEED}/declarations")  # noqa: S311 - not a secret
    random.shuffle(rest)
    return sorted([*first, *rest][:HOW_MANY], key=lambda one: (one.year, one.code))


def policy_of(title: str) -> str:
    return next((kind for words, kind in POLICIES if words in title and "Plan" not in title), "")


def subject(title: str) -> str:
    """What a declaration is about, short enough for the title of an action."""
    text = title.rpartition(" on ")[2] or title
    text = text.split(":")[0].split(" in ASEAN")[0].removeprefix("the ")
    return text if len(text) <= 90 else text[:90].rpartition(" ")[0]


def actions(found: Sequence[Chosen]) -> list[PlannedAction]:
    return [one for declaration in choose(found) for one in _of_declaration(declaration)]


def _of_declaration(declaration: Chosen) -> Iterator[PlannedAction]:
    random = Random(f"{SEED}/{declaration.code}")  # noqa: S311 - not a secret
    policy = policy_of(declaration.title)
    for clause, (_, kind) in enumerate(CLAUSES):
        if random.random() < 0.85:
            yield _action(random, declaration, clause, kind, body=declaration.body)
        share = 0.9 if policy and clause == 0 else random.choice((0.0, 0.4, 0.6, 0.8))
        for state in STATES:
            if random.random() < share:
                yield _action(random, declaration, clause, kind, state=state, policy=policy if clause == 0 else "")


def _action(
    random: Random, declaration: Chosen, clause: int, kind: str, *, body: str = "", state: str = "", policy: str = ""
) -> PlannedAction:
    kind = kind if policy or random.random() < 0.7 else random.choice(("plan", "programme"))
    about = subject(declaration.title)
    begins = max(declaration.year + 1, random.randint(2018, 2022))
    done = random.choice((2022, 2023, 2024, 2025, 2026))
    in_force = (
        f"{done}-01-01" if kind == "law_policy" and done <= LAST_YEAR and (policy or random.random() < 0.6) else ""
    )
    values: dict[str, Any] = {
        "action": (random.choice(WORDS[kind]) if state else "Regional work plan for {}").format(about),
        "action_type": kind if state else "plan",
        "responsible": "Ministry in charge" if state else f"{body} and its working group",
        "starts_on": f"{begins}-01-01",
        "ends_on": "" if in_force else f"{max(done, begins)}-12-31",
        "policy_kinds": [policy] if policy and kind == "law_policy" else [],
        "in_force_since": in_force if state else "",
        "activities": [],
        "kpis": [],
    }
    last = LAST_YEAR if in_force else min(max(done, begins), LAST_YEAR)
    years = {year: _report(random, values, year, done) for year in range(max(begins, FIRST_YEAR), last + 1)}
    shown = {year: f"Text or notice, {year}" for year in years if random.random() < (0.8 if in_force else 0.35)}
    return PlannedAction(declaration.code, clause, body, state, values, years, shown)


def _report(random: Random, values: dict[str, Any], year: int, done: int) -> dict[str, Any]:
    status = "completed" if year >= done else random.choices(("ongoing", "delayed", "not_started"), (8, 1, 1))[0]
    late = "The draft is still with the legal office; it is expected next year."
    link = f"https://example.org/adme-demonstration/policy/{random.randrange(10**6):06d}"
    return {
        "status": status,
        "explanation": late if status == "delayed" else "",
        "achieved": f"{year}: {'in place' if status == 'completed' else 'in preparation'}. {NOTE}",
        "outputs": [{"kind": "policy", "title": values["action"], "link": link}] if status == "completed" else [],
        "remarks": "",
    }
