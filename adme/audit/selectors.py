"""Reads of the trail, and the readable difference between what was and what is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from . import words
from .models import AuditEvent

NOTHING = ""


@dataclass(frozen=True)
class AuditFilter:
    """What the address of the audit page may ask for. Days are whole days in UTC, both included."""

    actor: str = ""
    action: str = ""
    target: str = ""
    first_day: date | None = None
    last_day: date | None = None

    @property
    def is_empty(self) -> bool:
        return self == AuditFilter()


LINES_IN_SIGHT, LONGEST_IN_SIGHT = 4, 160


@dataclass(frozen=True)
class Difference:
    """One field of one event: `before` and `after` as text, empty where there was nothing."""

    field: str
    before: str
    after: str

    @property
    def is_short(self) -> bool:
        return len(self.before) + len(self.after) <= LONGEST_IN_SIGHT


@dataclass(frozen=True)
class EventRow:
    """One event as pages and downloads show it."""

    sequence: int
    at: datetime
    actor: str
    action: str
    target: str
    reason: str
    differences: tuple[Difference, ...]
    hash: str

    @property
    def act(self) -> str:
        return words.act(self.action)

    @property
    def subject(self) -> tuple[str, str]:
        """In words, and the identifier that belongs to it."""
        return words.target(self.target)

    @property
    def in_sight(self) -> tuple[Difference, ...]:
        """The first few short ones; a page folds the rest away."""
        return tuple(one for one in self.differences if one.is_short)[:LINES_IN_SIGHT]

    @property
    def folded(self) -> tuple[Difference, ...]:
        return tuple(one for one in self.differences if one not in self.in_sight)


def events(*, wanted: AuditFilter) -> QuerySet[AuditEvent]:
    """Newest first. An action ending in a dot or star takes all of its family: `user.` gives every user act."""
    found = AuditEvent.objects.all()
    if wanted.actor:
        found = found.by(wanted.actor)
    if wanted.action:
        family = wanted.action.rstrip("*")
        found = found.filter(action__startswith=family) if family.endswith(".") else found.filter(action=family)
    if wanted.target:
        found = found.filter(Q(target=wanted.target) | Q(target__icontains=wanted.target))
    return found.between(_start_of(wanted.first_day), _start_of(wanted.last_day, days_later=1))


def events_about(*, target: str, limit: int = 20) -> tuple[EventRow, ...]:
    """The latest events of one target, newest first."""
    return tuple(row(event) for event in AuditEvent.objects.on(target)[:limit])


def actions() -> list[str]:
    """Every action that occurs in the trail, in alphabetical order."""
    return list(AuditEvent.objects.order_by("action").values_list("action", flat=True).distinct())


def row(event: AuditEvent) -> EventRow:
    return EventRow(
        sequence=event.sequence,
        at=event.at,
        actor=event.actor,
        action=event.action,
        target=event.target,
        reason=event.reason,
        differences=differences(event.before, event.after),
        hash=event.hash,
    )


def differences(before: Any, after: Any) -> tuple[Difference, ...]:
    """What changed, field by field. With one side missing every field of the other side counts as changed."""
    old, new = _as_fields(before), _as_fields(after)
    return tuple(
        Difference(field=_label(key), before=_shown(old.get(key)), after=_shown(new.get(key)))
        for key in dict.fromkeys([*old, *new])
        if old.get(key) != new.get(key)
    )


def _as_fields(value: Any) -> dict[str, Any]:
    if value is None:
        return {}
    return value if isinstance(value, dict) else {"value": value}


def _label(key: str) -> str:
    return key.replace("_", " ")


def _shown(value: Any) -> str:
    if value is None or value == "":
        return NOTHING
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(_shown(item) for item in value)
    if isinstance(value, dict):
        return ", ".join(f"{_label(key)}: {_shown(item)}" for key, item in value.items())
    return str(value)


def _start_of(day: date | None, *, days_later: int = 0) -> datetime | None:
    if day is None or day.toordinal() + days_later > date.max.toordinal():
        return None
    return datetime.combine(day + timedelta(days=days_later), time.min, tzinfo=UTC)
