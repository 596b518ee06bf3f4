"""The history of one field: every saved change, newest first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404
from django.urls import reverse

from adme.common.formatting import moment

from .. import tools, vocabularies
from ..fields import Field, Value, shown
from ..models import Obligation, RecordChange
from ..vocabularies import Vocabulary
from .records import Crumbs, crumbs, find

MOST = 50


@dataclass(frozen=True, slots=True)
class Change:
    at: str
    by: str
    before: str
    after: str
    reason: str
    channel: str
    period: str


@dataclass(frozen=True, slots=True)
class HistoryPage:
    label: str
    changes: tuple[Change, ...]
    crumbs: Crumbs
    most: int = MOST


def history_page(*, obligation: Obligation, key: str, name: str, user: Any) -> HistoryPage:
    """Of all reports of this reporter: plan values are carried from period to period."""
    tool = tools.get(obligation.tool)
    one = tool.catalogue.by_name.get(name)
    if one is None:
        raise Http404("There is no such field.")
    record = find(obligation, key, user)
    words = vocabularies.load([one.vocabulary], tool.framework(obligation)) if one.vocabulary else {}
    found = RecordChange.objects.filter(
        obligation__body_id=obligation.body_id,
        obligation__state_area_id=obligation.state_area_id,
        record_key=key,
        field=name,
    )
    rows = found.select_related("by", "obligation__round").order_by("-id")[:MOST]
    back = reverse("record", args=[obligation.public_id, key])
    return HistoryPage(
        label=one.label,
        changes=tuple(_change(row, one, words) for row in rows),
        crumbs=crumbs(obligation, (record.title, back), (f"History of “{one.label}”", "")),
    )


def _change(row: RecordChange, one: Field, words: dict[str, Vocabulary]) -> Change:
    return Change(
        at=moment(row.at),
        by=str(row.by),
        before=_text(one, row.before, words),
        after=_text(one, row.after, words),
        reason=row.reason,
        channel=row.get_channel_display(),
        period=row.obligation.round.period_label,
    )


def _text(one: Field, value: Value, words: dict[str, Vocabulary]) -> str:
    return shown(one, value, words) or "blank"
