"""The SOCA brief as a Word document: what `brief_of` says, with charts that can be edited."""

from __future__ import annotations

from dissemination.editions.content import Content

from ..brief import brief_of
from ..brief_parts import Brief, ChangesPart, CharacteristicPart, GapsPart, ToolPart
from .paper import WIDTH, Paper
from .paper_parts import beside, closing, figures, key_figures, leaf_notes, leaf_table, replies, told_table
from .tables import Cell, Column


def build(content: Content, file_stamp: str, *, body: str = "", state: str = "") -> bytes:
    """The brief of the whole framework; `body` and `state` do not narrow it."""
    brief = brief_of(content)
    title = f"SOCA brief: {brief.cover.title}"
    paper = Paper(content, file_stamp, title=title, running=title, marks=brief.cover.marks)
    _cover(paper, brief)
    for part in brief.characteristics:
        _characteristic(paper, part)
    _movements(paper, brief)
    _changes(paper, brief.changes)
    for tool in brief.tools:
        _tool(paper, tool)
    _gaps(paper, brief.gaps)
    replies(paper, brief.replies)
    if brief.notes:
        paper.heading("Notes")
        paper.texts(brief.notes)
    closing(paper, content, file_stamp, brief.filters, content.leaves)
    return paper.finish()


def _cover(paper: Paper, brief: Brief) -> None:
    cover = brief.cover
    paper.title(cover.title, cover.subtitle)
    paper.pairs(cover.facts, first=3.6, name="This document")
    if cover.foreword:
        paper.heading("Foreword")
        paper.texts(cover.foreword)
    paper.heading("At a glance")
    key_figures(paper, cover.key_figures)
    beside(paper, brief.overview[:2])
    figures(paper, brief.overview[2:])
    paper.small(f"Cite as: {cover.citation}")


def _characteristic(paper: Paper, part: CharacteristicPart) -> None:
    paper.heading(f"{part.letter} {part.title}")
    paper.texts(part.headline, "Lead")
    if part.is_demonstration:
        paper.mark("Some figures here are demonstration data: do not cite")
    if not part.rows:
        paper.text("This Characteristic has no KPI leaf in this edition.")
        return
    leaf_table(paper, part.rows, part.kras, f"Newest ASEAN figures of {part.letter} {part.title}")
    leaf_notes(paper, part.notes)
    figures(paper, part.charts)


def _movements(paper: Paper, brief: Brief) -> None:
    paper.heading("Key movements")
    paper.texts(brief.movements)
    if not brief.movement_rows:
        if not brief.movements:
            paper.text("No ASEAN figure has an earlier one to compare with.")
        return
    paper.text(
        "The largest relative movements of current ASEAN figures, in the framework's order. Where coverage changed, "
        "part of a movement may come from who reported."
    )
    paper.caption("Table", "Key movements")
    paper.table(
        (Column("KPI", 1.1), Column("Title and unit", 5.7), Column("From", 2.3, is_right=True),
         Column("To", 2.3, is_right=True), Column("Change", 2.3), Column("Coverage", 3.3)),
        [(Cell(row.leaf.code, is_bold=True), Cell(row.leaf.title, row.leaf.unit), Cell(row.before), Cell(row.after),
          Cell(row.change, row.words, is_bold=True), Cell(row.coverage, row.note)) for row in brief.movement_rows],
        name="Key movements",
    )  # fmt: skip


def _changes(paper: Paper, part: ChangesPart) -> None:
    paper.heading("Changes since the previous edition", 2)
    paper.text(part.sentence)
    if part.by_cause:
        paper.caption("Table", "Changed figures by cause")
        paper.table(
            (Column("Cause", 12.0), Column("Figures", WIDTH - 12.0, is_right=True)),
            [(Cell(cause), Cell(str(count))) for cause, count in part.by_cause], name="Changed figures by cause",
        )  # fmt: skip
    if part.rows:
        paper.caption("Table", "Changed ASEAN figures")
        paper.table(
            (Column("KPI", 1.1), Column("Title", 5.0), Column("Before", 2.0, is_right=True),
             Column("After", 2.0, is_right=True), Column("Cause", 6.9)),
            [(Cell(row.leaf, is_bold=True), Cell(row.title, f"{row.area}, {row.period}"), Cell(row.before),
              Cell(row.after), Cell(row.cause, row.detail)) for row in part.rows],
            name="Changed ASEAN figures",
        )  # fmt: skip
    if part.more:
        paper.small(f"{part.more} more changed figures stand in the workbook, on its sheet Changes.")


def _tool(paper: Paper, part: ToolPart) -> None:
    paper.heading(part.title)
    if part.is_demonstration:
        paper.mark("Demonstration data: reports made up to show how ADME works")
    paper.text(part.empty or part.sentence)
    key_figures(paper, part.figures)
    figures(paper, part.charts)
    for table in part.tables:
        told_table(paper, table, without=("Tool",))


def _gaps(paper: Paper, part: GapsPart) -> None:
    paper.heading("Gaps")
    paper.texts(part.paragraphs)
    figures(paper, part.charts)
    for group in part.groups:
        paper.heading(f"{group.cause} {group.title}", 2)
        paper.text(" ".join(told for told in (group.why, group.needed, group.who and f"From: {group.who}.") if told))
        paper.bullets(
            f"{leaf.code} {leaf.title}{f': {own}' if own else ''}"
            for leaf, own in zip(group.leaves, group.own, strict=True)
        )
    if part.older:
        paper.heading("Older figures", 2)
        paper.bullets(f"{leaf.code} {leaf.title} ({leaf.newest_year or '..'})" for leaf in part.older)
