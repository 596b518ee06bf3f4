"""The Tool 2 dashboard: how declarations are followed up, with who reported beside every figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from adme.common import formatting
from databases_a.tool1.standing_reports import Report
from databases_a.tool2.selectors.summary import LEVELS, REGIONAL, SHOWN, Filters, Summary, summary

from .. import text
from ..caching import Built
from .common import KeyFigure, built, home_crumb
from .tool2_charts import attention_link, coverage, matrix_link, panels
from .tool2_tables import TABLES, policies
from .tool_parts import Link, Table, nothing_approved, select, year_select

TITLE = "Tool 2: follow-up of declarations"
SOURCE = "Tool 2 reports of sectoral bodies and focal points, approved (ADME, Database A)"
PAGE_SIZE = 30


@dataclass(frozen=True, slots=True)
class PolicyLine:
    name: str
    kpi: str
    url: str
    number: str
    states: str
    silent: str


def build_tool2(filters: Filters, page: int, reports: Sequence[Report], version: int) -> Built | None:
    found = summary(filters, reports, version=version)
    if found is None:
        return None
    context: dict[str, Any] = {
        "filters": _fields(found),
        "clear_url": reverse("tool2_dashboard") if filters.query else "",
        "empty": _empty(found),
    }
    if not context["empty"]:
        followed = found.followed()
        pages = max(1, -(-len(followed) // PAGE_SIZE))
        number = min(max(page, 1), pages)
        where = f", page {number} of {pages}" if pages > 1 else ""
        everything = panels(found, followed[(number - 1) * PAGE_SIZE : number * PAGE_SIZE], where)
        context |= {
            "figures": _figures(found),
            "panels": {one.card.id.replace("-", "_"): one for one in everything},
            "policies": _policies(found),
            "pages": _pages(found, pages, number),
        }
    crumbs = [home_crumb(), (TITLE, "")]
    return built("dashboards/tool2.html", context, title=TITLE, crumbs=crumbs, demo=found.has_demonstration)


def tool2_table(filters: Filters, name: str, reports: Sequence[Report]) -> tuple[Table, Summary] | None:
    """The figures of one chart for a file; None where there is no such chart or the filters ask for what is not."""
    found = summary(filters, reports) if name in TABLES else None
    return (TABLES[name](found), found) if found is not None else None


def filter_words(found: Summary) -> list[Link]:
    """The filters as a file tells them."""
    asked, known = found.filters, found.words
    told = [
        ("Year", found.span),
        ("Lead body", known.bodies.get(asked.body, asked.body)),
        ("Type of declaration", known.types.get(asked.type, asked.type)),
        ("Member State", known.states[asked.state].name if asked.state else ""),
        ("Level", LEVELS.get(asked.level, "")),
    ]
    return [(name, value) for name, value in told if value]


def _figures(found: Summary) -> list[KeyFigure]:
    (clauses, without), total = found.clauses(), len(found.texts)
    stands = [row.evidence_stands for row in found.rows if row.evidence_stands]
    shown = sum(one == SHOWN for one in stands)
    figures = [
        KeyFigure(
            "Declarations with follow-up", formatting.number(len(found.followed()), 0), unit=f"of {total}",
            period=found.span, coverage=coverage(found), href=matrix_link(found)[0][1],
        ),
        KeyFigure(
            "Clauses without action", formatting.number(without, 0) if clauses else "..", unit=f"of {clauses}",
            period=found.span, note="clauses that have been entered",
            href=attention_link(found, "no-action", "")[0][1],
        ),
        KeyFigure("Follow-up actions", formatting.number(len(found.rows), 0), period=found.span, note=_levels(found)),
    ]  # fmt: skip
    if found.filters.level != REGIONAL:
        numbers = [found.states_in(year) for year in found.span_years]
        told, known = max(numbers, default=(0, 0))
        note = "approved or nil" if found.year is not None else "approved or nil, in the year with the most"
        figures.append(
            KeyFigure("States with a report", str(told), unit=f"of {known}", period=found.span, note=note),
        )
    figures.append(
        KeyFigure(
            "With evidence",
            formatting.share(shown / len(stands)) if stands else "..",
            period=f"{shown} of {text.plural(len(stands), 'action')} begun" if stands else "no action has begun",
            note="a piece of evidence or a named document, not older than 24 months",
        )
    )
    return figures


def _levels(found: Summary) -> str:
    regional = sum(not row.state for row in found.rows)
    return f"{regional} regional, {len(found.rows) - regional} national"


def _fields(found: Summary) -> list[dict[str, Any]]:
    asked, known = found.filters, found.words
    states = [(code, one.name) for code, one in known.states.items()]
    return [
        year_select(asked.year, found.years, found.year),
        select("body", "Lead body", asked.body, [("", "All bodies"), *known.bodies.items()]),
        select("type", "Type of declaration", asked.type, [("", "All types"), *known.types.items()]),
        select("state", "Member State", asked.state, [("", "All states"), *states]),
        select("level", "Level", asked.level, [("", "Both levels"), *LEVELS.items()]),
    ]


def _empty(found: Summary) -> dict[str, str]:
    """Why there is nothing to show, and what to do; nothing where there is something."""
    if found.rows:
        return {}
    here = reverse("tool2_dashboard")
    unheard = nothing_approved(
        "Tool 2", found.year, found.years, here,
        who_reports="Lead bodies and focal points report on the clauses of declarations", nobody="Nobody",
    )  # fmt: skip
    if unheard:
        return unheard
    words = f"{coverage(found)}. No action in approved reports fits these filters together. Take a filter away."
    return {"title": "No follow-up action fits", "text": words, "url": here, "label": "Clear the filters"}


def _policies(found: Summary) -> list[PolicyLine]:
    lines = []
    for name, kpi, having, number, known, _, silent in policies(found).rows:
        told = f"{number} of {known} known" if number is not None else ".."
        none = "none of those that reported" if known else ".."
        url = reverse("leaf", args=[kpi]) if kpi else ""
        lines.append(PolicyLine(name, kpi, url, told, having or none, silent or "nobody"))
    return lines


def _pages(found: Summary, pages: int, number: int) -> list[dict[str, Any]]:
    if pages == 1:
        return []
    query = f"{found.filters.query}&" if found.filters.query else ""
    return [
        {"number": one, "url": f"?{query}page={one}#matrix", "active": one == number} for one in range(1, pages + 1)
    ]
