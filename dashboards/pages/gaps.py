"""The state of data: all leaves by cause, newest period, states reporting, and why a value is missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from databases_a.rfmd import selectors
from databases_a.rfmd.selectors import ASEAN, GapsPage

from .. import text
from ..caching import Built
from ..charts import CauseRow, data_state
from .common import FRAMEWORK_TITLE, ChartCard, KeyFigure, built, downloads, home_crumb, leaf_url, passport_url
from .reasons import OwnReason, told_once

STATE_WORDS = {"current": "current value", "older": "older value only", "none": "no value yet"}


@dataclass(frozen=True, slots=True)
class HeatCell:
    """One leaf and area: the newest year, or blank. `kind` is current, older or none."""

    area: str
    kind: str
    year: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class GapLine:
    row: selectors.GapRow
    url: str
    source: str
    state_word: str
    cells: tuple[HeatCell, ...]
    reason: OwnReason | None
    by_bodies: bool
    is_made_up: bool


def build_gaps(cause: str, characteristic: str, version: int) -> Built:
    page = selectors.gaps_page(cause, characteristic, version=version)
    reasons, own = told_once(page.rows)
    context: dict[str, Any] = {
        "page": page,
        "reasons": reasons,
        "figures": _figures(page),
        "chart": _chart(page),
        "filters": _filters(page),
        "clear_url": reverse("gaps") if page.cause or page.characteristic else "",
        "columns": [(ASEAN, text.ASEAN_NAME), *((state.code, state.name) for state in page.states)],
        "lines": [_line(row, page, own.get(row.leaf.id)) for row in page.rows],
        "downloads": downloads("gaps_download"),
        "has_reference": bool(page.total),
    }
    crumbs = [home_crumb(), ("State of data", "")]
    return built(
        "dashboards/gaps.html", context, title="State of data", crumbs=crumbs, demo=bool(page.made_up), recomputes="all"
    )


def _figures(page: GapsPage) -> list[KeyFigure]:
    current, older, none = (sum(getattr(cause, name) for cause in page.causes) for name in ("current", "older", "none"))
    return [
        KeyFigure(
            "Leaves with a current value",
            str(current),
            unit=f"of {page.total}",
            note=f"newest figure of {page.first_current_year} or later",
        ),
        KeyFigure("With an older value only", str(older), note=f"newest figure before {page.first_current_year}"),
        KeyFigure("Without a value yet", str(none), note="each with its reason below"),
    ]


def _chart(page: GapsPage) -> ChartCard:
    rows = [CauseRow(c.cause, text.SHORT_SOURCES[c.cause], c.current, c.older, c.none) for c in page.causes if c.total]
    return ChartCard(
        id="state-of-data",
        title="Leaves by source and state",
        subtitle=f"Number of KPI leaves, {FRAMEWORK_TITLE}, all leaves",
        summary="A1, A2 and A3 are the three causes of gaps that the Mid-Term Review of 2020 found.",
        figure=data_state(rows) if rows else None,
        source="ADME, Results Framework Monitoring Database",
        notes=f"Current: the newest figure is of {page.first_current_year} or later.",
        height="s",
        table={
            "head": ["Source", "Current value", "Older value only", "No value yet", "Leaves"],
            "rows": [
                [f"{text.SOURCES[r.cause]} ({r.cause})", r.current, r.older, r.none, r.current + r.older + r.none]
                for r in rows
            ],
        },
        filename="adme-state-of-data",
        level=2,
    )


def _filters(page: GapsPage) -> list[dict[str, Any]]:
    causes = [("", "All sources"), *((code, f"{code}: {words}") for code, words in text.SOURCES.items())]
    places = [("", "All Characteristics"), *((item.code, f"{item.code} {item.title}") for item in page.characteristics)]
    return [
        {"name": "cause", "label": "Source", "value": page.cause, "options": causes},
        {"name": "characteristic", "label": "Characteristic", "value": page.characteristic, "options": places},
    ]


def _line(row: selectors.GapRow, page: GapsPage, reason: OwnReason | None) -> GapLine:
    areas = (ASEAN, *(state.code for state in page.states))
    return GapLine(
        row, leaf_url(row.leaf), row.leaf.source_type, STATE_WORDS[row.state],
        tuple(_cell(row, area, page.first_current_year) for area in areas), reason,
        row.leaf.coverage_of == "bodies", row.leaf.code in page.made_up,
    )  # fmt: skip


def _cell(row: selectors.GapRow, area: str, first_current: int) -> HeatCell:
    newest = row.newest.get(area)
    if newest is None:
        return HeatCell(area, "none", "")
    kind = "current" if newest.year >= first_current else "older"
    return HeatCell(area, kind, str(newest.year), passport_url(row.leaf.code, newest))
