"""How states, durations and outcomes are put into words. Pure functions, no tables."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from adme.common.formatting import moment

if TYPE_CHECKING:
    from .models import Job

THIN_SPACE = "\u2009"
OWN_FIELDS = {"message", "link"}  # parts of an outcome that the page shows elsewhere


@dataclass(frozen=True)
class Badge:
    """Shape and word carry the state; the colour only helps."""

    word: str
    sign: str
    css: str


_BADGES = {
    "queued": Badge("Queued", "○", ""),
    "running": Badge("Running", "◔", "bg-yellow-lt"),
    "succeeded": Badge("Succeeded", "✓", "bg-green-lt"),
    "failed": Badge("Failed", "✕", "bg-red-lt"),
    "cancelled": Badge("Cancelled", "–", ""),
}


def badge_of(state: str) -> Badge:
    return _BADGES[state]


def duration(start: datetime | None, end: datetime | None) -> str:
    """`0.4 s`, `12 s`, `3 min 5 s`, `2 h 10 min`; until now if there is no end, empty if there is no start."""
    if start is None:
        return ""
    seconds = max(0.0, ((end or timezone.now()) - start).total_seconds())
    if seconds < 10:
        return f"{seconds:.1f} s"
    minutes, seconds = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {seconds} s" if minutes else f"{seconds} s"


def outcome_rows(outcome: dict[str, Any] | None) -> list[tuple[str, str]]:
    """The outcome as label and text, nested parts as `Rows: new`."""
    return _flat(outcome or {}, "")


def facts(job: Job) -> list[tuple[str, str]]:
    """Who, when, how long, how often; only what has happened."""
    moments = [("Queued at", job.created_at), ("Last attempt began", job.started_at), ("Ended at", job.finished_at)]
    rows = [("Started by", str(job.created_by or "The system"))]
    rows += [(term, moment(at)) for term, at in moments if at is not None]
    rows.append(("Took", job.took))
    rows.append(("Attempts", f"{job.attempts} of {job.max_attempts}"))
    return [(term, text) for term, text in rows if text]


def _flat(part: dict[str, Any], prefix: str) -> list[tuple[str, str]]:
    rows: list[tuple[str, str]] = []
    for key, value in part.items():
        if not prefix and key in OWN_FIELDS:
            continue
        words = str(key).replace("_", " ").strip()
        label = f"{prefix}: {words}" if prefix else words[:1].upper() + words[1:]
        if isinstance(value, dict) and value:
            rows += _flat(value, label)
        else:
            rows.append((label, _text(value)))
    return rows


def _text(value: Any) -> str:
    if value is None:
        return ".."
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return f"{value:,}".replace(",", THIN_SPACE)
    if isinstance(value, list):
        return ", ".join(_text(item) for item in value) or "none"
    return str(value) if value not in ("", {}) else "none"
