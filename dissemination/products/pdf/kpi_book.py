"""The KPI book as PDF: every leaf with definition, recipe, sources and newest figures, each with its passport."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse

from dashboards import text
from dissemination.editions.content import ASEAN, Content, Figure, Leaf

from .. import brief_charts, words
from ..brief import leaf_marks, leaf_row
from .layout import Document, Drawings, document

HASH_LETTERS = 12  # enough to compare by eye; the passport page has the whole


def build(content: Content, file_stamp: str, *, body: str = "", state: str = "") -> bytes:
    """All leaves of the framework; `body` and `state` do not narrow it."""
    return lay_out(content, file_stamp).pdf()


def lay_out(content: Content, file_stamp: str) -> Document:
    drawings = Drawings()
    data = {
        "title": "KPI book",
        "subtitle": "Every KPI leaf: definition, recipe, sources, newest figures and their passports",
        "parts": [
            {
                "letter": item.code,
                "title": item.title,
                "kras": [[kra.code, kra.title] for kra in content.of_tier("kra", item.code)],
                "leaves": [_leaf(content, leaf, drawings) for leaf in content.leaves_of(characteristic=item.code)],
            }
            for item in content.of_tier("characteristic")
        ],
    }
    return document(
        "kpi_book", content, file_stamp, title=f"KPI book: {content.stamp.title}", running="KPI book",
        filters=f"All KPIs of {content.framework}; newest figures of ASEAN and all Member States",
        leaves=content.leaves, data=data, drawings=drawings,
    )  # fmt: skip


def _leaf(content: Content, leaf: Leaf, drawings: Drawings) -> dict[str, Any]:
    row = leaf_row(content, leaf)
    kra = next((item for item in content.of_tier("kra") if item.code == leaf.kra), None)
    newest = [_newest(content, leaf, area) for area in content.area_names]
    return {
        "code": leaf.code,
        "title": leaf.title,
        "marks": leaf_marks(leaf),
        "kra": f"{kra.code} {kra.title}" if kra else leaf.kra,
        "unit": leaf.unit,
        "sought": "should rise" if leaf.direction == "increase" else "should fall",
        "source_type": f"{leaf.source_type}: {text.SOURCES.get(leaf.source_type, '')}",
        "recipe_version": "" if leaf.recipe_version is None else str(leaf.recipe_version),
        "recipe": [list(pair) for pair in leaf.recipe_lines],
        "note": leaf.note if not leaf.recipe_lines else "",
        "sources": [
            {"title": source.title, "text": source.citation or source.source or source.provider, "link": source.link}
            for source in content.sources_of([leaf])
        ],
        "rating": [row.rating, row.rating_label],
        "reason": row.rating_reason,
        "figures": [_figure(content, leaf, figure) for figure in newest if figure],
        "notes": row.notes,
        "why": " ".join(filter(None, (leaf.why_none, leaf.needed, leaf.from_whom and f"From: {leaf.from_whom}."))),
        "chart": drawings.add(brief_charts.trend(content, leaf)),
    }  # fmt: skip


def _newest(content: Content, leaf: Leaf, area: str) -> Figure | None:
    found = content.latest(leaf.code, area)
    return found or next((one for one in reversed(content.series(leaf.code, area)) if one.withheld), None)


def _figure(content: Content, leaf: Leaf, figure: Figure) -> dict[str, Any]:
    mark = content.reply(figure)
    return {
        "area": content.area_names.get(figure.area, figure.area),
        "is_region": figure.area == ASEAN,
        "value": words.value(leaf, figure),
        "period": figure.period_text,
        "coverage": words.coverage(figure) or figure.withheld,
        "recipe_version": str(figure.recipe_version),
        "hash": figure.inputs_hash[:HASH_LETTERS],
        "reply": words.reply(mark) if mark else "",
        "passport": passport(leaf, figure),
    }


def passport(leaf: Leaf, figure: Figure) -> str:
    """The page that says what went into a figure."""
    query = urlencode({"area": figure.area, "period": figure.period_text})
    return f"{settings.SITE_URL.rstrip('/')}{reverse('passport', args=[leaf.code])}?{query}"
