"""Writing the working copy of a report: one record at a time from form, grid and API, and what goes with it.

Every write locks the report, keeps one line of history per field, and notes the author. Many rows at once: `bulk`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from adme.accounts.models import User

from ..errors import NoSuchRecord, NotAllowedNow, ReasonNeeded
from ..fields import Values
from ..models import RecordChange, Revision
from . import merging
from .bulk import RowChange, add_records, copy_forward, save_many
from .desk import open_desk, require_reason

__all__ = [
    "RowChange",
    "Saved",
    "copy_forward",
    "create_record",
    "keep_contradiction",
    "remove_record",
    "save_many",
    "save_values",
]


@dataclass(frozen=True, slots=True)
class Saved:
    """The record as it is stored now. `changed` names the fields that this save changed."""

    key: str
    values: Values
    tokens: dict[str, str]
    changed: tuple[str, ...]
    saved_at: datetime


@transaction.atomic
def save_values(
    *,
    obligation_id: int,
    key: str,
    raw: Mapping[str, Any],
    tokens: Mapping[str, str],
    by: User,
    channel: RecordChange.Channel,
    reason: str = "",
    base: Mapping[str, Any] | None = None,
    now: datetime | None = None,
) -> Saved:
    """Store the fields given. A section (or "grid") without a token, or with an old one, is merged three ways.

    Fields that nobody else touched are saved; a field that two people changed raises Conflict and stores nothing.
    """
    now = now or timezone.now()
    desk = open_desk(obligation_id=obligation_id, by=by, now=now, channel=channel, reason=reason)
    record = desk.record(key)
    mine = merging.cleaned(desk.tool, desk.obligation, raw, tokens, base, record.values)
    changed = merging.merged(desk.tool, desk.obligation, record, mine, by.pk)
    after = {**record.values, **changed}
    if changed:
        merging.refuse_nameless(desk.tool.catalogue, after)
        merging.refuse_contradictory(desk.tool, record.values, after)
        require_reason(desk, record, changed, desk.reason)
        desk.tool.store(desk.obligation, key, changed=changed, by=by)
        desk.forget_kept({key: (record, changed)})
        desk.note(key, record.values, changed, desk.reason)
        desk.close("saved", after={"record": key, "fields": sorted(changed), "channel": str(channel)})
    return Saved(key, after, merging.tokens_of(desk.tool.catalogue, after), tuple(changed), now)


@transaction.atomic
def create_record(
    *,
    obligation_id: int,
    group: str,
    raw: Mapping[str, Any],
    by: User,
    channel: RecordChange.Channel,
    reason: str = "",
    now: datetime | None = None,
) -> Saved:
    """Add a record to a group (a work plan, a clause); its name is needed, everything else may follow."""
    now = now or timezone.now()
    desk = open_desk(obligation_id=obligation_id, by=by, now=now, channel=channel, reason=reason)
    values = merging.cleaned(desk.tool, desk.obligation, raw, {}, None, {}).values
    (key,) = add_records(desk, [RowChange("", group, values, desk.reason)])
    desk.close("record_added", after={"record": key, "fields": sorted(values), "channel": str(channel)})
    whole = {one.name: one.empty for one in desk.tool.catalogue.fields} | values
    return Saved(key, whole, merging.tokens_of(desk.tool.catalogue, whole), tuple(values), now)


@transaction.atomic
def remove_record(*, obligation_id: int, key: str, by: User, reason: str, now: datetime | None = None) -> None:
    """Take a record out. What was handed in before is retired, stays in its revisions, and needs a reason."""
    desk = open_desk(obligation_id=obligation_id, by=by, now=now or timezone.now(), reason=reason)
    record = desk.record(key)
    was_handed_in = record.approved or Revision.objects.filter(obligation=desk.obligation).exists()
    if was_handed_in and not desk.reason:
        raise ReasonNeeded(f"This {desk.tool.noun[0]} was reported before. Say why it is taken out.")
    if not desk.tool.remove(desk.obligation, key, by=by):
        raise NoSuchRecord(f"This {desk.tool.noun[0]} is not, or no longer, part of the report.")
    desk.note(key, {"": record.title}, {"": None}, desk.reason)
    desk.close("record_removed", after={"record": key, "title": record.title})


@transaction.atomic
def keep_contradiction(
    *, obligation_id: int, key: str, code: str, reason: str, by: User, now: datetime | None = None
) -> None:
    """Say why two statements both stand although they do not go together; a blank reason takes that back."""
    desk = open_desk(obligation_id=obligation_id, by=by, now=now or timezone.now(), reason=reason)
    record = desk.record(key)
    if desk.reason:
        previous = desk.tool.previous(desk.obligation, [key]).get(key)
        found = desk.tool.contradictions(record.values, previous, period_end=desk.period_end)
        if code not in {one.code for one in found}:
            raise NotAllowedNow("These statements go together now, so there is nothing to keep. Load the page again.")
    elif code not in record.kept:
        return
    desk.tool.keep(desk.obligation, key, code=code, reason=desk.reason)
    desk.close("contradiction_kept", after={"record": key, "code": code, "kept": bool(desk.reason)})
