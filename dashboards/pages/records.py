"""The overview of Database C: what the record sets hold, from whom, how complete, how timely, of which quality."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from adme.common import formatting
from adme.reporting.pages.marks import link
from databases_c.selectors.holdings import Filters, Holdings, Kind, SetInfo, Timing, holdings, statistics_of

from .. import text
from ..caching import Built
from .common import KeyFigure, built, home_crumb
from .records_charts import coverage_words, panels
from .records_tables import TABLES
from .tool_parts import Link, Table, select

TITLE = "Database C: administrative records"
MARKS = (
    ("Empty value", "Not known, or not told. Never zero."),
    ("Records", "Of sets about persons, and where a total is suppressed, the number of records is not told."),
    ("Counted", "Approved reports only; a reopened report counts as it was approved."),
)


@dataclass(frozen=True, slots=True)
class StatisticRow:
    title: str
    url: str
    set: str
    unit: str
    newest: str
    states: str
    is_proposed: bool


def build_records(filters: Filters, sets: tuple[SetInfo, ...]) -> Built | None:
    found = holdings(filters, sets)
    if found is None:
        return None
    context: dict[str, Any] = {
        "filters": _fields(found),
        "clear_url": reverse("records_dashboard") if filters.query else "",
        "empty": _empty(found),
        "sets_url": link("record_sets"),
        "about": _about(found),
    }
    if not context["empty"]:
        context |= {
            "figures": _figures(found),
            "panels": {one.card.id.replace("-", "_"): one for one in panels(found)},
            "statistics": _statistics(found),
        }
    crumbs = [home_crumb(), (TITLE, "")]
    return built("dashboards/records.html", context, title=TITLE, crumbs=crumbs, demo=found.has_demonstration)


def records_table(filters: Filters, name: str, sets: tuple[SetInfo, ...]) -> tuple[Table, Holdings] | None:
    """The figures of one chart for a file; None where there is no such chart or the filters ask for what is not."""
    found = holdings(filters, sets) if name in TABLES else None
    return (TABLES[name](found), found) if found is not None else None


def filter_words(found: Holdings) -> list[Link]:
    """The filters as a file tells them."""
    asked = found.filters
    told = [
        ("Year", str(found.year or "")),
        ("Sectoral body", found.bodies.get(asked.body, "")),
        ("Record set", found.by_code[asked.set].title if asked.set else ""),
        ("Member State", found.every_state.get(asked.state, "")),
    ]
    return [(name, value) for name, value in told if value]


def _figures(found: Holdings) -> list[KeyFigure]:
    numbers, year = found.numbers(found.shown), str(found.year)
    holding = {one.set for one in found.shown if one.kind == Kind.HELD}
    in_time, nil = numbers.timings.get(Timing.IN_TIME, 0), numbers.kinds.get(Kind.NIL, 0)
    return [
        KeyFigure(
            "Reports in", str(numbers.came_in), unit=f"of {numbers.owed}", period=year, coverage=coverage_words(found),
            note=f"{nil} of them certified nil" if nil else "",
        ),
        KeyFigure(
            "Sets with records", str(len(holding)), unit=f"of {len(found.sets)}", period=year,
            note="with at least one approved report",
        ),
        KeyFigure(
            "In time", formatting.share(in_time / numbers.closed) if numbers.closed else "..", period=year,
            note=f"{in_time} of {text.plural(numbers.closed, 'report')} sent or overdue",
        ),
        KeyFigure(
            "Units reporting",
            formatting.share(numbers.units_share) if numbers.units_share is not None else "..", period=year,
            note=f"{formatting.number(numbers.units_reporting, 0)} of {formatting.number(numbers.units_known, 0)}, as "
            f"{text.plural(numbers.units_told, 'report')} say" if numbers.units_told else "no approved report says",
        ),
        KeyFigure(
            "Errors per 1,000 records", formatting.number(numbers.errors_rate, 1), period=year,
            note=f"{formatting.number(numbers.versions_per_report, 1)} files sent for each approved report"
            if numbers.held else "no approved report",
        ),
    ]  # fmt: skip


def _fields(found: Holdings) -> list[dict[str, Any]]:
    asked = found.filters
    latest = found.year if not asked.year else None
    years = [("", f"{latest} (latest)" if latest else "Latest")]
    years += [(str(one), str(one)) for one in reversed(found.every_year) if one != latest]
    offered = [one for one in found.every_set if asked.body in {"", one.body} or one.code == asked.set]
    sets = [(one.code, f"{one.acronym}: {one.title}") for one in offered]
    return [
        select("year", "Year", asked.year, years),
        select("body", "Sectoral body", asked.body, [("", "All bodies"), *sorted(found.bodies.items())]),
        select("set", "Record set", asked.set, [("", "All record sets"), *sets]),
        select("state", "Member State", asked.state, [("", "All states"), *found.every_state.items()]),
    ]


def _empty(found: Holdings) -> dict[str, str]:
    """Why there is nothing to show, and what to do; nothing where there is something."""
    here = reverse("records_dashboard")
    if not found.every_set:
        return {
            "title": "There is no record set yet",
            "text": "An analyst describes what ministries record; reports are then owed and figures stand here.",
            "url": link("record_sets"),
            "label": "Open the record sets",
        }
    if not found.every_year:
        return {
            "title": "No report of a record set is owed yet",
            "text": "Reports are owed once a version of a record set is in force. The calendar says when they are due.",
            "url": link("calendar"),
            "label": "Open the calendar",
        }
    if not found.shown:
        words = f"These filters together leave no report{f' of {found.year}' if found.year else ''}. Take one away."
        return {"title": "No report fits", "text": words, "url": here, "label": "Clear the filters"}
    return {}


def _about(found: Holdings) -> dict[str, Any] | None:
    """Of the one set that is asked for: what it is, and where it is described."""
    if not found.filters.set:
        return None
    one = found.by_code[found.filters.set]
    return {
        "title": one.title,
        "unit": one.unit[:1].lower() + one.unit[1:],
        "url": link("record_set", one.code),
        "is_proposed": one.is_proposed,
        "is_personal": one.is_personal,
    }


def _statistics(found: Holdings) -> list[StatisticRow]:
    names = found.by_code
    rows = []
    for one in statistics_of([each.code for each in found.sets]):
        newest = formatting.period(one.period) if one.period else "none yet"
        without = f", {one.suppressed} without a value" if one.suppressed else ""
        rows.append(
            StatisticRow(
                title=one.title,
                url=reverse("statistic_dashboard", args=[one.code]),
                set=names[one.set].title,
                unit=one.unit,
                newest=newest,
                states=f"{one.states}{without}" if one.period else "..",
                is_proposed=one.is_proposed,
            )
        )
    return rows
