"""A report opened for writing: locked, allowed, with what its rules ask for; and what every write leaves behind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from adme.accounts.models import User
from adme.common.rows import insert_rows
from adme.observations.periods import TimePeriod

from .. import tools
from ..errors import NoSuchRecord, ReasonNeeded
from ..fields import Value, Values, is_empty
from ..models import Obligation, RecordChange
from ..states import State
from ..tools import Record, ReportTool
from . import revisions, workflow
from .common import contribute, locked, plain, require_editable, require_reason_on_behalf, trail

_CHANGE = ("obligation", "record_key", "field", "before", "after", "reason", "channel", "by", "at")


@dataclass
class Desk:
    """One write of one person. `changes` collects the history (columns of `_CHANGE`), which `close` stores at once."""

    obligation: Obligation
    tool: ReportTool
    by: User
    now: datetime
    reason: str
    channel: RecordChange.Channel
    changes: list[tuple[Any, ...]] = field(default_factory=list)

    @cached_property
    def approved(self) -> dict[str, Values]:
        """Per record the values of this report's own approval, when it was reopened since."""
        if self.obligation.state not in {State.REOPENED, State.RETURNED}:
            return {}
        approval = revisions.approved(self.obligation)
        return {one["key"]: one["values"] for one in approval.content.data["records"]} if approval else {}

    @property
    def period_end(self) -> str:
        return TimePeriod.from_key(self.obligation.round.period).last_day.isoformat()

    def record(self, key: str) -> Record:
        found = self.tool.records(self.obligation, keys=[key], for_user=self.by)
        if not found:
            raise NoSuchRecord(f"This {self.tool.noun[0]} is not, or no longer, part of the report.")
        return found[0]

    def note(self, key: str, before: Mapping[str, Value], changed: Mapping[str, Value], reason: str) -> None:
        mine = (reason, str(self.channel), self.by.pk, self.now)
        self.changes += [(self.obligation.pk, key, name, before.get(name), new, *mine) for name, new in changed.items()]

    def forget_kept(self, touched: Mapping[str, tuple[Record, Values]]) -> None:
        """A contradiction that was kept is asked about again once one of its values has changed."""
        with_kept = {key: pair for key, pair in touched.items() if pair[0].kept and pair[1]}
        if not with_kept:
            return
        previous = self.tool.previous(self.obligation, list(with_kept))
        for key, (record, changed) in with_kept.items():
            found = self.tool.contradictions(record.values, previous.get(key), period_end=self.period_end)
            standing = {one.code: one.fields for one in found}
            for code in record.kept:
                if code not in standing or set(standing[code]) & changed.keys():
                    self.tool.keep(self.obligation, key, code=code, reason="")

    def close(self, action: str, *, target: str = "", after: object = None) -> None:
        """History, author, counter of the report, its start if this was the first save, and the trail."""
        insert_rows(RecordChange, _CHANGE, self.changes)
        workflow.start(self.obligation, by=self.by, reason=self.reason, now=self.now)
        contribute(self.obligation, self.by, self.now)
        self.obligation.content_version += 1
        self.obligation.save(update_fields=["content_version", "updated_at"])
        trail(action, self.obligation, self.by, after=after, reason=self.reason)


def open_desk(
    *,
    obligation_id: int,
    by: User,
    now: datetime,
    channel: RecordChange.Channel = RecordChange.Channel.FORM,
    reason: str = "",
) -> Desk:
    """Inside the transaction of a service; PermissionDenied, NotAllowedNow or ReasonNeeded where nobody may write."""
    reason = plain(reason, name="reason", label="Reason")
    obligation = locked(obligation_id, now)
    require_editable(obligation, by, now)
    require_reason_on_behalf(obligation, by, reason)
    return Desk(obligation, tools.get(obligation.tool), by, now, reason, channel)


def require_reason(desk: Desk, record: Record, changed: Values, reason: str) -> None:
    """Values that stood in an approved report change with a reason only, whatever way the change comes."""
    if reason:
        return
    held = {**desk.approved.get(record.key, {}), **record.approved}
    names = tuple(_lost(held, changed))
    if names:
        labels = ", ".join(f"'{desk.tool.catalogue.by_name[name].label}'" for name in names)
        raise ReasonNeeded(f"{labels} stood in an approved report. Say why the value changes.", names)


def _lost(held: Mapping[str, Value], changed: Values) -> Iterable[str]:
    return (name for name, new in changed.items() if not is_empty(held.get(name)) and held[name] != new)
