"""Profile of a Member State as PDF: its figures beside ASEAN and the middle of the states, its reports and replies."""

from __future__ import annotations

from typing import Any

from dissemination.editions.content import Content

from ..profiles import StatePart, StateRow, state_of
from .brief import row_data
from .layout import Document, Drawings, document, table_data


def build(content: Content, file_stamp: str, *, body: str = "", state: str = "") -> bytes:
    """`state` is the code of a Member State; UnknownProduct where the content has none such."""
    return lay_out(content, file_stamp, state=state).pdf()


def lay_out(content: Content, file_stamp: str, *, state: str) -> Document:
    profile, drawings = state_of(content, state), Drawings()
    data = {
        "title": profile.title,
        "subtitle": "Profile of a Member State",
        "state": profile.state.name,
        "sentence": profile.sentence,
        "key_figures": profile.figures,
        "parts": [_part(part, drawings) for part in profile.parts],
        "tables": [table_data(table) for table in profile.tables],
        "replies": profile.replies,
        "without": [[leaf.code, leaf.title] for leaf in profile.without],
    }
    return document(
        "state_profile", content, file_stamp, title=f"{profile.title}: {content.stamp.title}", running=profile.title,
        filters=f"Member State {profile.state.name}", leaves=profile.leaves, data=data, drawings=drawings,
    )  # fmt: skip


def _part(part: StatePart, drawings: Drawings) -> dict[str, Any]:
    return {
        "letter": part.letter,
        "title": part.title,
        "rows": [_row(row) for row in part.rows],
        "notes": [[note, list(codes)] for note, codes in part.notes],
        "charts": drawings.all(part.charts),
    }


def _row(one: StateRow) -> dict[str, Any]:
    return {
        **row_data(one.row),
        "asean": one.asean,
        "asean_period": one.asean_period,
        "middle": one.middle,
        "reply": one.reply,
        "reply_mark": one.reply_mark,
    }
