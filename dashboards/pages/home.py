"""The home page: the five Characteristics, the state of data, the latest movements."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from databases_a.rfmd import selectors
from databases_a.rfmd.selectors import ASEAN, Movement

from .. import text
from ..caching import Built
from ..charts import CauseRow, data_state
from .common import FRAMEWORK_TITLE, ChartCard, KeyFigure, built, downloads, leaf_url, names, passport_url


@dataclass(frozen=True, slots=True)
class MovementRow:
    """One line of the table of movements, all in words."""

    code: str
    title: str
    wording: str
    url: str
    area: str
    before: str
    after: str
    unit: str
    years: str
    change: str
    way: str
    is_sought: bool
    passport: str
    is_made_up: bool


def build_home(version: int) -> Built:
    page = selectors.home_page(version=version)
    known = names(page.states)
    context: dict[str, Any] = {
        "page": page,
        "has_reference": bool(page.leaves),
        "has_values": bool(page.current or page.older),
        "figures": _figures(page),
        "chart": _state_of_data(page),
        "regional": [_row(movement, known, page.made_up) for movement in page.regional_movements],
        "national": [_row(movement, known, page.made_up) for movement in page.state_movements],
        "gaps_url": reverse("gaps"),
    }
    crumbs, demo = [(FRAMEWORK_TITLE, "")], bool(page.made_up)
    return built("dashboards/home.html", context, title="Characteristics", crumbs=crumbs, demo=demo)


def _figures(page: selectors.HomePage) -> list[KeyFigure]:
    without = page.leaves - page.current - page.older
    return [
        KeyFigure(
            "Leaves with a current value",
            str(page.current),
            unit=f"of {page.leaves}",
            note=f"newest figure of {page.first_current_year} or later",
        ),
        KeyFigure("With an older value only", str(page.older), note=f"newest figure before {page.first_current_year}"),
        KeyFigure("Without a value yet", str(without), note="each with its reason in the state of data"),
    ]


def _state_of_data(page: selectors.HomePage) -> ChartCard:
    rows = [CauseRow(c.cause, text.SHORT_SOURCES[c.cause], c.current, c.older, c.none) for c in page.causes if c.total]
    external = next((cause for cause in page.causes if cause.cause == "B"), None)
    summary = ""
    if external and external.total:
        others = sum(cause.none for cause in page.causes if cause.cause != "B")
        summary = (
            f"{external.current} of the {external.total} leaves from external statistics have a current value; "
            f"{text.plural(others, 'other leaf waits', 'other leaves wait')} for reports, policies, surveys or records."
        )
    return ChartCard(
        id="state-of-data",
        title="State of data by source",
        subtitle=f"Number of KPI leaves by source, {FRAMEWORK_TITLE}",
        summary=summary,
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
        downloads=downloads("gaps_download"),
        filename="adme-state-of-data",
        level=3,
    )


def _row(movement: Movement, known: dict[str, str], made_up: frozenset[str]) -> MovementRow:
    leaf, change = movement.leaf, movement.change
    is_flag = movement.area != ASEAN and text.is_yes_or_no(leaf)
    return MovementRow(
        code=leaf.code,
        title=leaf.title,
        wording=leaf.wording,
        url=leaf_url(leaf),
        area=known.get(movement.area, movement.area),
        before=text.state_value(leaf, movement.before.value)
        if is_flag
        else text.number(movement.before.value, leaf.decimals),
        after=text.state_value(leaf, movement.after.value)
        if is_flag
        else text.number(movement.after.value, leaf.decimals),
        unit="" if is_flag else leaf.shown_unit,
        years=f"{movement.before.year} to {movement.after.year}",
        change="" if is_flag else text.change(change, leaf.decimals, leaf.shown_unit),
        way=text.moved(leaf, change),
        is_sought=text.is_sought(leaf, change),
        passport=passport_url(leaf.code, movement.after),
        is_made_up=leaf.code in made_up,
    )
