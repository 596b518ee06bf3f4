"""Report of a sectoral body as PDF: activities, reports, declarations, and the KPIs that rest on reports."""

from __future__ import annotations

from dissemination.editions.content import Content

from ..profiles import body_of
from .brief import grouped
from .layout import Document, Drawings, document, table_data


def build(content: Content, file_stamp: str, *, body: str = "", state: str = "") -> bytes:
    """`body` is the code of a sectoral body; UnknownProduct where the figures tell nothing of it."""
    return lay_out(content, file_stamp, body=body).pdf()


def lay_out(content: Content, file_stamp: str, *, body: str) -> Document:
    report, drawings = body_of(content, body), Drawings()
    kras = tuple((item.code, item.title) for item in content.of_tier("kra"))
    data = {
        "title": report.title,
        "subtitle": report.full_name or "Report of a sectoral body",
        "sentence": report.sentence,
        "key_figures": report.figures,
        "charts": drawings.all(report.charts),
        "tables": [table_data(table) for table in report.tables],
        "groups": grouped(kras, report.rows),
        "notes": [[note, list(codes)] for note, codes in report.notes],
    }
    return document(
        "body_report", content, file_stamp, title=f"{report.title}: {content.stamp.title}", running=report.title,
        filters=f"Sectoral body {report.name}", leaves=report.leaves, data=data, drawings=drawings,
    )  # fmt: skip
