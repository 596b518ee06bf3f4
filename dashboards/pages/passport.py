"""The passport of one figure: its recipe in words, the exact inputs with file and vintage, and what was left out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from adme.common import formatting
from adme.common.formatting import status_key
from adme.observations.periods import PeriodError, TimePeriod
from adme.observations.points import Part
from databases_a.rfmd import passport as passports
from databases_a.rfmd import selectors
from databases_a.rfmd.passport import Comparison, Passport, PassportInput, RecipeInWords

from .. import text
from .common import KeyFigure, home_crumb

LOADING = "load_reference"  # how the loader of the reference data names itself
PARTS_SHOWN = 25  # of each input; the rest stands on a page of its own
OUTCOMES = {
    "equal": ("Recomputed: the same figure", "success"),
    "differs": ("Recomputed: another figure", "warning"),
    "appears": ("Recomputed: a figure that is not stored yet", "warning"),
    "disappears": ("Recomputed: no figure comes out", "warning"),
}


@dataclass(frozen=True, slots=True)
class InputRow:
    """One input as a line of the table, all in words."""

    area: str
    role: str
    period: str
    value: str
    weight: str
    series_title: str
    series_code: str
    series_url: str
    filename: str
    batch_url: str
    release_date: str
    known_from: str
    is_current: bool
    note: str
    parts: tuple[Part, ...]
    parts_more: int
    parts_url: str


def passport_context(code: str, area: str, period: str) -> dict[str, Any] | None:
    """Everything the template needs; None where no such figure stands."""
    leaf, key = selectors.leaf_ref(code), _key(period)
    found = passports.passport(code, area, key) if leaf and key else None
    if leaf is None or found is None:
        return None
    heading = f"{found.area_name}, {found.period}"
    return {
        "passport": found,
        "leaf": leaf,
        "heading": heading,
        "leaf_url": reverse("leaf", args=[code]),
        "figures": _figures(found),
        "status": ", ".join(word for _, word in status_key([found.obs_status])) or "normal",
        "inputs": [_input(row) for row in found.inputs],
        "adoption": _adoption(found.recipe),
        "has_weights": any(row.weight is not None for row in found.inputs),
        "earlier": [
            {
                "value": text.number(row.value, found.decimals) if row.value is not None else row.withheld,
                "recipe": row.recipe_version,
                "since": row.since,
                "until": row.until,
                "ended_by": row.ended_by,
            }
            for row in found.earlier
        ],
        "crumbs": [
            home_crumb(),
            (leaf.characteristic_code, reverse("characteristic", args=[leaf.characteristic_code])),
            (f"KPI {code}", reverse("leaf", args=[code])),
            (f"Passport, {heading}", ""),
        ],
        "page_has_demonstration_data": any(row.series and row.series.is_demonstration for row in found.inputs),
    }


def compared(code: str, area: str, period: str) -> dict[str, Any]:
    """The outcome of computing the figure anew, for the page; nothing is written."""
    comparison: Comparison = passports.recompute_and_compare(code, area, _key(period) or 0)
    title, kind = OUTCOMES[comparison.outcome]
    leaf = selectors.leaf_ref(code)
    decimals = leaf.decimals if leaf else 1
    return {
        "title": title,
        "kind": kind,
        "is_equal": comparison.is_equal,
        "stored": text.number(comparison.stored, decimals + 2),
        "recomputed": text.number(comparison.recomputed, decimals + 2),
        "reasons": comparison.reasons,
        "computed_at": comparison.computed_at,
    }


def _key(period: str) -> int | None:
    try:
        return TimePeriod.parse(period).key
    except PeriodError:
        return None


def _figures(found: Passport) -> list[KeyFigure]:
    figures = [
        KeyFigure(
            found.area_name,
            text.number(found.value, found.decimals),
            unit=found.unit if found.value is not None else "",
            period=found.period,
            note=found.withheld,
        )
    ]
    if found.states_reporting is not None and found.states_expected:
        share = found.population_share
        figures.append(
            KeyFigure(
                "Coverage",
                str(found.states_reporting),
                unit=f"of {found.states_expected} {text.reporters(found.coverage_of)}",
                note=("" if share is None else f"{share * 100:.1f} % of the members' population")
                + text.carried(found.states_carried),
            )
        )
    figures.append(KeyFigure("Inputs", str(len(found.inputs)), note=f"{_left_out(found)} left out"))
    return figures


def _left_out(found: Passport) -> str:
    if found.coverage_of == "bodies":
        return text.plural(len(found.left_out), "sectoral body", "sectoral bodies")
    return text.plural(len(found.left_out), "state")


def _input(row: PassportInput) -> InputRow:
    seen, series = row.observation, row.series
    return InputRow(
        area=row.area_name,
        role=row.role,
        period=row.period,
        value=_exact(row.value),
        weight=_exact(row.weight) if row.weight is not None else "",
        series_title=series.title if series else "",
        series_code=seen.series if seen else row.reference,
        series_url=series.url if series else "",
        filename=seen.filename if seen else "",
        batch_url=seen.batch_url if seen else "",
        release_date=seen.release_date if seen else "",
        known_from=seen.known_from if seen else "",
        is_current=row.is_current,
        note=seen.note if seen else "",
        parts=seen.parts[:PARTS_SHOWN] if seen else (),
        parts_more=max(0, seen.parts_total - PARTS_SHOWN) if seen else 0,
        parts_url=seen.parts_url if seen else "",
    )


def _adoption(recipe: RecipeInWords) -> str:
    """`Adopted on 21 Nov 2026 by ...`, or with the reference data where their loading adopted it."""
    when = f" on {formatting.day(recipe.adopted_at)}" if recipe.adopted_at else ""
    if recipe.adopted_by == LOADING:
        return f"{recipe.state} with the reference data{when}"
    return f"{recipe.state}{when}" + (f" by {recipe.adopted_by}" if recipe.adopted_by else "")


def _exact(value: float | None) -> str:
    """As stored, without rounding for show: a passport is for checking."""
    if value is None:
        return text.number(None)
    short = f"{value:.10g}"
    decimals = len(short.partition(".")[2]) if "e" not in short else 0
    return text.number(value, decimals)
