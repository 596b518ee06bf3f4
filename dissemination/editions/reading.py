"""Content read back from the rows of an edition: a frozen one exactly as it was published, a draft as last taken."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from .content import Change, Content, Figure, Stamp
from .models import Edition
from .plain import decode
from .states import EditionState
from .storing import FIGURE_FIELDS, HINTS, PARTS


def content_of(edition: Edition) -> Content:
    """Three statements, whatever the number of figures. A draft whose figures were never taken has none."""
    parts = dict(edition.parts.values_list("kind", "content"))
    kept: dict[str, Any] = {name: decode(parts[name], HINTS[name]) for name in PARTS if name in parts}
    return Content(
        **{**_EMPTY, **kept},
        stamp=stamp_of(edition),
        figures=tuple(Figure(*row) for row in edition.figures.order_by("position").values_list(*FIGURE_FIELDS)),
        changes=tuple(
            Change(*row)
            for row in edition.changes.order_by("position").values_list(
                "leaf", "area", "period", "cause", "before", "after", "detail"
            )
        ),
    )


def stamp_of(edition: Edition) -> Stamp:
    return Stamp(
        title=edition.title,
        edition=str(edition.number or ""),
        meeting=edition.meeting,
        meeting_on=edition.meeting_on,
        data_version=edition.data_version or 0,
        taken_at=edition.taken_at or edition.created_at or timezone.now(),
        published_at=edition.published_at,
        embargo_until=edition.embargo_until,
        hash=edition.hash,
        address=address_of(edition),
        is_demonstration=edition.is_demonstration,
        is_draft=edition.state != EditionState.PUBLISHED,
    )


def address_of(edition: Edition) -> str:
    """The short link of a published edition; of a draft the site, since nobody else can open its page."""
    if edition.number is None:
        return settings.SITE_URL
    try:
        return settings.SITE_URL.rstrip("/") + reverse("edition_short", args=[edition.number])
    except NoReverseMatch:
        return f"{settings.SITE_URL.rstrip('/')}/e/{edition.number}/"


_EMPTY: dict[str, Any] = {
    "framework": "",
    "first_current_year": 0,
    "items": (),
    "states": (),
    "leaves": (),
    "ratings": (),
    "sources": (),
}
