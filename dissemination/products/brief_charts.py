"""Charts of the brief and of the other documents, made from a content. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from adme.common.text import fold
from adme.exports.charts import (
    BarChart,
    Chart,
    DotPlot,
    DotRow,
    Head,
    LineChart,
    Mark,
    Role,
    Rule,
    Series,
    SmallMultiples,
    StackedBar,
)
from dashboards import text
from dissemination.editions.content import ASEAN, Content, Figure, Leaf, Table

from . import words

PANELS = 6  # small charts of a Characteristic
WAY_TOGETHER = 16  # rated leaves that one chart shows
RATINGS = (
    ("on_track", "On track", "good"),
    ("attention", "Attention", "attention"),
    ("off_track", "Off track", "bad"),
    ("no_rating", "No rating", "none"),
)
DATA = (("current", "Current figure", ""), ("older", "Older figure", ""), ("none", "No figure", "none"))
# Statuses are data and may be others; those known here are drawn by what they say.
STATUS_TONES = {
    "not started": "none",
    "on going": "going",
    "completed": "good",
    "delayed": "attention",
    "postponed": "late",
    "cancelled": "bad",
}
SOURCE = "ADME, results framework (Database A)"


def ratings_chart(content: Content) -> StackedBar:
    """Leaves by rating, for each Characteristic."""
    return _by_characteristic(
        content, "overview.ratings", "Ratings by Characteristic",
        "How ASEAN's newest figures stand against their targets, by the published rule",
        RATINGS, lambda leaf: rating.rating if (rating := content.rating(leaf.code)) else "no_rating",
    )  # fmt: skip


def data_chart(content: Content) -> StackedBar:
    """Leaves by the state of their data, for each Characteristic."""
    sentence = f"A figure is current when it is of {content.first_current_year} or later"
    return _by_characteristic(
        content, "overview.data", "Data by Characteristic", sentence, DATA, lambda leaf: leaf.state_of_data
    )


def _by_characteristic(
    content: Content,
    key: str,
    title: str,
    sentence: str,
    kinds: Sequence[tuple[str, str, str]],
    kind_of: Callable[[Leaf], str],
) -> StackedBar:
    items = content.of_tier("characteristic")
    counted = {item.code: Counter(map(kind_of, content.leaves_of(characteristic=item.code))) for item in items}
    return StackedBar(
        Head(key, title, "KPI leaves", sentence=sentence, source=SOURCE,
             is_demonstration=content.stamp.is_demonstration),
        tuple(f"{item.code} {item.title}" for item in items),
        tuple(
            Series(name, tuple(float(counted[item.code][kind]) for item in items), tone=tone)
            for kind, name, tone in kinds
        ),
    )  # fmt: skip


def causes_chart(content: Content) -> StackedBar:
    """Leaves by the state of their data, for each way in which data come."""
    causes = [cause for cause in text.SOURCES if any(leaf.source_type == cause for leaf in content.leaves)]
    counted = Counter((leaf.source_type, leaf.state_of_data) for leaf in content.leaves)
    return StackedBar(
        Head("gaps.causes", "Data by the way they come", "KPI leaves", source=SOURCE,
             sentence="Gaps gather where figures wait for reports or surveys rather than for published statistics"
             if _mostly_not_published(content) else ""),
        tuple(f"{cause} {text.SOURCES[cause]}" for cause in causes),
        tuple(
            Series(name, tuple(float(counted[cause, kind]) for cause in causes), tone=tone)
            for kind, name, tone in DATA
        ),
    )  # fmt: skip


def _mostly_not_published(content: Content) -> bool:
    without = [leaf for leaf in content.leaves if leaf.state_of_data == "none"]
    return bool(without) and sum(leaf.source_type != "B" for leaf in without) * 2 > len(without)


def overview_charts(content: Content) -> tuple[Chart, ...]:
    """Ratings, data, and how far the rated leaves have come, where they are few enough for one chart."""
    found: list[Chart] = [ratings_chart(content), data_chart(content)] if content.leaves else []
    whole = way(content, content.leaves, "overview")
    return (*found, whole) if whole and len(whole.rows) <= WAY_TOGETHER else tuple(found)


def characteristic_charts(content: Content, letter: str, title: str) -> tuple[Chart, ...]:
    """Trends of up to six leaves; how far the rated ones have come, where all together are too many for one chart."""
    leaves = content.leaves_of(characteristic=letter)
    whole = way(content, content.leaves, letter)
    own = way(content, leaves, letter) if whole and len(whole.rows) > WAY_TOGETHER else None
    return tuple(
        chart for chart in (trends(content, leaves, key=f"{letter}.trends", title=f"{letter} {title}"), own) if chart
    )


def trends(content: Content, leaves: Sequence[Leaf], *, key: str, title: str, area: str = "") -> SmallMultiples | None:
    """ASEAN as a strong line, the states thin and grey (or `area` in colour). None without two figures of one leaf."""
    shown = [leaf for leaf in leaves if not words.is_yes_or_no(leaf, area or ASEAN)]
    drawable = [leaf for leaf in shown if _points(content, leaf, area or ASEAN) >= 2]
    if not drawable:
        return None
    rated = {leaf.code for leaf in drawable if (one := content.rating(leaf.code)) and one.rating != "no_rating"}
    chosen = sorted(drawable, key=lambda leaf: leaf.code not in rated)[:PANELS]
    panels = tuple(trend(content, leaf, area=area) for leaf in drawable if leaf in chosen)
    who = f"{content.area_names.get(area, area)} in colour, ASEAN dark" if area else "ASEAN dark, Member States grey"
    left = len(drawable) - len(panels)
    providers = dict.fromkeys(source.provider for source in content.sources_of(chosen) if source.provider)
    return SmallMultiples(
        Head(
            key, f"Trends, {title}", "see each panel", sentence=who,
            note=f"{text.plural(left, 'more leaf', 'more leaves')} with a trend in the workbook" if left else "",
            source="; ".join(providers),
            is_demonstration=any(leaf.is_demonstration for leaf in chosen),
            is_provisional=any(leaf.is_provisional for leaf in chosen),
        ),
        panels,
        columns=4 if len(panels) == 4 else 3,
    )  # fmt: skip


def _points(content: Content, leaf: Leaf, area: str) -> int:
    return len({figure.year for figure in content.series(leaf.code, area) if figure.value is not None})


def trend(content: Content, leaf: Leaf, *, area: str = "") -> LineChart:
    """One leaf by year. A year with several periods shows its last; a withheld year is a gap."""
    states = (
        () if leaf.unit == words.COUNT_OF_STATES and not area else content.states
    )  # their 0 and 1 are not on its scale
    shown = {
        code: {figure.year: figure for figure in content.series(leaf.code, code) if figure.value is not None}
        for code in (ASEAN, *(state.code for state in states))
    }
    marks = _rules(content, leaf, area or ASEAN)
    seen = {year for rows in shown.values() for year in rows} | {rule.year for rule in marks}
    years = tuple(range(min(seen), max(seen) + 1)) if seen else ()
    series = [
        _line(content.area_names[code], rows, years, _role(code, area))
        for code, rows in shown.items()
        if rows and (not area or code in (ASEAN, area))
    ]
    return LineChart(
        Head(
            f"trend.{leaf.code}", f"{leaf.code} {leaf.title}", leaf.unit,
            source="; ".join(source.title for source in content.sources_of([leaf])),
            is_demonstration=leaf.is_demonstration, is_provisional=leaf.is_provisional,
        ),
        years, tuple(series), marks, leaf.decimals,
    )  # fmt: skip


def _role(code: str, area: str) -> Role:
    return Role.REGION if code == ASEAN else Role.CHOSEN if code == area else Role.REST


def _line(name: str, rows: dict[int, Figure], years: Sequence[int], role: Role) -> Series:
    found = [rows.get(year) for year in years]
    return Series(
        name,
        tuple(figure.value if figure else None for figure in found),
        tuple(_mark(figure) for figure in found),
        role,
    )


def _mark(figure: Figure | None) -> Mark:
    if figure is None:
        return Mark.NONE
    if words.is_break(figure):
        return Mark.BREAK
    if words.is_soft(figure):
        return Mark.ESTIMATED
    return Mark.CARRIED if figure.states_carried else Mark.NONE


def _rules(content: Content, leaf: Leaf, area: str) -> tuple[Rule, ...]:
    rating = content.rating(leaf.code, area)
    if rating is None:
        return ()
    found = []
    if rating.baseline_year and rating.baseline_value is not None:
        found.append(Rule("baseline", "Baseline", rating.baseline_year, rating.baseline_value))
    if rating.target_year and rating.target_value is not None:
        found.append(Rule("target", "Target", rating.target_year, rating.target_value, rating.target_is_demonstration))
    return tuple(found)


def way(content: Content, leaves: Sequence[Leaf], letter: str, area: str = ASEAN) -> DotPlot | None:
    """How much of the way from baseline to target has been gone, in per cent; None where no leaf is rated."""
    rows, made_up = [], False
    for leaf in leaves:
        rating = content.rating(leaf.code, area)
        if rating is None or rating.share_of_way is None:
            continue
        expected = None if rating.share_of_time is None else 100 * rating.share_of_time
        made_up = made_up or rating.target_is_demonstration or leaf.is_demonstration
        now = words.with_unit(leaf, content.latest(leaf.code, area))
        rows.append(
            DotRow(f"{leaf.code} {leaf.title}", 0.0, 100 * rating.share_of_way, 100.0, rating.rating, expected, now)
        )
    if not rows:
        return None
    return DotPlot(
        Head(
            f"{letter}.way", "The way from baseline to target", "% of the way",
            sentence="Dot: way gone; tick: where time alone would put it", source=SOURCE, is_demonstration=made_up,
        ),
        tuple(rows),
    )  # fmt: skip


def status_chart(table: Table, key: str, title: str) -> BarChart:
    """A table (name, count) as bars."""
    rows = [(str(row[0]), _number(row[1])) for row in table.rows]
    return BarChart(
        _head_of(table, key, title),
        tuple(name for name, _ in rows),
        (Series(table.columns[1], tuple(value for _, value in rows)),),
    )


def stacked_chart(table: Table, key: str, title: str, columns: Sequence[str]) -> StackedBar:
    """The named columns of a table, stacked for each row; None stays a gap."""
    places = [table.columns.index(name) for name in columns]
    return StackedBar(
        _head_of(table, key, title),
        tuple(str(row[0]) for row in table.rows),
        tuple(
            Series(
                table.columns[place],
                tuple(_number(row[place]) for row in table.rows),
                tone=STATUS_TONES.get(fold(table.columns[place]), ""),
            )
            for place in places
        ),
    )


def _head_of(table: Table, key: str, title: str) -> Head:
    return Head(
        key, title, table.unit, subtitle=table.coverage, source=table.source, note=table.note,
        is_demonstration=table.is_demonstration,
    )  # fmt: skip


def _number(cell: object) -> float | None:
    return float(cell) if isinstance(cell, int | float) and not isinstance(cell, bool) else None
