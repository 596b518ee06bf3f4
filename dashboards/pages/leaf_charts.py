"""The evidence of a leaf page: trend, newest by state, tile grid, coverage, and a panel per state."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from databases_a.rfmd.selectors import ASEAN, LeafPage, Mark, Standing

from .. import statistics, text
from ..charts import Bar, Line, Point, Rule, Sparkline, coverage, frame_of, latest_by_state, sparkline, tile_grid, trend
from ..charts.latest import ordered
from ..charts.sparkline import Frame
from .common import ChartCard, has_made_up_inputs, is_demonstration, lines, passport_url, trend_sentence

PANEL_WIDTH, PANEL_HEIGHT = 220, 110


@dataclass(frozen=True, slots=True)
class Panel:
    name: str
    spark: Sparkline | None
    value: str
    period: str


def charts(page: LeafPage, files: dict[str, str], source: str) -> dict[str, ChartCard]:
    """The charts of the years shown, each with its unit, source and table. None is drawn from a single figure: a trend
    needs two years of an area, a comparison two areas, a map of coverage two figures of states."""
    found = lines(page.series, page.states, page.filters.states)
    drawn = [line for line in found if line.points]
    if not drawn:
        return {}
    shared: dict[str, Any] = {
        "level": 2,
        "source": source,
        "downloads": files,
        "demonstration": has_made_up_inputs(page.inputs),
    }
    regional = page.standing.regional_latest
    passport = passport_url(page.leaf.code, regional) if regional else ""
    bars = [Bar(ln.code, ln.name, ln.points[-1] if ln.points else None, ln.place) for ln in found]
    cards = [_latest(page, bars, shared), _tiles(page, bars, shared), _coverage(page, found, shared)]
    if page.filters.view == "lines" and any(len(line.points) > 1 for line in drawn):
        own = {"passport": passport, "demonstration": is_demonstration(page.standing, page.inputs)}
        cards.insert(0, _trend(page, drawn, {**shared, **own}))
    return {card.id: card for card in cards if card is not None}


def has_several(standing: Standing) -> bool:
    """Is there more than one figure, so that there is something to choose from?"""
    return sum(len(series.shown) for series in standing.series.values()) > 1


def _trend(page: LeafPage, drawn: list[Line], shared: dict[str, Any]) -> ChartCard:
    leaf, years = page.leaf, page.years
    if text.is_yes_or_no(leaf):  # eleven lines on 0 and 1 hide one another: only the states that are asked for
        drawn = [line for line in drawn if line.is_region or line.place is not None] or drawn
    drawn = _named_if_alone(drawn)
    moved = statistics.moved_since(page.standing, leaf.baseline_year)
    figure = trend(
        drawn,
        unit=leaf.shown_unit,
        decimals=leaf.decimals,
        rules=_rules(page),
        membership=_membership(page) if drawn[0].is_region and leaf.coverage_of != "bodies" else (),
    )
    _uncrowd(figure)
    return ChartCard(
        id="trend",
        title="Trend of ASEAN" if leaf.coverage_of == "bodies" else "Trend by Member State and ASEAN",
        subtitle=f"{leaf.shown_unit}, {text.span(years[0], years[-1])}",
        summary=trend_sentence(page.standing, moved, statistics.regional_change(page.standing)),
        figure=figure,
        notes=_trend_notes(drawn),
        coverage=text.coverage(page.standing.regional_latest),
        height="l",
        filename=f"adme-kpi-{leaf.code}-trend",
        **shared,
    )


def _named_if_alone(drawn: list[Line]) -> list[Line]:
    """A single state is drawn strong, and its line bears its name: there is nothing to tell it apart from."""
    if len(drawn) > 1 or drawn[0].is_region:
        return drawn
    return [replace(drawn[0], code=drawn[0].name, place=drawn[0].place or 1)]


def _uncrowd(figure: dict[str, Any]) -> None:
    """Labels keep clear of one another on a phone: that of a new member stands before its line, away from the ends of
    the others; a strong line's label covers the rules it crosses."""
    for note in figure["layout"]["annotations"]:
        if note.get("yref") == "paper":
            note |= {"xanchor": "right", "xshift": 4}
        elif note["text"].startswith("<b>"):
            note |= {"bgcolor": "paper", "borderpad": 0}


def _trend_notes(drawn: Sequence[Line]) -> str:
    notes = ["The line passes over years without a figure; a marker stands where there is one"]
    points = [point for line in drawn for point in line.points]
    if any(point.is_soft for point in points):
        notes.append("hollow markers are estimated, provisional or of another definition")
    if any(point.status == "B" for point in points):
        notes.append("a line that stops and begins again marks a break in the series")
    return "; ".join(notes) + ". Every figure stands in the table of values below."


def _rules(page: LeafPage) -> list[Rule]:
    """Baseline and target of ASEAN, as far as they fall into the years shown."""
    standing, leaf, years = page.standing, page.leaf, page.years
    if standing.regional_latest is None:
        return []
    rules = []
    marks: list[tuple[str, Mark | None]] = [("baseline", standing.baseline), ("target", standing.target)]
    shown = [(kind, mark) for kind, mark in marks if mark and mark.year <= (page.filters.last or mark.year)]
    last = max([years[-1], *(mark.year for _, mark in shown)])
    for kind, mark in shown:
        first = max(years[0], mark.year if kind == "baseline" else years[0])
        value = text.number(mark.value, leaf.decimals)
        if first < last:
            rules.append(Rule(kind, f"{kind.capitalize()} {value}", mark.value, first, last))
    return rules


def _membership(page: LeafPage) -> list[tuple[int, str]]:
    """First year whose regional figure has a new member, with how many members there are from then on."""
    joined = sorted(state.joined_on.year for state in page.states if state.joined_on)
    years = sorted({year for year in joined if year > page.years[0]})
    return [(year, f"{sum(other <= year for other in joined)} members") for year in years]


def _latest(page: LeafPage, bars: list[Bar], shared: dict[str, Any]) -> ChartCard | None:
    if sum(bar.point is not None for bar in bars) < 2:
        return None
    leaf, by_value = page.leaf, page.filters.order == "value"
    spread = statistics.spread([s.latest for area, s in page.series.items() if area != ASEAN and s.latest])
    summary = ""
    if spread and spread.count > 1:
        low, middle, high = (text.number(v, leaf.decimals) for v in (spread.low, spread.median, spread.high))
        summary = f"{spread.count} states lie between {low} and {high}; half of them at or below {middle}."
    if text.is_yes_or_no(leaf):
        held = [series.latest for area, series in page.series.items() if area != ASEAN and series.latest]
        summary = f"1 is yes, 0 is no: {sum(bool(row.value) for row in held)} of {text.plural(len(held), 'state')} yes."
    return ChartCard(
        id="latest",
        title="Newest value by state",
        subtitle=f"{leaf.shown_unit}, " + ("sorted by value" if by_value else "in ASEAN's order"),
        summary=summary,
        figure=latest_by_state(bars, unit=leaf.shown_unit, decimals=leaf.decimals, by_value=by_value),
        notes="A year stands beside a value that is older than the newest one.",
        height="l",
        table=_newest_table(ordered(bars, by_value), page),
        filename=f"adme-kpi-{leaf.code}-newest",
        **shared,
    )


def _tiles(page: LeafPage, bars: list[Bar], shared: dict[str, Any]) -> ChartCard | None:
    if sum(bar.point is not None for bar in bars if not bar.is_region) < 2:
        return None
    leaf = page.leaf
    return ChartCard(
        id="tiles",
        title="The 11 Member States at a glance",
        subtitle=f"{leaf.shown_unit}, newest value of each state",
        summary="The stronger the colour, the higher the value, as the scale shows; a dotted square has no value.",
        figure=tile_grid(bars, unit=leaf.shown_unit, decimals=leaf.decimals),
        notes="Equal squares, placed roughly as the states lie. They show no borders.",
        height="l",
        table=_newest_table([bar for bar in bars if not bar.is_region], page),
        filename=f"adme-kpi-{leaf.code}-tiles",
        **shared,
    )


def _newest_table(bars: Sequence[Bar], page: LeafPage) -> dict[str, Any]:
    decimals = page.leaf.decimals
    return {
        "caption": f"Newest value by state, {page.leaf.shown_unit}",
        "head": ["State", page.leaf.shown_unit, "Year", "Status"],
        "rows": [
            [
                bar.name,
                text.number(bar.point.value if bar.point else None, decimals),
                str(bar.point.year) if bar.point else "",
                (bar.point.words or "normal") if bar.point else "not available",
            ]
            for bar in bars
        ],
    }


def _coverage(page: LeafPage, found: list[Line], shared: dict[str, Any]) -> ChartCard | None:
    years, states = page.years, [line for line in found if not line.is_region]
    if sum(len(line.points) for line in states) < 2:
        return None
    best = statistics.best_covered(page.standing)
    with_any = sum(bool(line.points) for line in states)
    summary = f"{with_any} of {len(states)} states have a figure in these years"
    summary += f"; {best[0]} is the best covered year, with {text.plural(best[1], 'state')}." if best else "."
    return ChartCard(
        id="coverage",
        title="Coverage by state and year",
        subtitle=f"Where there is a figure, {text.span(years[0], years[-1])}",
        summary=summary,
        figure=coverage(found, years),
        notes="Blank: no figure. Figures of a state from before it joined ASEAN are its own.",
        height="m",
        table={
            "caption": "Number of states with a figure, by year",
            "head": ["Year", "States with a figure", "Of them estimated or provisional"],
            "rows": [[str(year), *_counts(states, year)] for year in reversed(years)],
        },
        filename=f"adme-kpi-{page.leaf.code}-coverage",
        **shared,
    )


def _counts(states: Sequence[Line], year: int) -> tuple[str, str]:
    points = [point for line in states for point in line.points if point.year == year]
    return str(len(points)), str(sum(point.is_soft for point in points))


def panels(page: LeafPage) -> list[Panel]:
    """One small drawing per state on the same scales, ASEAN behind it."""
    found = lines(page.series, page.states)
    frame = _panel_frame(found)
    if frame is None:
        return []
    region, decimals = found[0].points, page.leaf.decimals
    made = []
    for line in found[1:]:
        last = line.points[-1] if line.points else None
        label = f"{line.name}: {text.figure(last.value, decimals, page.leaf.shown_unit)} in {last.year}" if last else ""
        made.append(
            Panel(
                line.name,
                sparkline(line.points, label, frame, region) if last else None,
                text.number(last.value if last else None, decimals),
                str(last.year) if last else "",
            )
        )
    return made


def panel_scale(page: LeafPage) -> str:
    """Which years and values all panels span, in words."""
    frame = _panel_frame(lines(page.series, page.states))
    if frame is None:
        return ""
    low, high = (text.number(value, page.leaf.decimals) for value in frame.values)
    return f"{text.span(*frame.years)}, from {low} to {high}"


def _panel_frame(found: Sequence[Line]) -> Frame | None:
    everything: list[Point] = [point for line in found for point in line.points]
    return frame_of(everything, PANEL_WIDTH, PANEL_HEIGHT, from_zero=True) if everything else None
