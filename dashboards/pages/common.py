"""Shapes and helpers that several pages share: crumbs, chart cards, key figures, lines of a leaf, downloads."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse

from adme.common import formatting
from adme.observations import registry
from adme.observations.points import SeriesInfo
from databases_a.rfmd.progress import Progress
from databases_a.rfmd.selectors import ASEAN, LeafInfo, Series, Standing, State, ValueRow

from .. import text
from ..caching import Built
from ..charts import Line, Point

FRAMEWORK_TITLE = "ASCC Blueprint 2025"


@dataclass(frozen=True, slots=True)
class BuiltWithTools(Built):
    """A page with what analysts do there. Forms carry the user's token, so they stand around what is kept."""

    recomputes: str = ""  # leaf code, or "all"
    survey_leaf: str = ""


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """Named as components/key_figure.html names them."""

    label: str
    value: str
    unit: str = ""
    period: str = ""
    change: str = ""
    coverage: str = ""
    note: str = ""
    href: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class ChartCard:
    """All that `{% chart %}` takes, in one object."""

    id: str
    title: str
    figure: dict[str, Any] | None
    subtitle: str = ""
    summary: str = ""
    source: str = ""
    notes: str = ""
    coverage: str = ""
    height: str = "m"
    table: dict[str, Any] | None = None
    downloads: dict[str, str] = field(default_factory=dict)
    passport: str = ""
    filename: str = ""
    level: int = 3
    demonstration: bool = False


@dataclass(frozen=True, slots=True)
class LeafLink:
    code: str
    title: str
    url: str


def built(
    template: str,
    context: dict[str, Any],
    *,
    title: str,
    crumbs: Sequence[tuple[str, str]],
    demo: bool,
    characteristic: str = "",
    recomputes: str = "",
    survey_leaf: str = "",
) -> Built:
    """Render the part of a page that is the same for everyone with the same rights."""
    return BuiltWithTools(
        title=title,
        crumbs=render_to_string("components/breadcrumbs.html", {"items": crumbs}),
        content=render_to_string(template, context),
        has_demonstration_data=demo,
        characteristic=characteristic,
        recomputes=recomputes,
        survey_leaf=survey_leaf,
    )


def home_crumb() -> tuple[str, str]:
    return FRAMEWORK_TITLE, reverse("home")


def leaf_url(leaf: LeafInfo) -> str:
    return reverse("leaf", args=[leaf.code])


def leaf_link(leaf: LeafInfo | None) -> LeafLink | None:
    return LeafLink(leaf.code, leaf.title, leaf_url(leaf)) if leaf else None


def passport_url(code: str, row: ValueRow) -> str:
    query = urlencode({"area": row.area, "period": formatting_period(row)})
    return f"{reverse('passport', args=[code])}?{query}"


def formatting_period(row: ValueRow) -> str:
    """As TimePeriod writes it: 2024, 2024-Q1."""
    from adme.observations.periods import TimePeriod

    return str(TimePeriod.from_key(row.period))


def downloads(name: str, *args: str, query: str = "") -> dict[str, str]:
    """Links to the files of a page, by format; none while no such address exists."""
    found = {}
    for kind in ("csv", "xlsx"):
        try:
            url = reverse(name, args=[*args, kind])
        except NoReverseMatch:
            return {}
        found[kind.upper()] = f"{url}?{query}" if query else url
    return found


def names(states: Iterable[State]) -> dict[str, str]:
    return {ASEAN: text.ASEAN_NAME, **{state.code: state.name for state in states}}


def points(series: Series | None) -> tuple[Point, ...]:
    rows = series.shown if series else ()
    return tuple(Point(row.year, row.value, row.obs_status) for row in rows if row.value is not None)


def lines(series: dict[str, Series] | Any, states: Sequence[State], chosen: Collection[str] = ()) -> list[Line]:
    """ASEAN first, then the states in their order; the chosen ones get places 1, 2, ... for their colours."""
    found = [Line(ASEAN, text.ASEAN_NAME, points(series.get(ASEAN)), place=0)]
    place = 0
    for state in states:
        if state.code in chosen:
            place += 1
        own = points(series.get(state.code))
        found.append(Line(state.code, state.name, own, place if state.code in chosen else None))
    return found


def source_of(leaf: LeafInfo, inputs: dict[str, SeriesInfo]) -> str:
    """`World Bank, IT.NET.USER.ZS, released 13 Jul 2026` for each series that gives values, without the weights.

    The whole citation stands in the page's "Sources and citation".
    """
    if leaf.recipe is None:
        return ""
    told = []
    for item in leaf.recipe.inputs:
        info = inputs.get(item.get("series", ""))
        if info is not None:
            if registry.is_count(info.code):
                told.append(f"{info.source}: {info.title}")
                continue
            released = f", released {formatting.day(info.release_date)}" if info.release_date else ""
            told.append(f"{info.provider}, {info.title} ({info.code.partition(':')[2] or info.code}){released}")
    return "; ".join(dict.fromkeys(told))


def has_made_up_inputs(inputs: dict[str, SeriesInfo]) -> bool:
    return any(info.is_demonstration for info in inputs.values())


def has_made_up_marks(standing: Standing) -> bool:
    """Is the baseline or the target only there to show how ADME works?"""
    return any(mark.is_demonstration for mark in (standing.baseline, standing.target) if mark)


def is_demonstration(standing: Standing, inputs: dict[str, SeriesInfo] | None = None) -> bool:
    """Does anything made up stand on a page with this leaf?"""
    return has_made_up_marks(standing) or has_made_up_inputs(inputs or {})


def rating_reason(progress: Progress) -> str:
    """Why a leaf is rated so, to stand after the badge, which already says "No rating"."""
    reason = progress.reason.removeprefix("No rating: ")
    return reason[:1].upper() + reason[1:]


def trend_sentence(standing: Standing, moved: Any, change: Any) -> str:
    """What the eye should see in a trend: how ASEAN moved since the baseline year, and how many states as sought."""
    leaf, told = standing.leaf, []
    if change is not None:
        first = text.figure(change.base.value, leaf.decimals, leaf.shown_unit)
        last = text.figure(change.latest.value, leaf.decimals, leaf.shown_unit)
        told.append(
            f"ASEAN {text.verb(change.difference)} from {first} in {change.base.year} to {last} in {change.latest.year}"
            if change.difference
            else f"ASEAN stayed at {last} from {change.base.year} to {change.latest.year}"
        )
    if moved.of:
        seen = text.plural(moved.of, "state", "states")
        told.append(f"{moved.as_sought} of {seen} with both years moved as sought ({text.wanted(leaf)})")
    return "; ".join(told) + "." if told else ""
