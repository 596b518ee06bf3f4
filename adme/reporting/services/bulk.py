"""Many rows in one act: what a workbook brought, and the values of the last period. Set-based where the tool can."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from adme.accounts.models import User

from ..errors import BadValues, Clash, Conflict, FieldProblem, NoSuchRecord, NotAllowedNow
from ..fields import Field, Holder, Kind, Value, Values, is_empty
from ..models import RecordChange
from ..tools import Record
from .common import plain
from .desk import Desk, open_desk, require_reason
from .merging import refuse_contradictory, refuse_nameless, tokens_of

# Of one report: far more than the largest body has, and still quick to show and to hand in.
MOST_RECORDS = 5_000
# Codes of a status after which nothing is expected to go on.
_FINISHED = frozenset({"completed", "cancelled"})


@dataclass(frozen=True, slots=True)
class RowChange:
    """Clean values for one record. A blank `key` adds a record to `group`.

    `expected`: stored values that the person saw (as a preview shows them); another stored value is then a Conflict.
    """

    key: str
    group: str
    values: Values
    reason: str = ""
    expected: Mapping[str, Value] | None = None


@transaction.atomic
def save_many(
    *,
    obligation_id: int,
    rows: Sequence[RowChange],
    by: User,
    channel: RecordChange.Channel,
    now: datetime | None = None,
) -> dict[str, int]:
    """All rows or none: {"added", "changed", "unchanged"}. A refused row is named in the error."""
    first_reason = next((row.reason for row in rows if row.reason.strip()), "")
    desk = open_desk(
        obligation_id=obligation_id, by=by, now=now or timezone.now(), channel=channel, reason=first_reason
    )
    counts = _apply(desk, rows)
    if counts["added"] or counts["changed"]:
        desk.close("rows_saved", after={"channel": str(channel), **counts})
    return counts


def _apply(desk: Desk, rows: Sequence[RowChange]) -> dict[str, int]:
    keys = [row.key for row in rows if row.key]
    stored = {one.key: one for one in desk.tool.records(desk.obligation, keys=keys, for_user=desk.by)} if keys else {}
    touched: dict[str, tuple[Record, Values]] = {}
    added = [row for row in rows if not row.key]
    for row in rows:
        if row.key:
            record = stored.get(row.key)
            if record is None:
                raise NoSuchRecord(f"A row names a {desk.tool.noun[0]} that is not, or no longer, part of the report.")
            touched[row.key] = (record, _changed(desk, record, row))
    changed = {key: values for key, (_record, values) in touched.items() if values}
    if changed:
        desk.tool.store_many(desk.obligation, changed, by=desk.by)
        desk.forget_kept(touched)
    add_records(desk, added)
    return {"added": len(added), "changed": len(changed), "unchanged": len(touched) - len(changed)}


def _changed(desk: Desk, record: Record, row: RowChange) -> Values:
    """What this row changes, checked; its history is noted."""
    fields = desk.tool.catalogue.by_name
    changed = {
        name: value for name, value in row.values.items() if value != record.values.get(name, fields[name].empty)
    }
    if not changed:
        return {}
    _refuse_moved(desk, record, row, changed)
    try:
        refuse_nameless(desk.tool.catalogue, {**record.values, **changed})
        refuse_contradictory(desk.tool, record.values, {**record.values, **changed})
    except BadValues as error:
        raise _named(record.title, error) from error
    reason = plain(row.reason, name="reason", label="Reason")
    require_reason(desk, record, changed, reason)
    desk.note(record.key, record.values, changed, reason)
    return changed


def _refuse_moved(desk: Desk, record: Record, row: RowChange, changed: Values) -> None:
    if row.expected is None:
        return
    fields = desk.tool.catalogue.by_name
    clashes = []
    for name, mine in changed.items():
        theirs = record.values.get(name, fields[name].empty)
        if name in row.expected and row.expected[name] != theirs:
            clashes.append(Clash(name, f"{record.title}: {fields[name].label}", row.expected[name], theirs, mine))
    if clashes:
        tokens = tokens_of(desk.tool.catalogue, record.values)
        raise Conflict(tuple(clashes), by=record.updated_by, at=record.updated_at, tokens=tokens)


def _named(title: str, error: BadValues) -> BadValues:
    return BadValues(tuple(replace(one, hint=f"{title}: {one.hint}") for one in error.problems))


def add_records(desk: Desk, rows: Sequence[RowChange]) -> list[str]:
    """New records, checked like any other; their keys in the order of the rows."""
    if not rows:
        return []
    held = len(desk.tool.records(desk.obligation))
    if held + len(rows) > MOST_RECORDS:
        raise NotAllowedNow(f"A report holds at most {MOST_RECORDS:,} {desk.tool.noun[1]}; this one has {held:,}.")
    groups = {group.key for group in desk.tool.groups(desk.obligation, for_user=desk.by)}
    for row in rows:
        if row.group not in groups:
            hint = f"Choose where the new {desk.tool.noun[0]} belongs."
            raise BadValues((FieldProblem("group", "unknown_group", row.group[:60], hint),))
        refuse_nameless(desk.tool.catalogue, row.values)
        refuse_contradictory(desk.tool, {}, _whole(desk, row.values))
    keys = _create(desk, rows)
    for key, row in zip(keys, rows, strict=True):
        filled = {name: value for name, value in row.values.items() if not is_empty(value)}
        desk.note(key, {}, filled, plain(row.reason, name="reason", label="Reason"))
    return keys


def _create(desk: Desk, rows: Sequence[RowChange]) -> list[str]:
    """A tool that can create many at once says so by `create_many`."""
    many = getattr(desk.tool, "create_many", None)
    if many is not None and len(rows) > 1:
        return list(many(desk.obligation, [(row.group, row.values) for row in rows], by=desk.by))
    create = desk.tool.create
    return [create(desk.obligation, group=row.group, values=row.values, by=desk.by) for row in rows]


def _whole(desk: Desk, values: Values) -> Values:
    return {one.name: one.empty for one in desk.tool.catalogue.fields} | values


@transaction.atomic
def copy_forward(
    *,
    obligation_id: int,
    keys: Sequence[str] | None,
    by: User,
    fields: Sequence[str] | None = None,
    reason: str = "",
    now: datetime | None = None,
) -> int:
    """Bring the last period's values into empty report fields; the number of records that gained any.

    Fields that are named are copied as they are. Without names, what belongs to its own period only is left out:
    counts and lists of products (they would be counted twice), and where an activity was finished, its status.
    """
    desk = open_desk(
        obligation_id=obligation_id,
        by=by,
        now=now or timezone.now(),
        channel=RecordChange.Channel.COPY,
        reason=reason,
    )
    records = desk.tool.records(desk.obligation, keys=keys, for_user=by)
    previous = desk.tool.previous(desk.obligation, [one.key for one in records]) if records else {}
    rows = [
        RowChange(one.key, "", values, desk.reason)
        for one in records
        if (values := _from_last(desk, one, previous.get(one.key), fields))
    ]
    counts = _apply(desk, rows) if rows else {"changed": 0}
    if counts["changed"]:
        desk.close("copied_forward", after={"records": counts["changed"]})
    return counts["changed"]


def _from_last(desk: Desk, record: Record, previous: Values | None, names: Sequence[str] | None) -> Values:
    if not previous:
        return {}
    wanted = [one for one in desk.tool.catalogue.fields if one.holder == Holder.REPORT]
    chosen = [one for one in wanted if one.name in names] if names is not None else _lasting(wanted, previous)
    return {
        one.name: previous[one.name]
        for one in chosen
        if is_empty(record.values.get(one.name)) and not is_empty(previous.get(one.name))
    }


def _lasting(fields: Sequence[Field], previous: Values) -> list[Field]:
    finished = any(one.kind == Kind.CODE and previous.get(one.name) in _FINISHED for one in fields)
    of_its_period = {Kind.NUMBER, Kind.ITEMS} | ({Kind.CODE, Kind.PERCENT} if finished else set())
    return [one for one in fields if one.kind not in of_its_period]
