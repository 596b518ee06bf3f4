"""The page of one statistic of Database C: the answer, the states, the breakdowns, and how it was made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from adme.common import formatting
from adme.reporting.pages.marks import link
from databases_c.models import Statistic
from databases_c.selectors.figures import Figures, Filters, figures
from databases_c.selectors.regional import RULE

from .. import text
from ..caching import Built
from . import figures_tables as tables
from .common import KeyFigure, built, downloads, home_crumb
from .figures_charts import FILES, coverage, panels, query, source
from .records import TITLE as OVERVIEW
from .tool_parts import Link, Table

KEY = ".. not available; - certified nil; n.a. not applicable or cannot exist"
MARKS = (
    ("Empty value", "Not known, or not told: OBS_STATUS and CONF_STATUS say why. Never zero."),
    ("OBS_STATUS Q, CONF_STATUS C", "Suppressed: fewer records than the recipe asks for."),
    ("OBS_STATUS Q, CONF_STATUS D", "Suppressed so that another suppressed figure cannot be worked out."),
    ("_T", "Total of the dimension."),
)


@dataclass(frozen=True, slots=True)
class Cell:
    text: str
    title: str = ""
    is_value: bool = True


@dataclass(frozen=True, slots=True)
class ValuesTable:
    columns: tuple[tuple[str, str], ...]
    rows: tuple[tuple[str, tuple[Cell, ...], str, str], ...]  # period, cells, states, share of the population
    key: str


def build_statistic(statistic: Statistic, filters: Filters) -> Built | None:
    found = figures(statistic, filters)
    if found is None:
        return None
    record_set = statistic.record_set
    context: dict[str, Any] = {
        "statistic": statistic,
        "record_set": record_set,
        "lead": f"{statistic.definition} In {statistic.unit}, compiled from the records of ministries.",
        "url": reverse("statistic_dashboard", args=[statistic.code]),
        "set_url": f"{reverse('records_dashboard')}?set={record_set.code}",
        "empty": _empty(found),
        "behind": _behind(found),
        "links": _links(found),
        "siblings": [(title, reverse("statistic_dashboard", args=[code])) for code, title in found.siblings],
    }
    if not context["empty"]:
        made = panels(found)
        fixed = {one.card.id: one for one in made}
        context |= {
            "figures": _figures(found),
            "form": _form(found),
            "trend": fixed.get("values"),
            "latest": fixed.get("latest"),
            "breakdowns": [one for one in made if one.card.id not in {"values", "latest"}],
            "no_breakdown": _no_breakdown(found),
            "shown": formatting.period(found.period),
            "whose": found.states.get(filters.state, ""),
            "table": _table(found),
            "crossed": tables.crossed(found),
            "downloads": downloads(FILES, statistic.code, "values", query=query(found)),
            "every": downloads(FILES, statistic.code, "cells"),
        }
    crumbs = [home_crumb(), (OVERVIEW, reverse("records_dashboard")), (record_set.title, context["set_url"])]
    crumbs.append((statistic.title, ""))
    return built(
        "dashboards/statistic.html", context, title=statistic.title, crumbs=crumbs, demo=found.has_demonstration
    )


def statistic_table(statistic: Statistic, filters: Filters, name: str) -> tuple[Table, Figures] | None:
    """The figures of one chart for a file; None where there is no such chart or the filters ask for what is not."""
    found = figures(statistic, filters)
    table = tables.table_of(found, name) if found is not None else None
    return (table, found) if table is not None and found is not None else None


def filter_words(found: Figures) -> list[Link]:
    told = [
        ("Period of the breakdowns", formatting.period(found.period) if found.period else ""),
        ("Member State of the breakdowns", found.states.get(found.filters.state, "")),
    ]
    return [(name, value) for name, value in told if value]


def _figures(found: Figures) -> list[KeyFigure]:
    period = found.period
    if period is None:
        return []
    regional, when = found.regional[period], formatting.period(period)
    told = found.of_period(period)
    hidden = sum(one.is_suppressed for one in told.values())
    silent = regional.of - regional.states - hidden
    notes = [f"{hidden} suppressed"] if hidden else []
    if silent > 0:
        notes.append(f"{silent} not available")
    return [
        KeyFigure(
            "All Member States",
            formatting.number(regional.value, found.decimals) if regional.value is not None else "..",
            unit=found.statistic.unit if regional.value is not None else "",
            period=when,
            change=_change(found, period),
            note="" if regional.value is not None else _no_sum(found, period),
            coverage=regional.coverage,
        ),
        KeyFigure(
            "States with a figure", str(regional.states), unit=f"of {regional.of}", period=when, note=", ".join(notes)
        ),
        *([_own(found, period)] if found.filters.state else []),
    ]


def _own(found: Figures, period: int) -> KeyFigure:
    state = found.filters.state
    value = found.totals.get((state, period))
    if value is None:
        return KeyFigure(
            found.states[state], "..", period=formatting.period(period), note=tables.absent_words(found, state, period)
        )
    return KeyFigure(
        found.states[state],
        tables.written(value, found.decimals),
        unit=found.statistic.unit if value.value is not None else "",
        period=formatting.period(period),
        note="" if value.obs_status == "A" and not value.is_nil else tables.status_words(value),
    )


def _no_sum(found: Figures, period: int) -> str:
    if not found.is_sum:
        return "figures of this kind cannot be added up"
    return "no total: not every Member State has a figure"


def _change(found: Figures, period: int) -> str:
    """Since the period before, where both have an honest total."""
    earlier = [one for one in found.periods if one < period]
    now = found.regional[period].value
    before = found.regional[earlier[-1]].value if earlier else None
    if now is None or before is None:
        return ""
    moved = text.change(now - before, found.decimals, "")
    return f"{moved.strip()} since {formatting.period(earlier[-1])}"


def _no_breakdown(found: Figures) -> str:
    """Why the chosen state has none, where the statistic has some."""
    state = found.filters.state
    if not state or found.recipe is None or not found.breakdowns or any(one.codes for one in found.breakdowns):
        return ""
    words = tables.no_cell(found, state)
    return (
        f"{found.states[state]} has no breakdown for {formatting.period(found.period)}: {words[:1].lower()}{words[1:]}."
    )


def _form(found: Figures) -> dict[str, Any]:
    asked = found.filters
    periods = [(str(tables.period_name(one)), formatting.period(one)) for one in reversed(found.periods)]
    return {
        "states": [
            {"code": code, "name": name, "checked": code in asked.states} for code, name in found.states.items()
        ],
        "periods": [(value, label, value == tables.period_name(found.period or 0)) for value, label in periods],
        "whose": [("", "All states", not asked.state)]
        + [(code, name, code == asked.state) for code, name in found.states.items()],
        "has_breakdowns": bool(found.recipe and found.recipe.dimensions),
    }


def _table(found: Figures) -> ValuesTable:
    """Newest period first; ASEAN where every state has a figure, and how many have one."""
    has_sum = any(one.value is not None for one in found.regional.values())
    columns = (*(((tables.ASEAN, tables.ASEAN_NAME),) if has_sum else ()), *found.states.items())
    rows, statuses, suppressed = [], set(), False
    for period in reversed(found.periods):
        regional, cells = found.regional[period], []
        if has_sum:
            value = regional.value
            cells.append(
                Cell(formatting.number(value, found.decimals), is_value=True)
                if value is not None
                else Cell("..", "Not every Member State has a figure", is_value=False)
            )
        for state in found.states:
            one = found.totals.get((state, period))
            if one is None:
                cells.append(Cell("..", tables.absent_words(found, state, period), is_value=False))
                continue
            statuses.add(one.obs_status)
            suppressed = suppressed or one.is_suppressed
            cells.append(Cell(tables.written(one, found.decimals), tables.status_words(one), one.value is not None))
        share = formatting.share(regional.population)
        rows.append((formatting.period(period), tuple(cells), f"{regional.states} of {regional.of}", share))
    marks = [f"{mark} {words}" for mark, words in formatting.status_key(statuses)]
    if suppressed:
        marks = ["c suppressed, few records", "d suppressed to protect this or another", *marks]
    return ValuesTable(columns, tuple(rows), "; ".join([KEY, *marks]))


def _empty(found: Figures) -> dict[str, str]:
    if found.periods:
        return {}
    if found.version is None:
        return {
            "title": "No recipe is in force yet",
            "text": "An analyst drafts how records become this statistic, and a second one adopts it. Figures stand "
            "here once a report has then been approved.",
            "url": link("statistic", found.statistic.code) or reverse("records_dashboard"),
            "label": "Open the statistic" if link("statistic", found.statistic.code) else "Open the overview",
        }
    return {
        "title": "No figure has been compiled yet",
        "text": "A state's figure is compiled when the Secretariat approves its report of this record set.",
        "url": f"{reverse('records_dashboard')}?set={found.statistic.record_set.code}",
        "label": "See who has reported",
    }


def _behind(found: Figures) -> list[tuple[str, str]]:
    """What a reader must know beside the figures; the rest stands in metadata and recipe."""
    statistic, record_set, recipe = found.statistic, found.statistic.record_set, found.recipe
    rows = [
        ("Definition", statistic.definition),
        ("Unit", statistic.unit),
        ("Record set", f"{record_set.title} ({record_set.body.acronym})"),
        ("Kept by", record_set.custodian),
        ("Population", record_set.population),
        ("Reference period", record_set.reference_period),
        ("Series", statistic.series_code),
    ]
    if found.is_sum:
        rows.append(("Total", f"{RULE}. A state to which the records do not apply is not counted."))
    if recipe is not None and recipe.minimum_cell > 1:
        rows.append(
            (
                "Suppression",
                f"A figure that rests on fewer than {recipe.minimum_cell} records is not told, nor others from which "
                "it could be worked out.",
            )
        )
    if recipe is not None and recipe.round_to:
        rows.append(("Rounding", f"Values are multiples of {recipe.round_to:g}."))
    return rows


def _links(found: Figures) -> list[Link]:
    code, record_set = found.statistic.code, found.statistic.record_set
    known = [
        ("Metadata under the SDMX headings", link("statistic_metadata", code)),
        ("Recipe in words, and its versions", link("statistic", code)),
        ("Record set: columns, rules and versions", link("record_set", record_set.code)),
        ("What is held and who has reported", f"{reverse('records_dashboard')}?set={record_set.code}"),
    ]
    return [(title, url) for title, url in known if url]


__all__ = ["build_statistic", "coverage", "filter_words", "source", "statistic_table"]
