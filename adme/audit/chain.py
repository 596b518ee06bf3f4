"""The hash chain: how an event becomes a hash, and how the whole chain is checked. Pure, no writes."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from .models import AuditEvent

# Above this a float has no fraction and its digits depend on who prints it; such floats are kept as text.
_EXACT = 2**53


def storable(value: Any) -> Any:
    """The value as both databases give it back unchanged, so that a hash made today can be made again tomorrow.

    PostgreSQL's jsonb rewrites numbers (1e16 becomes 10000000000000000) and refuses NUL; both are settled here.
    """
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return _storable_float(value)
    if isinstance(value, dict):
        return {clean_text(str(key)): storable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [storable(item) for item in value]
    if isinstance(value, set | frozenset):
        return sorted((storable(item) for item in value), key=str)
    if isinstance(value, datetime):
        return value.isoformat()
    return clean_text(str(value))


def _storable_float(value: float) -> float | int | str:
    if not math.isfinite(value) or abs(value) >= _EXACT:
        return repr(value)
    return int(value) if value.is_integer() else value


def clean_text(text: str) -> str:
    """Text every database takes: no NUL, no lone surrogate."""
    return text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode("utf-8")


def digest(event: AuditEvent) -> str:
    """SHA-256 over everything the event says and the hash of the event before it."""
    said = {
        "sequence": event.sequence,
        "at": event.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": event.actor,
        "action": event.action,
        "target": event.target,
        "before": event.before,
        "after": event.after,
        "reason": event.reason,
        "previous_hash": event.previous_hash,
    }
    text = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Verdict:
    """What a walk along the chain found. `broken_at` is the sequence of the first row that does not fit."""

    checked: int
    head_sequence: int
    head_hash: str
    broken_at: int | None = None
    fault: str = ""

    @property
    def holds(self) -> bool:
        return self.broken_at is None


def walk(events: Iterable[AuditEvent], *, anchor: tuple[int, str] | None = None) -> Verdict:
    """Recompute the chain over events in order of sequence. Stops at the first row that does not fit.

    An anchor is a sequence and hash noted earlier outside the database: it shows a chain that was rewritten whole, or
    whose newest rows were cut off, which the chain alone cannot show.
    """
    previous, expected, checked, anchored = "", 1, 0, anchor is None
    for event in events:
        fault = _fault(event, expected=expected, previous=previous)
        if not fault and anchor and event.sequence == anchor[0]:
            anchored = event.hash == anchor[1]
            fault = "" if anchored else "its hash is not the one noted outside the database"
        if fault:
            return Verdict(checked, expected - 1, previous, broken_at=event.sequence, fault=fault)
        previous, expected, checked = event.hash, expected + 1, checked + 1
    if not anchored and anchor:
        return Verdict(checked, expected - 1, previous, broken_at=anchor[0], fault="the noted event is missing")
    return Verdict(checked, expected - 1, previous)


def _fault(event: AuditEvent, *, expected: int, previous: str) -> str:
    if event.sequence != expected:
        return f"event {expected} is missing"
    if event.previous_hash != previous:
        return "it does not follow the event before it"
    if event.hash != digest(event):
        return "its content was changed after it was written"
    return ""
