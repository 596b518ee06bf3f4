"""The SOCA brief as slides: what `brief_of` says, with charts that can be edited. The notes hold sources and all that a
slide has no room for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from adme.exports import charts
from adme.exports.charts import Chart
from dissemination.editions.content import Content

from ..brief import brief_of
from ..brief_parts import (
    Brief,
    ChangesPart,
    CharacteristicPart,
    GapsPart,
    KeyFigure,
    LeafRow,
    RepliesPart,
    SourceRow,
    ToolPart,
)
from .common import ACCENT, INK, MUTED, RATING_SHAPES, RATINGS, about_file, shorten
from .deck import BOTTOM, FULL, LEFT, RIGHT, TOP, Deck, Slide, table_height
from .notes_sheet import SIGNS
from .plots import Plot, head_of, plots_of
from .tables import Cell, Column, shown_rows

CHARTS_BESIDE = 3
_SHORT_MARKS = {
    "provisional title": "[P]",
    "topic-known title": "[P]",
    "proxy": "[proxy]",
    "demonstration data": "[demo]",
}
SHORT_SIGNS = (
    *SIGNS[:-3],
    ("[P] [proxy] [demo]", "working title; stands in for what is not measured yet; made-up figures, do not cite"),
)


def build(content: Content, file_stamp: str, *, body: str = "", state: str = "") -> bytes:
    """The brief of the whole framework; `body` and `state` do not narrow it."""
    brief = brief_of(content)
    deck = Deck(content, file_stamp, title=f"SOCA brief: {brief.cover.title}", marks=brief.cover.marks)
    _cover(deck, brief)
    _glance(deck, brief)
    for part in brief.characteristics:
        _characteristic(deck, brief, part)
    _movements(deck, brief)
    if brief.changes.previous or brief.replies.counts:
        _changes_and_replies(deck, brief)
    for tool in brief.tools:
        _tool(deck, tool)
    _gaps(deck, brief.gaps)
    _methods(deck, brief)
    _about(deck, content, brief, file_stamp)
    return deck.finish()


# -- Cover and overview


def _cover(deck: Deck, brief: Brief) -> None:
    cover = brief.cover
    slide = deck.slide(cover.title)
    slide.bar()
    slide.text([cover.subtitle], top=1.3, height=0.5, most=18, colour=MUTED)
    facts = [f"{name}: {value}" for name, value in cover.facts]
    has_foreword = bool(cover.foreword)
    width = FULL / 2 - 0.25 if has_foreword else FULL
    slide.text(facts, top=2.1, width=width, height=3.6, most=16)
    is_whole = True
    if has_foreword:
        left = LEFT + width + 0.5
        is_whole = slide.text(cover.foreword, left=left, top=2.1, width=width, height=3.6, most=14, least=10)
    slide.text([f"Cite as: {cover.citation}"], top=6.0, height=0.75, most=13, colour=MUTED)
    slide.notes(
        "SOCA brief. Every figure has its coverage beside it; signs are explained on the last slides.",
        *(("Foreword, whole:", *cover.foreword) if has_foreword and not is_whole else cover.foreword),
    )


def _glance(deck: Deck, brief: Brief) -> None:
    slide = deck.slide("At a glance")
    _cards(slide, brief.cover.key_figures, top=TOP, height=1.45)
    _row_of_charts(slide, brief.overview[:2], top=2.95, height=BOTTOM - 2.95)
    slide.notes(*_notes_of(brief.overview))


def _cards(
    slide: Slide, figures: Sequence[KeyFigure], *, top: float, height: float, left: float = LEFT, width: float = FULL
) -> None:
    if not figures:
        return
    between = 0.15
    each = min(3.6, (width - between * (len(figures) - 1)) / len(figures))
    for place, one in enumerate(figures):
        value = " ".join(part for part in (one.value, one.of) if part)
        slide.card(one.label, value, one.note, left=left + place * (each + between), top=top, width=each, height=height)


def _row_of_charts(
    slide: Slide,
    found: Sequence[Chart],
    *,
    top: float,
    height: float,
    left: float = LEFT,
    width: float = FULL,
    size: float = 11,
) -> None:
    plots = [plot for chart in found for plot in plots_of(chart)]
    if not plots:
        return
    each = (width - 0.2 * (len(plots) - 1)) / len(plots)
    for place, plot in enumerate(plots):
        slide.chart(plot, left=left + place * (each + 0.2), top=top, width=each, height=height, size=size)


def _notes_of(found: Sequence[Chart]) -> Iterator[str]:
    """What stands around a chart, and the chart in words."""
    for chart in found:
        if not charts.has_values(chart):
            continue
        head = head_of(chart)
        words = [head.title, head.sentence, head.note, head.source and f"Source: {head.source}"]
        words += [charts.MARK_WORDS[mark] for mark in charts.marks_in(chart)]
        if head.is_demonstration:
            words.append("Demonstration data: do not cite")
        yield ". ".join(word.rstrip(".") for word in words if word) + "."


# -- Characteristics

_LEAF_COLUMNS = (
    Column("KPI", 0.48),
    Column("Title and unit", 3.75),
    Column("ASEAN", 0.9, is_right=True),
    Column("Coverage", 1.95),
    Column("Rating", 1.0),
    Column("Change", 1.2),
)
_LEAF_WIDTH = sum(column.width for column in _LEAF_COLUMNS)


def _characteristic(deck: Deck, brief: Brief, part: CharacteristicPart) -> None:
    """The table of leaves with charts beside it; as many slides as the leaves take."""
    plots = [plot for chart in part.charts for plot in plots_of(chart)]
    rows, number = list(part.rows), 0
    while True:
        number += 1
        more = " (continued)" if number > 1 else ""
        slide = deck.slide(f"{part.letter} {part.title}{more}")
        top = TOP
        if number == 1 and part.headline:
            slide.text(part.headline, top=TOP, height=0.5, most=14, least=10)
            top += 0.52
        if not rows:
            slide.text(["This Characteristic has no KPI leaf in this edition."], top=top, height=0.6)
            slide.notes(*part.headline)
            return
        beside, plots = plots[:CHARTS_BESIDE], plots[CHARTS_BESIDE:]
        columns = _LEAF_COLUMNS if beside else _stretched(_LEAF_COLUMNS)
        notes_height = 0.42 if any(row.notes for row in rows) else 0.0
        cells, height = [_leaf_cells(row) for row in rows], BOTTOM - top - notes_height
        sizes = (size for size in (12, 11, 10.5, 10, 9.5, 9, 8.5) if table_height(columns, cells, size) <= height)
        count, end = slide.table(
            columns, cells, top=top, height=height, size=next(sizes, 10),
            name=f"KPI leaves of {part.letter}",
        )  # fmt: skip
        shown, rows = rows[:count], rows[count:]
        told = _to_know(part, shown)
        width = sum(column.width for column in columns)
        left_over = max(0.3, BOTTOM - end - 0.05)
        slide.text(told, top=end + 0.08, width=width, height=left_over, most=10, least=8, colour=MUTED)
        _beside(slide, beside, left=LEFT + _LEAF_WIDTH + 0.2, top=top)
        slide.notes(*part.headline, *told, *_notes_of(part.charts), *_sources_of(brief, shown))
        if not rows:
            return


def _stretched(columns: Sequence[Column]) -> tuple[Column, ...]:
    """The same columns over the whole slide; the title takes what is left."""
    left = FULL - sum(column.width for column in columns)
    return tuple(Column(one.name, one.width + (left if place == 1 else 0), one.is_right)
                 for place, one in enumerate(columns))  # fmt: skip


def _beside(slide: Slide, plots: Sequence[Plot], *, left: float, top: float) -> None:
    if not plots:
        return
    each = min(2.4, (BOTTOM - top) / len(plots))
    for place, plot in enumerate(plots):
        slide.chart(plot, left=left, top=top + place * each, width=RIGHT - left, height=each - 0.06, size=9,
                    longest=44)  # fmt: skip


def _leaf_cells(row: LeafRow) -> tuple[Cell, ...]:
    marks = " ".join(dict.fromkeys(_SHORT_MARKS.get(mark, f"[{mark}]") for mark in row.marks))
    rated = row.rating != "no_rating"
    rating = f"{RATING_SHAPES.get(row.rating, '')} {row.rating_label}".strip()
    return (
        Cell(row.leaf.code, is_bold=True),
        Cell(shorten(row.leaf.title, 110), " ".join(part for part in (row.unit, marks) if part)),
        Cell(row.value, row.period, is_bold=True, is_right=True),
        Cell("", row.coverage),
        Cell(rating, row.target and f"target {row.target}", is_bold=rated, colour=RATINGS.get(row.rating, MUTED)),
        Cell(row.movement, " ".join(part for part in (row.movement_words, row.since and f"since {row.since}") if part)),
    )


def _to_know(part: CharacteristicPart, rows: Sequence[LeafRow]) -> list[str]:
    """Notes of the rows on a slide, each once, with the leaves that it is about."""
    codes = {row.leaf.code for row in rows}
    found = []
    for note, leaves in part.notes:
        named = [code for code in leaves if code in codes]
        if named:
            found.append(f"{', '.join(named)}: {note}")
    return found


def _sources_of(brief: Brief, rows: Sequence[LeafRow]) -> Iterator[str]:
    codes = {row.leaf.code for row in rows}
    for row in brief.sources:
        used = [code for code in row.leaves if code in codes]
        if used:
            licence = f" Licence: {row.source.licence}." if row.source.licence else ""
            yield f"Source of {', '.join(used)}: {row.text.rstrip('.')}.{licence}"


# -- Movements, changes, replies


def _movements(deck: Deck, brief: Brief) -> None:
    slide = deck.slide("Key movements")
    top, way = TOP, brief.overview[2:]
    if brief.movements:
        slide.text(brief.movements, top=top, height=1.0, most=15, least=10)
        top += 1.1
    if not brief.movement_rows:
        if not brief.movements:
            slide.text(["No ASEAN figure has an earlier one to compare with."], top=top, height=0.5)
    else:
        told = (
            "The largest relative movements of current ASEAN figures, in the framework's order. Where coverage "
            "changed, part of a movement may come from who reported."
        )
        slide.text([told], top=top, width=7.9 if way else FULL, height=0.5, most=12, least=10, colour=MUTED)
        columns = (
            Column("KPI", 0.5), Column("Title and unit", 2.85), Column("From", 1.1, is_right=True),
            Column("To", 1.1, is_right=True), Column("Change", 1.05), Column("Coverage", 1.3),
        )  # fmt: skip
        rows = [
            (Cell(row.leaf.code, is_bold=True), Cell(shorten(row.leaf.title, 110), row.leaf.unit), Cell(row.before),
             Cell(row.after), Cell(row.change, row.words, is_bold=True), Cell("", row.coverage))
            for row in brief.movement_rows
        ]  # fmt: skip
        slide.table(columns if way else _stretched(columns), rows, top=top + 0.5, height=BOTTOM - top - 0.5,
                    size=11, name="Key movements")  # fmt: skip
    _row_of_charts(slide, way, left=LEFT + 8.1, width=FULL - 8.1, top=TOP, height=BOTTOM - TOP, size=10)
    slide.notes(
        *brief.movements,
        *(f"{row.leaf.code}: {row.note}." for row in brief.movement_rows if row.note),
        *_notes_of(way),
    )


def _changes_and_replies(deck: Deck, brief: Brief) -> None:
    slide = deck.slide("Changes since the previous edition, and replies")
    half = FULL / 2 - 0.15
    _changes(slide, brief.changes, half)
    _replies(slide, brief.replies, LEFT + half + 0.3, half)
    slide.notes(
        *(f"{row.leaf} {row.area} {row.period}: from {row.before} to {row.after}. {row.cause}. {row.detail}"
          for row in brief.changes.rows),
        f"{brief.changes.more} more changed figures stand in the workbook." if brief.changes.more else "",
        *(f"{row.state}, KPI {row.leaf}, {row.period}: {row.said}. {row.text} {row.evidence}"
          for row in brief.replies.rows),
        *(f"{one.state}: {one.confirmed} confirmed, {one.corrected} corrected, {one.disputed} disputed, "
          f"{one.silent} without a reply" for one in brief.replies.counts),
    )  # fmt: skip


def _changes(slide: Slide, part: ChangesPart, width: float) -> None:
    causes = [f"{count} by {cause.lower()}" for cause, count in part.by_cause]
    slide.text([part.sentence, "; ".join(causes)], width=width, height=0.9, most=14, least=10)
    columns = (
        Column("KPI", 0.5), Column("What", 2.75), Column("Before", 0.85, is_right=True),
        Column("After", 0.85, is_right=True), Column("Cause", width - 4.95),
    )  # fmt: skip
    rows = [
        (Cell(row.leaf, is_bold=True), Cell(shorten(row.title, 70), f"{row.area}, {row.period}"), Cell(row.before),
         Cell(row.after), Cell("", row.cause))
        for row in part.rows
    ]  # fmt: skip
    _fitted(slide, columns, rows, left=LEFT, top=2.1, height=BOTTOM - 2.1, name="Changes of ASEAN figures")


def _replies(slide: Slide, part: RepliesPart, left: float, width: float) -> None:
    slide.text([part.sentence], left=left, width=width, height=0.9, most=14, least=9)
    columns = (Column("State and KPI", 1.9), Column("Said", 1.5), Column("Text", width - 3.4))
    rows = [
        (Cell(f"{row.state}, {row.leaf}", f"{row.period}: {row.figure}"), Cell(row.said, row.proposed),
         Cell("", shorten(row.text, 160)))
        for row in part.rows
    ]  # fmt: skip
    end = _fitted(slide, columns, rows, left=left, top=2.1, height=2.3, name="Disputes and corrections")
    names = ("Confirmed", "Corrected", "Disputed", "No reply")
    counts = (Column("State", width - 4.0), *(Column(name, 1.0, is_right=True) for name in names))
    told = [
        (Cell(one.state), Cell(str(one.confirmed)), Cell(str(one.corrected)), Cell(str(one.disputed)),
         Cell(str(one.silent)))
        for one in part.counts
    ]  # fmt: skip
    _fitted(slide, counts, told, left=left, top=end, height=BOTTOM - end, name="Replies by state", size=9)


def _fitted(
    slide: Slide,
    columns: Sequence[Column],
    rows: Sequence[Sequence[Cell]],
    *,
    left: float,
    top: float,
    height: float,
    name: str,
    size: float = 10.5,
) -> float:
    """A table that says how many of its rows stand in the notes only. Returns where the next thing may begin."""
    if not rows:
        return top
    is_whole = table_height(columns, rows, size) <= height
    count, end = slide.table(
        columns, rows, left=left, top=top, height=height if is_whole else height - 0.3, size=size, name=name
    )
    if count < len(rows):
        told = f"{len(rows) - count} more in the notes of this slide"
        slide.text([told], left=left, top=end + 0.05, width=5.0, height=0.25, most=10, least=9, colour=MUTED)
        end += 0.25
    return end + 0.15


# -- Tools


def _tool(deck: Deck, part: ToolPart) -> None:
    slide = deck.slide(part.title)
    slide.text([part.empty or part.sentence], height=0.35, most=14, least=10)
    top = TOP + 0.42
    if part.is_demonstration:
        slide.text(["Demonstration data: reports made up to show how ADME works"], top=top, height=0.28, most=12,
                   colour=ACCENT, is_bold=True)  # fmt: skip
        top += 0.32
    if part.figures:
        _cards(slide, part.figures, top=top, height=1.15)
        top += 1.25
    half = FULL / 2 - 0.15
    told, beside = part.charts[:1], part.charts[1:]
    table = part.tables[0] if part.tables else None
    if beside:  # the long chart on the right, the short one above the table
        _row_of_charts(slide, beside, left=LEFT + half + 0.3, width=half, top=top, height=BOTTOM - top, size=9)
    below = top + 2.15 if told and beside else top
    _row_of_charts(slide, told, width=half, top=top, height=2.1 if beside else min(3.6, BOTTOM - top), size=10)
    if table:
        left = LEFT if beside or not told else LEFT + half + 0.3
        names, rows = shown_rows(table, without=("Tool",))
        columns = [Column(name, half / len(names), is_right=is_number) for name, is_number in names]
        slide.table(columns, [[Cell(cell) for cell in row] for row in rows], left=left, top=below,
                    height=BOTTOM - below, size=10, name=table.title)  # fmt: skip
    slide.notes(
        part.sentence,
        *(f"{table.title}: {table.source}. {table.note}" for table in part.tables),
        *_notes_of(part.charts),
    )


# -- Gaps, methods, about


def _gaps(deck: Deck, gaps: GapsPart) -> None:
    slide = deck.slide("Gaps")
    slide.text(gaps.paragraphs, height=0.6, most=15, least=10)
    top = TOP + 0.7
    columns = (Column("Way data come", 1.6), Column("KPI leaves without a figure", 2.7), Column("Why", 1.7),
               Column("What is needed", 2.1))  # fmt: skip
    rows = [
        (Cell(f"{group.cause} {group.title}", group.who, is_bold=True),
         Cell("; ".join(f"{leaf.code} {shorten(leaf.title, 60)}" for leaf in group.leaves)), Cell(group.why),
         Cell(group.needed))
        for group in gaps.groups
    ]  # fmt: skip
    room = BOTTOM - top - 0.75
    end = _fitted(slide, columns, rows, left=LEFT, top=top, height=room, size=11, name="KPI leaves without a figure")
    if gaps.older:
        older = "; ".join(f"{leaf.code} {shorten(leaf.title, 60)} ({leaf.newest_year or '..'})" for leaf in gaps.older)
        slide.text([f"Older figures: {older}."], top=min(end, BOTTOM - 0.6), width=8.1,
                   height=max(0.6, min(1.2, BOTTOM - end - 0.12)), most=11, least=9, colour=INK)  # fmt: skip
    _row_of_charts(slide, gaps.charts, left=LEFT + 8.35, width=FULL - 8.35, top=top, height=4.2, size=10)
    slide.notes(
        *gaps.paragraphs,
        *(f"{group.cause} {group.title}: {', '.join(leaf.code for leaf in group.leaves)}. {group.why} {group.needed} "
          f"{group.who}" for group in gaps.groups),
        *(f"{leaf.code} {leaf.title}: {own}" for group in gaps.groups
          for leaf, own in zip(group.leaves, group.own, strict=True) if own),
        *_notes_of(gaps.charts),
    )  # fmt: skip


def _methods(deck: Deck, brief: Brief) -> None:
    slide = deck.slide("Methods and signs")
    half = FULL / 2 - 0.2
    methods = [f"{name}: {told}" for name, told in brief.methods] + list(brief.notes)
    slide.text(methods, width=half, height=BOTTOM - TOP, most=13, least=9)
    slide.table(
        (Column("Sign", 1.6), Column("Meaning", half - 1.6)),
        [(Cell(sign, is_bold=True), Cell(told)) for sign, told in SHORT_SIGNS],
        left=LEFT + half + 0.4, size=11, name="Key of signs",
    )  # fmt: skip
    slide.notes(*methods)


def _licence(row: SourceRow) -> str:
    """Where the citation does not name it already."""
    licence = row.source.licence
    return f" ({licence})" if licence and licence not in row.text else ""


def _about(deck: Deck, content: Content, brief: Brief, file_stamp: str) -> None:
    slide = deck.slide("Sources, licence and citation")
    half = FULL / 2 - 0.2
    sources = [f"{row.text.rstrip('.')}{_licence(row)}: KPI {', '.join(row.leaves)}" for row in brief.sources]
    told = sources or ["No source has a figure yet."]
    slide.text(told, width=half, height=BOTTOM - TOP, most=12, least=8, bullet=True)
    pairs = about_file(content, file_stamp, brief.filters, content.leaves)
    slide.text([f"{name}: {value}" for name, value in pairs], left=LEFT + half + 0.4, width=half, height=BOTTOM - TOP,
               most=12, least=8)  # fmt: skip
    slide.notes(*(f"{name}: {value}" for name, value in pairs), *sources)
