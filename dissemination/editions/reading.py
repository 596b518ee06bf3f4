"""Content read back from the rows of an edition: a frozen one exactly as it was published, a draft as last taken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from .content import Change, Content, Figure, ReplyMark, Stamp, Text
from .models import Edition, Reply
from .plain import decode
from .states import EditionState
from .storing import CHANGE_FIELDS, FIGURE_FIELDS, HINTS, PARTS

TEXT_ORDER = ("foreword", "headline", "movements", "tools", "gaps", "notes")
HEADINGS = {"foreword": "Foreword", "notes": "Notes", "movements": "Key movements", "tools": "Tool 1 and Tool 2",
            "gaps": "Gaps"}  # fmt: skip


def content_of(edition: Edition) -> Content:
    """A published edition as it was frozen. A draft as its figures were last taken, with the texts that analysts wrote
    and what states have said so far. A draft whose figures were never taken has none."""
    content = stored(edition)
    if edition.state == EditionState.PUBLISHED:
        return content
    return replace(content, texts=_with_own(content.texts, edition), replies=reply_marks(edition))


def stored(edition: Edition) -> Content:
    """What the rows of the edition hold. Three statements, whatever the number of figures."""
    parts = dict(edition.parts.values_list("kind", "content"))
    kept: dict[str, Any] = {name: decode(parts[name], HINTS[name]) for name in PARTS if name in parts}
    return Content(
        **{**_EMPTY, **kept},
        stamp=stamp_of(edition),
        figures=tuple(Figure(*row) for row in edition.figures.order_by("position").values_list(*FIGURE_FIELDS)),
        changes=tuple(Change(*row) for row in edition.changes.order_by("position").values_list(*CHANGE_FIELDS)),
    )


def published_content(edition: Edition) -> Content:
    """The same, kept in memory: a published edition never changes."""
    if edition.state != EditionState.PUBLISHED:
        return content_of(edition)
    return _kept(edition.pk, edition.hash, settings.SITE_URL)


@lru_cache(maxsize=3)
def _kept(pk: int, digest: str, site: str) -> Content:
    return stored(Edition.objects.select_related("previous").get(pk=pk, hash=digest))


def reply_marks(edition: Edition, *, area: str = "") -> tuple[ReplyMark, ...]:
    """Words that stand, in the order of areas, leaves and periods."""
    current = edition.replies.filter(superseded_at__isnull=True).order_by("area", "leaf", "period")
    return tuple(mark_of(reply) for reply in (current.filter(area=area) if area else current))


def mark_of(reply: Reply) -> ReplyMark:
    return ReplyMark(
        area=reply.area,
        leaf=reply.leaf,
        period=reply.period,
        kind=reply.kind,
        text=reply.text,
        proposed_value=reply.proposed_value,
        evidence=reply.evidence_link or reply.evidence_name,
        outcome=reply.outcome,
        outcome_text=reply.outcome_text,
        at=reply.at,
    )


def _with_own(texts: tuple[Text, ...], edition: Edition) -> tuple[Text, ...]:
    automatic = {text.key: text for text in texts}
    own = {row.key: row.text for row in edition.own_texts.all()}
    keys = sorted({*automatic, *own}, key=place_of)
    return tuple(
        Text(key, heading_of(key, automatic), own[key], False) if key in own else automatic[key] for key in keys
    )


def place_of(key: str) -> tuple[int, str]:
    """Texts stand in the order in which products print them."""
    kind = key.partition(".")[0]
    return (TEXT_ORDER.index(kind) if kind in TEXT_ORDER else len(TEXT_ORDER)), key


def heading_of(key: str, automatic: Mapping[str, Text]) -> str:
    return automatic[key].heading if key in automatic else HEADINGS.get(key, key)


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
