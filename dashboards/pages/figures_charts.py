"""The panels of one statistic: its trend, the states side by side, and every breakdown. No suppressed value exists."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from adme.common import formatting
from adme.observations.periods import TimePeriod
from databases_c.selectors.figures import Breakdown, Figures, Value, overlaps
from databases_c.selectors.holdings import Kind

from .. import text as say
from ..charts import Line, Point, bars, cell_map, theme, trend
from ..charts.trend import HEIGHT
from . import figures_tables as tables
from .records_charts import short
from .tool_parts import Panel, Table, panel, sentence

FILES = "statistic_download"
PER_YEAR = {"A": 1, "S": 2, "Q": 4, "M": 12}
TREND_PIXELS, FEW_STATES = 420, 2
LABEL_MIDDLE = 7  # pixels above the axis
KEY = (
    "c suppressed, few records; d suppressed to protect this or another; .. not available; - certified nil; "
    "n.a. not applicable"
)


def source(found: Figures) -> str:
    record_set, version = found.statistic.record_set, found.version
    recipe = f", recipe version {version.number}" if version else ""
    return f"{record_set.title}, approved submissions of Member States{recipe} (ADME, Database C)"


def coverage(found: Figures, period: int | None) -> str:
    """`9 of 11 states, 84 % of population, have a figure for 2025; 1 suppressed`."""
    if period is None:
        return ""
    told = found.of_period(period)
    regional = found.regional[period]
    hidden = sum(one.is_suppressed for one in told.values())
    more = f"; {hidden} suppressed" if hidden else ""
    told_of = regional.coverage if regional.population is None else f"{regional.coverage},"
    return f"{told_of} have a figure for {formatting.period(period)}{more}"


def panels(found: Figures) -> list[Panel]:
    """The trend (of two periods or more), the states, the breakdowns."""
    made = [_trend(found)] if len(found.periods) > 1 and any(_lines(found)) else []
    return [*made, _latest(found), *(_breakdown(found, one) for one in found.breakdowns if one.codes)]


def _made(
    found: Figures, name: str, table: Table, figure: dict[str, Any], pixels: int, told: str, *, subtitle: str,
    notes: str = "",
) -> Panel:  # fmt: skip
    made = panel(
        name, table, figure, pixels=pixels, subtitle=subtitle, summary=told, source=source(found),
        coverage=coverage(found, found.period), files=FILES, query=query(found), notes=notes,
        demonstration=found.has_demonstration, arguments=(found.statistic.code,),
    )  # fmt: skip
    return made


def query(found: Figures) -> str:
    from urllib.parse import urlencode

    asked = found.filters
    told = [("states", one) for one in asked.states]
    told += [(name, value) for name, value in (("period", asked.period), ("state", asked.state)) if value]
    return urlencode(told)


# --- trend ----------------------------------------------------------------------------------------------------------


def _place(period: int) -> int:
    """Where a period stands on an axis of whole numbers: the year, or the half-years, quarters or months since 0."""
    one = TimePeriod.from_key(period)
    many = PER_YEAR[one.frequency]
    return one.year if many == 1 else one.year * many + one.index - 1


def _lines(found: Figures) -> list[Line]:
    """ASEAN first where its total is honest, then the states; one frequency, that of the newest period."""
    frequency = TimePeriod.from_key(found.periods[-1]).frequency
    shown = [one for one in found.periods if TimePeriod.from_key(one).frequency == frequency]
    regional = [(one, found.regional[one].value) for one in shown]
    lines = [
        Line(
            tables.ASEAN,
            tables.ASEAN_NAME,
            tuple(Point(_place(one), value) for one, value in regional if value is not None),
            0,
        )
    ]
    for state, name in found.states.items():
        values = [found.totals.get((state, one)) for one in shown]
        points = tuple(
            Point(_place(one.period), one.value, one.obs_status) for one in values if one and one.value is not None
        )
        chosen = found.filters.states.index(state) + 1 if state in found.filters.states else None
        lines.append(Line(state, name, points, chosen))
    return [line for line in lines if line.points]


def _trend(found: Figures) -> Panel:
    lines, unit = _lines(found), found.statistic.unit
    figure = trend(lines, unit=unit, decimals=found.decimals)
    frequency = TimePeriod.from_key(found.periods[-1]).frequency
    if frequency != "A":
        _name_periods(figure, frequency)
    _lift(figure)
    first, last = (formatting.period(one) for one in (found.periods[0], found.periods[-1]))
    whole = [one for one in found.periods if found.regional[one].value is not None]
    told = _regional_sentence(found, whole)
    notes = ["The line passes over periods without a figure; a marker stands where there is one"]
    if any(point.is_soft for line in lines for point in line.points):
        notes.append("hollow markers are estimated or provisional")
    if any(one.is_suppressed for one in found.totals.values()):
        notes.append("a suppressed figure is not drawn and stands in the table as c or d")
    return _made(
        found, "values", tables.values(found), figure, TREND_PIXELS, told,
        subtitle=f"{unit}, {first} to {last}", notes=f"{'; '.join(notes)}.",
    )  # fmt: skip


def _lift(figure: dict[str, Any]) -> None:
    """Labels that were pushed apart stay above the axis, whose own labels stand below it; the strong ones cover."""
    layout = figure["layout"]
    (low, high), margin = layout["yaxis"]["range"], layout["margin"]
    pixels = (HEIGHT - margin["t"] - margin["b"]) / (high - low)
    notes = [note for note in layout["annotations"] if "yshift" in note]
    heights: dict[float, list[float]] = {}
    for note in notes:
        heights.setdefault(note["x"], []).append((note["y"] - low) * pixels + note["yshift"])
    for note in notes:
        note["yshift"] += max(0, round(LABEL_MIDDLE - min(heights[note["x"]])))
        if note["text"].startswith("<b>"):
            note |= {"bgcolor": "paper", "borderpad": 0}


def _regional_sentence(found: Figures, whole: Sequence[int]) -> str:
    if not found.is_sum:
        return "States' figures of this kind cannot be added, so there is no line of ASEAN."
    if not whole:
        return "No period has a figure of every Member State, so there is no line of ASEAN."
    missing = len(found.periods) - len(whole)
    dark = "The dark line is the sum of all Member States"
    periods = say.plural(missing, "period lacks", "periods lack")
    twice = "what two states count is in it twice" if overlaps(found.recipe) else ""
    return sentence(dark, twice, f"{periods} the figure of a state and so a sum" if missing else "")


def _name_periods(figure: dict[str, Any], frequency: str) -> None:
    """Places on the axis become names of periods, in the ticks and under the pointer."""
    many = PER_YEAR[frequency]

    def name(place: int) -> str:
        return formatting.period(str(TimePeriod(place // many, frequency, place % many + 1)))

    places = [trace["x0"] + step for trace in figure["data"] for step in range(len(trace["y"]))]
    for trace in figure["data"]:
        trace["customdata"] = [name(trace["x0"] + step) for step in range(len(trace["y"]))]
        trace["hovertemplate"] = trace["hovertemplate"].replace("%{x}", "%{customdata}")
    first, last = min(places), max(places)
    step = max(1, -(-(last - first + 1) // 8))
    ticks = list(range(first, last + 1, step))
    axis = figure["layout"]["xaxis"]
    axis.pop("dtick", None)
    axis |= {"tickmode": "array", "tickvals": ticks, "ticktext": [name(one).replace(", ", ",<br>") for one in ticks]}
    axis["title"]["text"] = "Period"


# --- states side by side --------------------------------------------------------------------------------------------


def _latest(found: Figures) -> Panel:
    period = found.period
    if period is None:
        raise ValueError("a statistic without figures has no charts")
    regional, told = found.regional[period], found.of_period(period)
    rows = []
    if regional.value is not None:
        rows.append(
            bars.Bar(tables.ASEAN_NAME, regional.value, formatting.number(regional.value, found.decimals), strong=True)
        )
    rows += [_bar(found, state, told.get(state)) for state in found.states]
    values = [one.value for one in told.values() if one.value is not None]
    between = ""
    if len(values) > FEW_STATES:
        low, high = (formatting.number(one, found.decimals) for one in (min(values), max(values)))
        between = f"{len(values)} states lie between {low} and {high}."
    return _made(
        found, "latest", tables.latest(found), bars.bars(rows, unit=found.statistic.unit), bars.height(rows), between,
        subtitle=f"{found.statistic.unit}, {formatting.period(period)}, in ASEAN's order",
        notes="A state without a bar says why: nothing here stands for zero but 0.",
    )  # fmt: skip


def _bar(found: Figures, state: str, value: Value | None) -> bars.Bar:
    name, chosen = found.states[state], state in found.filters.states
    colour = theme.chosen_style(found.filters.states.index(state))[0] if chosen else theme.REGION
    if value is None:
        return bars.Bar(name, None, _small(tables.absent_words(found, state, found.period or 0)), chosen)
    if value.value is None:
        return bars.Bar(name, None, _small(tables.status_words(value)), chosen)
    if value.is_nil:
        return bars.Bar(name, 0.0, "- certified nil", chosen)
    return bars.Bar(name, value.value, tables.written(value, found.decimals), chosen, colour)


def _small(words: str) -> str:
    return f"{words[:1].lower()}{words[1:]}"


# --- breakdowns -----------------------------------------------------------------------------------------------------


def _breakdown(found: Figures, one: Breakdown) -> Panel:
    table = tables.breakdown(one.concept)(found)
    name, when = tables.slug(one.concept), formatting.period(found.period)
    if found.filters.state:
        rows = _bars_of(found, one)
        return _made(
            found, name, table, bars.bars(rows, unit=found.statistic.unit), bars.height(rows), "",
            subtitle=f"{found.statistic.unit}, {found.states[found.filters.state]}, {when}", notes=_hidden(found, one),
        )  # fmt: skip
    rows_of_cells = _cells_of(found, one)
    sides = [cell_map.Column(code, name) for code, name in found.states.items()]
    figure = cell_map.cell_map(rows_of_cells, sides, cell_map.VALUE_SIGNS)
    signs = [cell.sign for _, own in rows_of_cells for cell in own if cell.shade is None]
    words = cell_map.key(cell_map.VALUE_SIGNS, signs)
    return _made(
        found, name, table, figure, cell_map.height(rows_of_cells), "",
        subtitle=f"{found.statistic.unit}, {when}",
        notes=f"{words}{'; ' if words else ''}the darker, the larger; k means thousand. {_hidden(found, one)}".strip(),
    )  # fmt: skip


def _hidden(found: Figures, one: Breakdown) -> str:
    hidden = [value.conf_status for value in found.marginal(one.concept).values() if value.is_suppressed]
    few, other = hidden.count("C"), hidden.count("D")
    if not hidden:
        return ""
    return f"Suppressed: {say.plural(few, 'cell')} of few records, {other} to protect {'it' if few == 1 else 'others'}."


def _bars_of(found: Figures, one: Breakdown) -> list[bars.Bar]:
    cells, rows = found.marginal(one.concept), []
    for code, name in one.codes.items():
        value = cells.get((found.filters.state, code))
        if value is None:
            rows.append(bars.Bar(name, None, _small(tables.no_cell(found, found.filters.state))))
        elif value.value is None:
            sign = tables.SUPPRESSION_SIGNS.get(value.conf_status, "")
            rows.append(bars.Bar(name, None, f"{sign} {_small(tables.status_words(value))}".strip()))
        else:
            rows.append(bars.Bar(name, value.value, tables.written(value, found.decimals)))
    return rows


def _cells_of(found: Figures, one: Breakdown) -> list[tuple[str, list[cell_map.Cell]]]:
    cells = found.marginal(one.concept)
    most = max((value.value for value in cells.values() if value.value is not None), default=0.0)
    return [
        (name, [_cell(found, state, cells.get((state, code)), most) for state in found.states])
        for code, name in one.codes.items()
    ]


def _cell(found: Figures, state: str, value: Value | None, most: float) -> cell_map.Cell:
    if value is None:
        return cell_map.Cell("", tables.no_cell(found, state), sign=_no_cell_sign(found, state))
    if value.value is None:
        sign = value.conf_status if value.is_suppressed else value.obs_status
        return cell_map.Cell("", tables.status_words(value), sign=sign if sign in cell_map.VALUE_SIGNS else "O")
    if value.is_nil:
        return cell_map.Cell("", tables.status_words(value), sign="nil")
    words = f"{tables.written(value, found.decimals)} {found.statistic.unit}"
    return cell_map.Cell(short(value.value), words, cell_map.shade_of(value.value, most))


def _no_cell_sign(found: Figures, state: str) -> str:
    """As no_cell of the table says it in words."""
    period = found.period or 0
    total = found.totals.get((state, period))
    if total is None:
        kind = found.kind(state, period)
        return "O" if kind == Kind.HELD else kind
    if total.is_suppressed:
        return total.conf_status
    if total.value is None:
        return total.obs_status if total.obs_status in cell_map.VALUE_SIGNS else "O"
    return "nil" if total.is_nil else "none"
