"""The history of a report: its revisions, and the changes of one field as they stand beside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from .. import tools, vocabularies
from ..fields import shown
from ..models import Obligation, RecordChange, Revision
from ..transitions import TRANSITIONS, Act

MOST_CHANGES = 50


@dataclass(frozen=True, slots=True)
class Change:
    """One saved change of a field, in words."""

    field: str
    label: str
    before_text: str
    after_text: str
    by: str
    at: datetime
    channel: str
    reason: str
    period: str


@dataclass(frozen=True, slots=True)
class RevisionLine:
    """One line of the report's history. `same_content` names the earlier revision that holds the same content."""

    revision: Revision
    done: str
    same_content: int | None


def changes_of(obligation: Obligation, key: str, field: str = "", *, most: int = MOST_CHANGES) -> list[Change]:
    """Newest first, over all periods of this reporter: a plan value may have been changed in another period's report.

    Without `field` all changes of the record. A removal has no field: `before_text` is then the record's title.
    """
    rows = RecordChange.objects.filter(
        obligation__body_id=obligation.body_id,
        obligation__state_area_id=obligation.state_area_id,
        obligation__round__tool=obligation.tool,
        record_key=key,
    ).select_related("by", "obligation__round")
    found = list((rows.filter(field=field) if field else rows).order_by("-id")[:most])
    return _in_words(obligation, found)


def _in_words(obligation: Obligation, rows: list[RecordChange]) -> list[Change]:
    tool = tools.get(obligation.tool)
    fields = tool.catalogue.by_name
    names = {fields[row.field].vocabulary for row in rows if row.field in fields and fields[row.field].vocabulary}
    lists = vocabularies.load(names, tool.framework(obligation)) if names else {}

    def text(row: RecordChange, value: object) -> str:
        one = fields.get(row.field)
        return shown(one, value, lists) if one is not None else str(value or "")

    return [
        Change(
            field=row.field,
            label=fields[row.field].label if row.field in fields else row.field or f"The {tool.noun[0]} itself",
            before_text=text(row, row.before),
            after_text=text(row, row.after),
            by=str(row.by),
            at=row.at,
            channel=row.get_channel_display(),
            reason=row.reason,
            period=row.obligation.round.period_label,
        )
        for row in rows
    ]


def revisions_of(obligation: Obligation) -> list[RevisionLine]:
    """Newest first, in one statement and without the contents."""
    rows = list(Revision.objects.filter(obligation=obligation).select_related("by").order_by("number"))
    first_with: dict[int, int] = {}
    lines = []
    for row in rows:
        earlier = first_with.setdefault(row.content_id, row.number)
        same = earlier if earlier != row.number else None
        lines.append(RevisionLine(row, TRANSITIONS[Act(row.act)].done, same))
    return lines[::-1]
