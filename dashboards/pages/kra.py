"""The page of a KRA: its strategic measures, and its leaves as small multiples with their newest figures by state."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from adme.observations.points import SeriesInfo
from databases_a.rfmd import selectors
from databases_a.rfmd.entry_selectors import SurveyFinding, survey_results
from databases_a.rfmd.selectors import ASEAN, LeafInfo, Standing

from .. import statistics, text
from ..caching import Built
from ..charts import trend
from . import surveys
from .common import (
    ChartCard,
    built,
    downloads,
    has_made_up_inputs,
    home_crumb,
    is_demonstration,
    lines,
    names,
    passport_url,
    source_of,
    trend_sentence,
)
from .rows import LeafRow, leaf_row


@dataclass(frozen=True, slots=True)
class LeafCard:
    row: LeafRow
    chart: ChartCard | None
    latest: list[dict[str, str]]
    sample: str


def build_kra(code: str, version: int) -> Built | None:
    page = selectors.kra_page(code, version=version)
    if page is None:
        return None
    parent = page.characteristic
    surveyed = [one.leaf.code for one in page.standings if one.leaf.source_type == "A3" and one.has_value]
    results = survey_results(surveyed)
    context: dict[str, Any] = {
        "page": page,
        "characteristic_url": reverse("characteristic", args=[parent.code]),
        "cards": [
            _card(standing, page, results.get(standing.leaf.code, ()))
            for standing in page.standings
            if standing.has_value
        ],
        "empty": [leaf_row(standing, page.states) for standing in page.standings if not standing.has_value],
        "downloads": downloads("kra_download", code),
        "previous": _neighbour(page.previous),
        "next": _neighbour(page.next),
    }
    crumbs = [
        home_crumb(),
        (f"{parent.code} {parent.title}", reverse("characteristic", args=[parent.code])),
        (code, ""),
    ]
    demo = any(is_demonstration(standing, page.sources) for standing in page.standings)
    return built(
        "dashboards/kra.html",
        context,
        title=f"{code} {page.item.title}",
        crumbs=crumbs,
        demo=demo,
        characteristic=page.characteristic.code,
    )


def _neighbour(item: selectors.Item | None) -> dict[str, str] | None:
    return {"code": item.code, "title": item.title, "url": reverse("kra", args=[item.code])} if item else None


def _card(standing: Standing, page: selectors.KraPage, results: Sequence[SurveyFinding]) -> LeafCard:
    row, latest = leaf_row(standing, page.states), _latest(standing, page)
    return LeafCard(row, _chart(standing, page, results), latest, surveys.about(results, standing.regional_latest))


def _chart(standing: Standing, page: selectors.KraPage, results: Sequence[SurveyFinding]) -> ChartCard | None:
    """The trend; none where no area has two figures."""
    leaf = standing.leaf
    found = [line for line in lines(standing.series, page.states) if line.points]
    if not any(len(line.points) > 1 for line in found):
        return None
    moved = statistics.moved_since(standing, leaf.baseline_year)
    years = [point.year for line in found for point in line.points]
    return ChartCard(
        id=f"trend-{leaf.code}",
        title=f"Trend, {text.span(min(years), max(years))}",
        subtitle=f"{leaf.shown_unit}; ASEAN dark, Member States grey",
        summary=trend_sentence(standing, moved, statistics.regional_change(standing)),
        figure=trend(found, unit=leaf.shown_unit, decimals=leaf.decimals, small=True),
        source=surveys.chart_source(results) or source_of(leaf, page.sources),
        height="s",
        downloads=downloads("leaf_download", leaf.code),
        filename=f"adme-kpi-{leaf.code}-trend",
        level=3,
        demonstration=has_made_up_inputs(_own(leaf, page)),
    )


def _own(leaf: LeafInfo, page: selectors.KraPage) -> dict[str, SeriesInfo]:
    codes = leaf.recipe.series_codes if leaf.recipe else ()
    return {code: page.sources[code] for code in codes if code in page.sources}


def _latest(standing: Standing, page: selectors.KraPage) -> list[dict[str, str]]:
    """Newest figure per area: the table behind the small chart."""
    known, rows = names(page.states), []
    for code, name in known.items():
        series = standing.series.get(code)
        latest = series.latest if series else None
        rows.append(
            {
                "name": name,
                "is_region": "1" if code == ASEAN else "",
                "value": text.number(latest.value if latest else None, standing.leaf.decimals),
                "period": str(latest.year) if latest else "",
                "passport": passport_url(standing.leaf.code, latest) if latest else "",
            }
        )
    return rows
