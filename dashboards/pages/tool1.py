"""The Tool 1 dashboard: what sectoral bodies report of their work plans, with who reported beside every figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import timezone

from adme.common import formatting
from databases_a.tool1.selectors.summary import HELD_UP, IMPLEMENTED, Filters, Summary, summary
from databases_a.tool1.selectors.timeline import Timeline, timeline
from databases_a.tool1.standing_reports import Report

from .. import text
from ..caching import Built
from .common import KeyFigure, built, home_crumb
from .tool1_charts import coverage, links, panels, timeline_panel
from .tool1_tables import TABLES
from .tool_parts import Link, Table, nothing_approved, select, year_select

TITLE = "Tool 1: work plans of sectoral bodies"
SOURCE = "Tool 1 reports of sectoral bodies, approved (ADME, Database A)"


@dataclass(frozen=True, slots=True)
class Line:
    """One activity of the timeline in words."""

    title: str
    url: str
    body: str
    days: str
    status: str
    status_name: str
    percent: str


def build_tool1(filters: Filters, page: int, reports: Sequence[Report], version: int) -> Built | None:
    found = summary(filters, reports, version=version)
    if found is None:
        return None
    context: dict[str, Any] = {
        "filters": _fields(found),
        "clear_url": reverse("tool1_dashboard") if filters.query else "",
        "empty": _empty(found),
    }
    if not context["empty"]:
        shown = timeline(found, page)
        everything = panels(found)
        context |= {
            "figures": _figures(found),
            "panels": {one.card.id.replace("-", "_"): one for one in everything},
            "timeline": timeline_panel(found, shown, timezone.localdate()),
            "lines": [_line(row, found) for row in shown.rows],
            "pages": _pages(found, shown),
        }
    crumbs = [home_crumb(), (TITLE, "")]
    return built("dashboards/tool1.html", context, title=TITLE, crumbs=crumbs, demo=found.has_demonstration)


def tool1_table(filters: Filters, name: str, reports: Sequence[Report]) -> tuple[Table, Summary] | None:
    """The figures of one chart for a file; None where there is no such chart or the filters ask for what is not."""
    found = summary(filters, reports) if name in TABLES else None
    return (TABLES[name](found), found) if found is not None else None


def filter_words(found: Summary) -> list[Link]:
    """The filters as a file tells them."""
    asked, known = found.filters, found.words
    told = [
        ("Year", found.span),
        ("Sectoral body", known.bodies.get(asked.body, asked.body)),
        ("Characteristic", asked.characteristic),
        ("Key Result Area", asked.kra),
        ("Type of activity", known.types.get(asked.type, asked.type)),
        ("Status", known.statuses.get(asked.status, asked.status)),
    ]
    return [(name, value) for name, value in told if value]


def _figures(found: Summary) -> list[KeyFigure]:
    total, told = len(found.rows), coverage(found)
    done, held = found.number(IMPLEMENTED), found.number(HELD_UP)
    people, of_reports = found.participants(), text.plural(len(found.reports), "report")
    onward = links(found)
    href = onward[0][1] if len(onward) == 1 else ""
    women = f"{formatting.share(people.women)} women, " if people.women is not None else "women not given, "
    return [
        KeyFigure("Activities", formatting.number(total, 0), period=found.span, coverage=told, href=href),
        KeyFigure(
            "Implemented",
            formatting.share(done / total),
            period=f"{done} of {total}",
            note=f"{_counted(found, IMPLEMENTED)}: added up as in the Mid-Term Review",
        ),
        KeyFigure("Held up", formatting.number(held, 0), period=f"of {total}", note=_counted(found, HELD_UP)),
        KeyFigure(
            "Outcome documents",
            formatting.number(found.documents(), 0),
            period=found.span,
            note=f"each counted once, from {of_reports} on activities",
        ),
        KeyFigure(
            "Participants",
            formatting.number(people.total, 0) if people.total is not None else "..",
            period=found.span,
            note=f"{women}{people.silent} of {of_reports} on activities give no number",
        ),
    ]


def _counted(found: Summary, statuses: Sequence[str]) -> str:
    names = found.words.statuses
    return text.listed([f"{names.get(code, code).lower()} {found.number([code])}" for code in statuses])


def _fields(found: Summary) -> list[dict[str, Any]]:
    asked, known = found.filters, found.words
    letter = asked.characteristic
    areas = [(code, f"{code} {title}") for code, title in known.kras.items() if letter in {"", code.partition(".")[0]}]
    if asked.kra and asked.kra not in dict(areas):
        areas.append((asked.kra, f"{asked.kra} {known.kras[asked.kra]}"))
    places = [(code, f"{code} {title}") for code, title in known.characteristics.items()]
    return [
        year_select(asked.year, found.years, found.year),
        select("body", "Sectoral body", asked.body, [("", "All bodies"), *known.bodies.items()]),
        select("characteristic", "Characteristic", letter, [("", "All Characteristics"), *places]),
        select("kra", "Key Result Area", asked.kra, [("", "All Key Result Areas"), *areas]),
        select("type", "Type", asked.type, [("", "All types"), *known.types.items()]),
        select("status", "Status", asked.status, [("", "All statuses"), *known.statuses.items()]),
    ]


def _empty(found: Summary) -> dict[str, str]:
    """Why there is nothing to show, and what to do; nothing where there is something."""
    if found.rows:
        return {}
    here = reverse("tool1_dashboard")
    unheard = nothing_approved(
        "Tool 1", found.year, found.years, here,
        who_reports="Sectoral bodies report on their activities", nobody="No body",
    )  # fmt: skip
    if unheard:
        return unheard
    heard = found.heard_in(found.year) if found.year is not None else any(map(found.heard_in, found.years))
    if not heard:
        words = "The report may still be written or under review. It is not known whether there are activities."
        return {"title": f"{coverage(found)}", "text": words, "url": here, "label": "Show all bodies"}
    words = f"{coverage(found)}, but no activity in them fits these filters together. Take a filter away."
    return {"title": "No activity fits", "text": words, "url": here, "label": "Clear the filters"}


def _line(row: Any, found: Summary) -> Line:
    days = [formatting.day(one) if one else ".." for one in (row.starts_on, row.ends_on)]
    return Line(
        title=row.title,
        url=reverse("activity_detail", args=[row.key]),
        body=found.bodies().get(row.body, row.body),
        days=f"{days[0]} to {days[1]}",
        status=row.status,
        status_name=found.words.statuses.get(row.status, "Not stated"),
        percent=".." if row.percent is None else str(row.percent),
    )


def _pages(found: Summary, shown: Timeline) -> list[dict[str, Any]]:
    """Links to the pages of the timeline, by the first body on each."""
    if shown.pages == 1:
        return []
    query = f"{found.filters.query}&" if found.filters.query else ""
    return [
        {"number": number, "url": f"?{query}page={number}#timeline", "active": number == shown.number}
        for number in range(1, shown.pages + 1)
    ]
