"""The SOCA brief as PDF, six to ten pages: laid out from `brief_of`, which the other formats share."""

from __future__ import annotations

from typing import Any

from adme.exports.svg import WIDTH
from dissemination.editions.content import Content

from .. import words
from ..brief import brief_of
from ..brief_parts import Brief, CharacteristicPart, GapsPart, LeafRow, ToolPart
from .layout import Document, Drawings, document, shorten, table_data

HALF = 232.0  # points: two charts side by side
BESIDE = 200.0  # a chart beside a table
LONGEST_NAME = 125  # letters of a Key Result Area in a table; the KPI book has it whole


def build(content: Content, file_stamp: str, *, body: str = "", state: str = "") -> bytes:
    """The brief of the whole framework; `body` and `state` do not narrow it."""
    return lay_out(content, file_stamp).pdf()


def lay_out(content: Content, file_stamp: str) -> Document:
    brief, drawings = brief_of(content), Drawings()
    title = f"SOCA brief: {brief.cover.title}"
    return document(
        "brief", content, file_stamp, title=title, running="SOCA brief", filters=brief.filters,
        leaves=content.leaves, data=_data(brief, drawings), drawings=drawings,
    )  # fmt: skip


def _data(brief: Brief, drawings: Drawings) -> dict[str, Any]:
    cover = brief.cover
    return {
        "cover": {"title": cover.title, "subtitle": cover.subtitle, "foreword": cover.foreword},
        "key_figures": cover.key_figures,
        "overview": drawings.all(brief.overview[:2], width=HALF),
        "way": drawings.all(brief.overview[2:]),
        "characteristics": [characteristic_data(part, drawings) for part in brief.characteristics],
        "movements": brief.movements,
        "movement_rows": [
            {"code": row.leaf.code, "title": row.leaf.title, "unit": row.leaf.unit, "before": row.before,
             "after": row.after, "change": row.change, "words": row.words, "coverage": row.coverage}
            for row in brief.movement_rows
        ],
        "changes": brief.changes,
        "tools": [tool_data(part, drawings) for part in brief.tools],
        "gaps": gaps_data(brief.gaps, drawings),
        "replies": brief.replies,
        "notes": brief.notes,
    }  # fmt: skip


def characteristic_data(part: CharacteristicPart, drawings: Drawings) -> dict[str, Any]:
    return {
        "letter": part.letter,
        "title": part.title,
        "headline": part.headline,
        "groups": grouped(part.kras, part.rows),
        "notes": [[note, list(codes)] for note, codes in part.notes],
        "charts": drawings.all(part.charts),
    }


def grouped(kras: tuple[tuple[str, str], ...], rows: tuple[LeafRow, ...]) -> list[dict[str, Any]]:
    """Rows under the name of their Key Result Area; what is under none comes last, without a name."""
    groups: dict[str, list[dict[str, Any]]] = {code: [] for code, _ in kras}
    for row in rows:
        groups.setdefault(row.leaf.kra if row.leaf.kra in groups else "", []).append(row_data(row))
    names = {code: shorten(f"{code} {title}", LONGEST_NAME) for code, title in kras}
    return [{"name": names.get(code, ""), "rows": found} for code, found in groups.items() if found]


def row_data(row: LeafRow) -> dict[str, Any]:
    return {
        "code": row.leaf.code,
        "title": row.leaf.title,
        "marks": row.marks,
        "value": row.value,
        "replies": " ".join(
            mark for mark in words.REPLY_MARKS.values() if mark and any(mark in one for one in row.notes)
        ),
        "unit": row.unit,
        "period": row.period,
        "coverage": row.coverage,
        "rating": row.rating,
        "rating_label": row.rating_label,
        "target": row.target,
        "movement": row.movement,
        "movement_words": row.movement_words,
        "since": row.since,
    }


def tool_data(part: ToolPart, drawings: Drawings) -> dict[str, Any]:
    """The first chart, of status, stands beside the table of reports; the tool is named above both."""
    is_beside = bool(part.tables and part.charts)
    return {
        "title": part.title,
        "sentence": part.sentence,
        "figures": part.figures,
        "tables": [table_data(words.without(table, "Tool")) for table in part.tables],
        "status": drawings.all(part.charts[:1], width=BESIDE if is_beside else WIDTH),
        "charts": drawings.all(part.charts[1:]),
        "demonstration": part.is_demonstration,
        "empty": part.empty,
    }


def gaps_data(part: GapsPart, drawings: Drawings) -> dict[str, Any]:
    return {
        "paragraphs": part.paragraphs,
        "groups": [
            {"cause": group.cause, "title": group.title, "why": group.why, "needed": group.needed, "who": group.who,
             "leaves": [[leaf.code, leaf.title, own] for leaf, own in zip(group.leaves, group.own, strict=True)]}
            for group in part.groups
        ],
        "older": [[leaf.code, leaf.title, str(leaf.newest_year or "")] for leaf in part.older],
        "charts": drawings.all(part.charts),
    }  # fmt: skip
