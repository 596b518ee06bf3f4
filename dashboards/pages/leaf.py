"""The page of one leaf: the answer, the evidence, what is behind it, and where to go on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast
from urllib.parse import urlencode

from django.urls import reverse

from databases_a.rfmd import selectors
from databases_a.rfmd.entry_selectors import SurveyFinding, survey_results
from databases_a.rfmd.progress import RULE_IN_WORDS
from databases_a.rfmd.selectors import LeafFilters, LeafInfo, LeafPage
from databases_a.rfmd.words import recipe_lines

from .. import text
from ..caching import Built
from . import leaf_answer, leaf_charts, leaf_table, surveys
from .common import (
    built,
    downloads,
    has_made_up_inputs,
    has_made_up_marks,
    home_crumb,
    is_demonstration,
    leaf_link,
    leaf_url,
    source_of,
)

SURVEYS = "A3"


def build_leaf(code: str, filters: LeafFilters, version: int) -> Built | None:
    page = selectors.leaf_page(code, filters, version=version)
    if page is None:
        return None
    leaf = page.leaf
    query = _query(filters)
    files = downloads("leaf_download", leaf.code, query=query)
    demo = is_demonstration(page.standing, page.inputs)
    results = survey_results([code]).get(code, ()) if leaf.source_type == SURVEYS else ()
    context: dict[str, Any] = {
        "page": page,
        "leaf": leaf,
        "lead": _lead(page),
        "leaf_url": leaf_url(leaf),
        "kra_url": reverse("kra", args=[leaf.kra_code]),
        "characteristic_url": reverse("characteristic", args=[leaf.characteristic_code]),
        "absence": page.standing.absence,
        "source_word": text.SOURCES.get(leaf.source_type, leaf.source_type),
        "figures": leaf_answer.key_figures(page, results),
        "progress": page.standing.progress,
        "progress_sentence": leaf_answer.progress_sentence(page.standing),
        "rule": RULE_IN_WORDS,
        "cautions": leaf_answer.cautions(page),
        "form": _form(page) if leaf_charts.has_several(page.standing) else None,
        "charts": leaf_charts.charts(page, files, _source(page, results)) if page.years else {},
        "panels": leaf_charts.panels(page) if page.years and filters.view == "panels" else [],
        "panel_scale": leaf_charts.panel_scale(page) if filters.view == "panels" else "",
        "table": leaf_table.values_table(page) if page.years else None,
        "downloads": files,
        "recipe": _recipe(page),
        "inputs": [_input(page, series) for series in (leaf.recipe.series_codes if leaf.recipe else ())],
        "surveys": surveys.rows(results, leaf.decimals),
        "metadata": _metadata(page),
        "demonstration": has_made_up_inputs(page.inputs),
        "marks_are_made_up": has_made_up_marks(page.standing),
        "previous": leaf_link(page.previous),
        "next": leaf_link(page.next),
        "gaps_url": reverse("gaps"),
    }
    crumbs = [
        home_crumb(),
        (f"{leaf.characteristic_code} {leaf.characteristic_title}", context["characteristic_url"]),
        (leaf.kra_code, context["kra_url"]),
        (f"KPI {leaf.code}", ""),
    ]
    return built(
        "dashboards/leaf.html",
        context,
        title=f"KPI {leaf.code} {leaf.title}",
        crumbs=crumbs,
        demo=demo,
        characteristic=leaf.characteristic_code,
        recomputes=leaf.code if leaf.recipe else "",
        survey_leaf=leaf.code if leaf.source_type == SURVEYS else "",
    )


def _source(page: LeafPage, results: Sequence[SurveyFinding]) -> str:
    """What stands under the charts: the surveys of the years shown, else the series with their release."""
    shown = [one for one in results if page.years and page.years[0] <= one.year <= page.years[-1]]
    return surveys.chart_source(shown) or source_of(page.leaf, page.inputs)


def _lead(page: LeafPage) -> str:
    leaf = page.leaf
    unit = leaf.shown_unit
    if not page.standing.has_value:
        return "Why this leaf has no value yet, what is needed for one, and from whom."
    if leaf.coverage_of == "bodies":
        return f"What the sectoral bodies report for ASEAN, in {unit}. This KPI {text.wanted(leaf)}."
    return f"Where ASEAN and its Member States stand, in {unit}. This KPI {text.wanted(leaf)}."


def _query(filters: LeafFilters) -> str:
    """The filters as the address holds them, without what is as usual."""
    parts: list[tuple[str, str]] = [("states", code) for code in filters.states]
    parts += [("from", str(filters.first))] if filters.first else []
    parts += [("to", str(filters.last))] if filters.last else []
    parts += [("view", filters.view)] if filters.view != selectors.VIEWS[0] else []
    parts += [("order", filters.order)] if filters.order != selectors.ORDERS[0] else []
    return urlencode(parts)


def _form(page: LeafPage) -> dict[str, Any]:
    filters = page.filters
    years = range(page.first_year, page.last_year + 1) if page.first_year and page.last_year else ()
    return {
        "states": [
            {"code": state.code, "name": state.name, "checked": state.code in filters.states}
            for state in (() if page.leaf.coverage_of == "bodies" else page.states)
        ],
        "years": list(years),
        "first": filters.first or page.first_year,
        "last": filters.last or page.last_year,
        "views": [
            ("lines", "One chart", filters.view == "lines"),
            ("panels", "Panel per state", filters.view == "panels"),
        ],
        "orders": [
            ("value", "Sorted by value", filters.order == "value"),
            ("name", "ASEAN order", filters.order == "name"),
        ],
        "is_filtered": _is_filtered(page),
    }


def _is_filtered(page: LeafPage) -> bool:
    """Would "Clear" change anything? A form sent as it stood names all years."""
    filters = page.filters
    years = (filters.first not in (None, page.first_year), filters.last not in (None, page.last_year))
    as_usual = (filters.view, filters.order) == (selectors.VIEWS[0], selectors.ORDERS[0])
    return bool(filters.states) or any(years) or not as_usual


def _input(page: LeafPage, series: str) -> dict[str, Any]:
    info = page.inputs.get(series)
    source = (info.source or info.provider).rstrip(".") if info else ""
    return {"series": series, "info": info, "source": source, "roles": _roles(page.leaf, series)}


def _recipe(page: LeafPage) -> list[tuple[str, str]]:
    """The adopted recipe in the same words as in a passport; what the page says elsewhere is left out."""
    recipe = page.leaf.recipe
    if recipe is None:
        return []
    told = recipe_lines(cast("Any", recipe), page.inputs)  # RecipeInfo has every field of a Recipe that is read
    return [("Recipe", f"Version {recipe.version}, adopted"), *(row for row in told if row[0] not in {"Note", "Proxy"})]


def _roles(leaf: LeafInfo, series: str) -> str:
    """What a series is read for: `value`, `weight`, `population`."""
    recipe = leaf.recipe
    if recipe is None:
        return ""
    roles = [str(item.get("role", "value")) for item in recipe.inputs if item.get("series") == series]
    roles += ["weight"] if recipe.weights.get("series") == series else []
    roles += [name for name in ("reporting", "expected") if recipe.coverage_rule.get(name) == series]
    roles += ["population"] if recipe.coverage_rule.get("population") == series else []
    return text.listed(list(dict.fromkeys(roles)))


def _metadata(page: LeafPage) -> list[tuple[str, str]]:
    leaf = page.leaf
    baseline = f"{leaf.baseline_year}" if leaf.baseline_year else ""
    return [
        ("Unit", leaf.shown_unit),
        ("Direction", f"The value {text.wanted(leaf)}"),
        ("Who has the data", f"{leaf.source_type}: {text.SOURCES.get(leaf.source_type, '')}"),
        ("Baseline year", baseline),
        ("Known sources", leaf.likely_series),
        ("Where the title comes from", leaf.source),
        ("Framework", "ASEAN Socio-Cultural Community Blueprint 2025"),
    ]
