"""Writes of content: figures as rows, all else as parts. The rows of a draft are replaced whole; those of a published
edition never."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, get_type_hints

from .content import Change, Content, Figure
from .models import Edition, EditionChange, EditionFigure, EditionPart
from .plain import encode

BATCH = 500
ROWS = ("stamp", "figures", "changes")  # of Content: kept otherwise than as parts
PARTS = tuple(one.name for one in fields(Content) if one.name not in ROWS)
HINTS = get_type_hints(Content)
FIGURE_FIELDS = tuple(one.name for one in fields(Figure))
CHANGE_FIELDS = tuple(one.name for one in fields(Change))


def store(*, edition: Edition, content: Content) -> None:
    """Replace what the edition holds by this content. The caller holds the transaction and saves the edition itself."""
    edition.figures.all().delete()
    edition.parts.all().delete()
    edition.changes.all().delete()
    EditionFigure.objects.bulk_create(
        (
            EditionFigure(edition=edition, position=position, **_figure(figure))
            for position, figure in enumerate(content.figures, start=1)
        ),
        batch_size=BATCH,
    )
    EditionPart.objects.bulk_create(
        EditionPart(edition=edition, kind=name, content=encode(getattr(content, name), HINTS[name])) for name in PARTS
    )
    EditionChange.objects.bulk_create(
        (
            EditionChange(
                edition=edition,
                position=position,
                **{name: getattr(change, name) for name in CHANGE_FIELDS},
            )
            for position, change in enumerate(content.changes, start=1)
        ),
        batch_size=BATCH,
    )


def _figure(figure: Figure) -> dict[str, Any]:
    return {name: getattr(figure, name) for name in FIGURE_FIELDS}
