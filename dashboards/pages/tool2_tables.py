"""Figures of the Tool 2 dashboard as tables: each is the table behind a chart and a file to download. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from databases_a.tool2.selectors.marks import STATUS, summary_mark
from databases_a.tool2.selectors.summary import BODIES, NATIONAL, NONE, OLD, POLICY_KPIS, REGIONAL, SHOWN, Summary, Text

from ..charts.matrix_chart import SIGNS
from .tool_parts import NOT_IN, Table, status_cells, status_head

BODIES_NAME = "Sectoral bodies (regional)"
EVIDENCE = {SHOWN: "With evidence", OLD: "Evidence is old", NONE: "No evidence"}


def places(summary: Summary) -> dict[str, str]:
    """The bodies together, then the Member States; those that the filters leave."""
    asked = summary.filters
    found = {} if asked.state or asked.level == NATIONAL else {BODIES: BODIES_NAME}
    return found if asked.level == REGIONAL else {**found, **summary.states()}


def heard(summary: Summary, place: str) -> bool:
    if place == BODIES:
        return any(summary.bodies_in(year)[0] for year in summary.span_years)
    return summary.heard(place)


def sign(summary: Summary, text: Text, place: str, statuses: list[str]) -> str:
    """Key of SIGNS: how the follow-up of a declaration stands in a place."""
    if statuses:
        found = summary_mark(statuses)
        known = next((code for code, mark in STATUS.items() if mark is found), "mixed")
        return known if any(statuses) else ""
    if place != BODIES:
        return "none" if summary.heard(place) else "unknown"
    if not text.leads:
        return "outside"
    told = (summary.ledger.get(year, {}).get(body) for year in summary.span_years for body in text.leads)
    return "none" if any(told) else "unknown"


def cells(summary: Summary) -> dict[tuple[int, str], list[str]]:
    """Statuses of the actions by declaration and place."""
    found: dict[tuple[int, str], list[str]] = {}
    for row in summary.rows:
        found.setdefault((row.declaration, row.place), []).append(row.status)
    return found


def matrix(summary: Summary) -> Table:
    """One row for each declaration and place."""
    told, known = cells(summary), places(summary)
    rows = []
    for text in summary.followed():
        for place, name in known.items():
            own = told.get((text.pk, place), [])
            key = sign(summary, text, place, own)
            rows.append([text.title, name, SIGNS[key].name, len(own) if own or key == "none" else None])
    head = (("DECLARATION", "Declaration"), ("PLACE", "Place"), ("STANDING", "Standing"), ("ACTIONS", "Actions"))
    return Table("Declarations by place", head, rows, words=3)


def by_declaration(summary: Summary) -> Table:
    found = summary.statuses_by(lambda row: row.declaration)
    acting: dict[int, set[int]] = {}
    for row in summary.rows:
        acting.setdefault(row.declaration, set()).add(row.clause)
    rows = [
        [text.title, text.year, text.clauses, text.clauses - len(acting[text.pk]), *status_cells(found[text.pk])]
        for text in summary.followed()
    ]
    head = (
        ("DECLARATION", "Declaration"), ("ADOPTED", "Adopted"), ("CLAUSES", "Clauses"),
        ("WITHOUT_ACTION", "Without action"), *status_head(summary.words.statuses),
    )  # fmt: skip
    return Table("Status by declaration", head, rows)


def by_place(summary: Summary) -> Table:
    found = summary.statuses_by(lambda row: row.place)
    rows = []
    for place, name in places(summary).items():
        told = heard(summary, place)
        counts = found.get(place, Counter()) if told or place in found else None
        rows.append([name, "in" if told else NOT_IN, *status_cells(counts)])
    head = (("PLACE", "Place"), ("REPORT", "Report"), *status_head(summary.words.statuses))
    return Table("Status by Member State, and of bodies", head, rows, words=2)


def by_year(summary: Summary) -> Table:
    rows = []
    for year in summary.years:
        (bodies, of_bodies), (states, of_states) = summary.bodies_in(year), summary.states_in(year)
        heard_any = bool(bodies or states)
        counts = summary.by_year[year] if heard_any else None
        rows.append([year, bodies, of_bodies, states, of_states, *status_cells(counts)])
    head = (
        ("YEAR", "Year"), ("BODIES_IN", "Bodies with a report"), ("BODIES", "Bodies that owe one"),
        ("STATES_IN", "States with a report"), ("STATES", "Member States"), *status_head(summary.words.statuses),
    )  # fmt: skip
    return Table("Status by year", head, rows)


def policies(summary: Summary) -> Table:
    """Of the states that show none, those whose report is in, and those of which nothing is known."""
    states, rows = summary.states(), []
    for kind, name in summary.words.policies.items():
        having = summary.states_with(kind)
        silent = [code for code in states if code not in having and not summary.heard(code)]
        known = len(states) - len(silent)
        rows.append(
            [
                name, POLICY_KPIS.get(kind, ""), _named(states, having), len(having) if known else None, known,
                len(states), _named(states, silent),
            ]
        )  # fmt: skip
    head = (
        ("POLICY", "Kind of policy"), ("KPI", "KPI"), ("STATES_WITH", "States with one in force"),
        ("NUMBER", "Number"), ("STATES_KNOWN", "States known"), ("STATES", "Member States"),
        ("NOT_KNOWN", "Not known"),
    )  # fmt: skip
    return Table("Policies in force by kind", head, rows, words=3)


def evidence(summary: Summary) -> Table:
    found = summary.evidence_by(lambda row: row.place)
    rows = []
    for place, name in places(summary).items():
        counts = found.get(place, Counter()) if heard(summary, place) or place in found else None
        own = [None] * 4 if counts is None else [*(counts[key] for key in EVIDENCE), counts.total()]
        rows.append([name, *own])
    head = (("PLACE", "Place"), *((key.upper(), words) for key, words in EVIDENCE.items()), ("TOTAL", "Actions begun"))
    return Table("Evidence of actions that have begun", head, rows)


TABLES: dict[str, Callable[[Summary], Table]] = {
    "matrix": matrix,
    "status-by-declaration": by_declaration,
    "status-by-place": by_place,
    "status-by-year": by_year,
    "policies": policies,
    "evidence": evidence,
}


def _named(states: dict[str, str], codes: list[str]) -> str:
    return ", ".join(states[code] for code in codes)
