"""Sections that the Word documents share: key figures, charts with captions, leaves, tables, replies, the end."""

from __future__ import annotations

from collections.abc import Sequence

from adme.exports.charts import Chart, LineChart, SmallMultiples
from adme.exports.svg import key_words
from dissemination.editions.content import Content, Leaf, Table

from ..brief_parts import KeyFigure, LeafRow, RepliesPart
from ..brief_sections import source_rows
from ..words import DEMONSTRATION
from .common import MUTED, RATING_SHAPES, RATINGS, about_file, shorten
from .notes_sheet import SIGNS
from .paper import WIDTH, Paper
from .plots import Kind, head_of, plots_of
from .tables import Cell, Column, shown_rows

LONGEST_NAME = 125  # letters of a Key Result Area in a table; the KPI book has it whole
_PANELS_HEIGHT = 4.3
LEAF_COLUMNS = (
    Column("KPI", 1.1),
    Column("Title and unit", 6.1),
    Column("Figure", 2.1, is_right=True),
    Column("Coverage", 2.9),
    Column("Rating", 2.3),
    Column("Change", 2.5),
)


def key_figures(paper: Paper, figures: Sequence[KeyFigure]) -> None:
    paper.cards(
        [(" ".join(part for part in (one.value, one.of) if part), one.label, one.note) for one in figures],
        in_row=3 if len(figures) in (3, 5, 6) else 4 if len(figures) > 3 else 2,
    )


def chart(paper: Paper, given: Chart, *, in_row: int = 1, height: float = 0.0) -> None:
    """A chart with caption, source and what its shapes mean; nothing where it has no values."""
    figures(paper, [given], in_row=in_row, height=height)


def figures(paper: Paper, found: Sequence[Chart], *, in_row: int = 1, height: float = 0.0) -> None:
    """Charts one below the other (small multiples side by side); each with its words."""
    for given in found:
        plots = plots_of(given)
        if not plots:
            continue
        if isinstance(given, SmallMultiples):
            columns = 2 if len(plots) in (2, 4) else 3
            paper.plots(plots, in_row=columns, height=_PANELS_HEIGHT, size=7, longest=46 if columns == 3 else 70)
        else:
            paper.plots(plots, in_row=in_row, height=height or _height_of(given))
        words(paper, given)


def beside(paper: Paper, found: Sequence[Chart], *, height: float = 6.5) -> None:
    """Two charts side by side, with one caption each below."""
    pairs = [(given, plots_of(given)) for given in found]
    shown = [(given, plots[0]) for given, plots in pairs if plots]
    if not shown:
        return
    paper.plots([plot for _, plot in shown], in_row=len(shown), height=height, size=7.5)
    for given, _ in shown:
        words(paper, given)


def words(paper: Paper, given: Chart) -> None:
    head = head_of(given)
    paper.caption("Figure", ", ".join(part for part in (head.title, head.subtitle, head.unit) if part))
    key = key_words(given) if isinstance(given, LineChart | SmallMultiples) else ()
    told = [head.sentence, *key, head.note, head.source and f"Source: {head.source}"]
    told.append("Provisional or working titles" if head.is_provisional else "")
    told.append(DEMONSTRATION if head.is_demonstration else "")
    paper.small(_sentences(told))


def _sentences(parts: Sequence[str]) -> str:
    return " ".join(f"{part.rstrip('.')}." for part in parts if part)


def _height_of(given: Chart) -> float:
    plots = plots_of(given)
    if plots[0].kind in (Kind.LINES, Kind.COLUMNS):
        return 7.0
    return min(20.0, 2.6 + len(plots[0].categories) * (0.62 if plots[0].kind is Kind.STACKED else 0.8))


# -- Leaves


def leaf_table(paper: Paper, rows: Sequence[LeafRow], kras: Sequence[tuple[str, str]], caption: str) -> None:
    """Leaves under the name of their Key Result Area; what is under none comes last, without a name."""
    names = {code: shorten(f"{code} {title}", LONGEST_NAME) for code, title in kras}
    groups: dict[str, list[LeafRow]] = {code: [] for code in names}
    for row in rows:
        groups.setdefault(row.leaf.kra if row.leaf.kra in names else "", []).append(row)
    told: list[Sequence[Cell] | str] = []
    for code, found in groups.items():
        if found and code in names:
            told.append(names[code])
        told.extend(leaf_cells(row) for row in found)
    paper.caption("Table", caption)
    paper.table(LEAF_COLUMNS, told, name=caption)


def leaf_cells(row: LeafRow) -> tuple[Cell, ...]:
    about = "; ".join(part for part in (row.unit, *row.marks) if part)
    rating = f"{RATING_SHAPES.get(row.rating, '')} {row.rating_label}".strip()
    moved = " ".join(part for part in (row.movement_words, row.since and f"since {row.since}") if part)
    return (
        Cell(row.leaf.code, is_bold=True),
        Cell(row.leaf.title, about),
        Cell(row.value, row.period, is_bold=True),
        Cell("", row.coverage),
        Cell(rating, row.target and f"target {row.target}", colour=RATINGS.get(row.rating, MUTED),
             is_bold=row.rating != "no_rating"),
        Cell(row.movement, moved),
    )  # fmt: skip


def leaf_notes(paper: Paper, notes: Sequence[tuple[str, tuple[str, ...]]], level: int = 2) -> None:
    if notes:
        paper.heading("To know before quoting", level)
        paper.bullets(f"{', '.join(codes)}: {note}" for note, codes in notes)


# -- Tables and replies


def told_table(
    paper: Paper, table: Table, *, without: tuple[str, ...] = (), wide: dict[str, float] | None = None
) -> None:
    """A table of the content with who reported, source and note."""
    names, rows = shown_rows(table, without=without)
    if rows:
        paper.caption("Table", ", ".join(part for part in (table.title, table.unit) if part))
        given = wide or {}
        left = WIDTH - sum(given.get(name, 0.0) for name, _ in names)
        others = sum(name not in given for name, _ in names)
        columns = [
            Column(name, given.get(name, left / max(1, others)), is_right=is_number) for name, is_number in names
        ]
        paper.table(columns, [[Cell(cell) for cell in row] for row in rows], name=table.title)
    told = [table.coverage and f"Coverage: {table.coverage}", table.note, table.source and f"Source: {table.source}"]
    paper.small(_sentences([*told, DEMONSTRATION if table.is_demonstration else ""]))


def replies(paper: Paper, part: RepliesPart, *, level: int = 1) -> None:
    paper.heading("Replies of Member States", level)
    paper.text(part.sentence)
    if part.counts:
        paper.caption("Table", "Replies by state")
        names = ("Confirmed", "Corrected", "Disputed", "No reply")
        paper.table(
            (Column("State", 6.2), *(Column(name, 2.7, is_right=True) for name in names)),
            [(Cell(one.state), Cell(str(one.confirmed)), Cell(str(one.corrected)), Cell(str(one.disputed)),
              Cell(str(one.silent))) for one in part.counts],
            name="Replies by state",
        )  # fmt: skip
    if part.rows:
        paper.caption("Table", "Disputed figures and corrections")
        paper.table(
            (Column("State", 2.6), Column("KPI", 4.2), Column("Figure shown", 2.3, is_right=True),
             Column("Reply", 2.9), Column("What the state says", 5.0)),
            [(Cell(one.state, is_bold=True), Cell(one.leaf, f"{one.title}, {one.period}"), Cell(one.figure),
              Cell(one.said, one.proposed and f"proposed: {one.proposed}"),
              Cell(one.text, one.evidence and f"Evidence: {one.evidence}")) for one in part.rows],
            name="Disputed figures and corrections",
        )  # fmt: skip


# -- The end of every document


def closing(paper: Paper, content: Content, file_stamp: str, filters: str, leaves: Sequence[Leaf]) -> None:
    """Methods, signs, sources, licence, citation and stamp."""
    if content.methods:
        paper.heading("Methods")
        paper.pairs(content.methods, caption="Rules by which the figures are made and rated")
    paper.heading("Key of signs")
    paper.pairs(SIGNS, caption="Signs and marks")
    rows = source_rows(content, leaves)
    paper.heading("Sources")
    if rows:
        paper.caption("Table", "Sources of the figures")
        paper.table(
            (Column("Source", 8.2), Column("Released", 2.2), Column("Licence", 2.4), Column("KPI leaves", 4.2)),
            [(Cell(row.text, "demonstration data" if row.source.is_demonstration else ""), Cell(row.released),
              Cell(row.source.licence), Cell(", ".join(row.leaves))) for row in rows],
            name="Sources of the figures",
        )  # fmt: skip
    else:
        paper.text("No source has a figure here yet.")
    paper.heading("About this document")
    paper.pairs(about_file(content, file_stamp, filters, leaves), caption="Edition, licence, citation and stamp")
