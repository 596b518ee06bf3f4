"""Report of a sectoral body as a Word document: activities, reports, declarations, KPIs that rest on reports."""

from __future__ import annotations

from dissemination.editions.content import Content

from ..brief import document_marks, facts
from ..profiles import body_of
from .paper import Paper
from .paper_parts import closing, figures, key_figures, leaf_notes, leaf_table, told_table

_WIDE = {
    "Declaration": 7.5,
    "Bodies": 3.0,
    "States that act": 3.2,
    "Title": 5.0,
    "Tool": 1.6,
    "Reporter": 2.4,
    "Set": 3.0,
}


def build(content: Content, file_stamp: str, *, body: str = "", state: str = "") -> bytes:
    """`body` is the code of a sectoral body; UnknownProduct where the figures tell nothing of it."""
    report = body_of(content, body)
    paper = Paper(
        content, file_stamp, title=f"{report.title}: {content.stamp.title}", running=report.title,
        marks=document_marks(content),
    )  # fmt: skip
    paper.title(report.title, "Report of a sectoral body")
    paper.pairs(facts(content), first=3.6, name="This document")
    paper.heading("At a glance")
    paper.text(report.sentence)
    key_figures(paper, report.figures)
    if report.charts:
        paper.heading("Activities")
        figures(paper, report.charts)
    for table in report.tables:
        paper.heading(table.title)
        told_table(paper, table, without=("Reporter", "Set", "Sectoral body"), wide=_WIDE)
    if report.rows:
        paper.heading("KPIs that rest on the reports of sectoral bodies")
        kras = [(item.code, item.title) for item in content.of_tier("kra")]
        leaf_table(paper, report.rows, kras, "ASEAN figures that rest on these reports")
        leaf_notes(paper, report.notes)
    closing(paper, content, file_stamp, f"Sectoral body {report.name}", report.leaves)
    return paper.finish()
