"""Profile of a Member State as a Word document: its figures beside ASEAN and the middle of the states, its reports and
replies. States stand in no order of merit."""

from __future__ import annotations

from dissemination.editions.content import Content

from .. import words
from ..brief import document_marks, facts
from ..profiles import StatePart, StateRow, state_of
from .common import MUTED, RATING_SHAPES, RATINGS
from .paper import Paper
from .paper_parts import closing, figures, key_figures, leaf_notes, replies, told_table
from .tables import Cell, Column

_COLUMNS = (
    Column("KPI", 1.1),
    Column("Title and unit", 4.7),
    Column("Figure", 2.2, is_right=True),
    Column("ASEAN", 2.9, is_right=True),
    Column("Median of states", 1.9),
    Column("Change", 2.1),
    Column("Rating", 2.1),
)
_WIDE = {"Declaration": 9.0, "Tool": 1.6, "Reporter": 3.0, "Year": 1.4, "Lead": 2.6}


def build(content: Content, file_stamp: str, *, body: str = "", state: str = "") -> bytes:
    """`state` is the code of a Member State; UnknownProduct where the content has none such."""
    profile = state_of(content, state)
    paper = Paper(
        content, file_stamp, title=f"{profile.title}: {content.stamp.title}", running=profile.title,
        marks=document_marks(content),
    )  # fmt: skip
    paper.title(profile.title, "Profile of a Member State")
    paper.pairs(facts(content), first=3.6, name="This document")
    paper.heading("At a glance")
    paper.text(profile.sentence)
    key_figures(paper, profile.figures)
    for part in profile.parts:
        _part(paper, content, part, profile.state.name)
    if not profile.parts:
        paper.text(f"{profile.state.name} has no figure yet.")
    for table in profile.tables:
        paper.heading(table.title)
        told_table(paper, table, without=("Reporter",), wide=_WIDE)
    if profile.without:
        paper.heading("KPI leaves without a figure of this state")
        paper.bullets(f"{leaf.code} {leaf.title}" for leaf in profile.without)
    replies(paper, profile.replies)
    closing(paper, content, file_stamp, f"Member State {profile.state.name}", profile.leaves)
    return paper.finish()


def _part(paper: Paper, content: Content, part: StatePart, state: str) -> None:
    paper.heading(f"{part.letter} {part.title}")
    paper.caption("Table", f"Newest figures of {state}, {part.letter} {part.title}")
    paper.table(_COLUMNS, [_cells(content, one) for one in part.rows], name=f"Newest figures of {state}, {part.title}")
    leaf_notes(paper, part.notes)
    figures(paper, part.charts)


def _cells(content: Content, one: StateRow) -> tuple[Cell, ...]:
    row = one.row
    coverage = words.coverage(content.latest(row.leaf.code))
    about = "; ".join(part for part in (row.unit or row.leaf.unit, *row.marks, one.reply) if part)
    value = " ".join(part for part in (row.value, one.reply_mark) if part)
    moved = " ".join(part for part in (row.movement_words, row.since and f"since {row.since}") if part)
    rating = f"{RATING_SHAPES.get(row.rating, '')} {row.rating_label}".strip()
    return (
        Cell(row.leaf.code, is_bold=True),
        Cell(row.leaf.title, about),
        Cell(value, row.period, is_bold=True),
        Cell(one.asean, "; ".join(part for part in (one.asean_period, coverage) if part)),
        Cell("", one.middle.removeprefix("median ")),
        Cell(row.movement, moved),
        Cell(rating, row.target and f"target {row.target}", colour=RATINGS.get(row.rating, MUTED),
             is_bold=row.rating != "no_rating"),
    )  # fmt: skip
