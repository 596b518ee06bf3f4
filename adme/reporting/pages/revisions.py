"""A report's past: its revisions, one revision as it was, and any two of them side by side."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import Http404

from adme.common.formatting import day
from adme.common.text import fold

from .. import fields, tools, vocabularies
from ..models import Obligation, Revision
from ..selectors import differences
from ..transitions import TRANSITIONS, Act
from .marks import link
from .report_rows import record_link
from .reports import Head, head, reason_labels

RECORDS_PER_PAGE, DIFFERENCES_PER_PAGE = 20, 25
LONGEST_COMPARED = 6000  # characters; a longer text is shown whole, without marks


@dataclass(frozen=True, slots=True)
class RevisionRow:
    number: int
    act: str
    done: str
    by: str
    at: Any
    reason: str
    codes: list[str]
    on_behalf_of: str
    url: str
    compare_url: str  # with the one before it


@dataclass(frozen=True)
class HistoryPage:
    head: Head
    rows: list[RevisionRow]


@dataclass(frozen=True, slots=True)
class ShownField:
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class ShownSection:
    title: str
    fields: list[ShownField]


@dataclass(frozen=True, slots=True)
class ShownRecord:
    key: str
    title: str
    group: str
    sections: list[ShownSection]
    kept: list[str]
    evidence: list[dict[str, str]]


@dataclass(frozen=True)
class RevisionPage:
    head: Head
    row: RevisionRow
    page: Page[Any]
    records: list[ShownRecord]
    filters: list[dict[str, Any]]
    is_filtered: bool
    newest: int

    @property
    def number_text(self) -> str:
        return str(self.row.number)


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text: the same on both sides, or only on this one."""

    text: str
    is_same: bool


@dataclass(frozen=True, slots=True)
class ShownDifference:
    label: str
    before: list[Piece]
    after: list[Piece]


@dataclass(frozen=True, slots=True)
class ShownRecordDifference:
    title: str
    group: str
    kind: str
    word: str
    url: str
    fields: list[ShownDifference]


@dataclass(frozen=True)
class ComparePage:
    head: Head
    before: RevisionRow | None
    after: RevisionRow
    choices: list[tuple[int, str]]
    page: Page[Any]
    records: list[ShownRecordDifference]
    counts: list[tuple[str, int]]
    total: int


def history_page(user: Any, obligation: Obligation) -> HistoryPage:
    revisions = _revisions(obligation)
    return HistoryPage(head(user, obligation, ("History", "")), _rows(obligation, revisions))


def _revisions(obligation: Obligation) -> list[Revision]:
    return list(obligation.revisions.select_related("by").order_by("-number"))


def _rows(obligation: Obligation, revisions: Sequence[Revision]) -> list[RevisionRow]:
    codes = [code for one in revisions for code in one.reason_codes]
    labels = dict(zip(codes, reason_labels(codes), strict=True))
    return [_row(obligation, one, labels) for one in revisions]


def _row(obligation: Obligation, one: Revision, labels: Mapping[str, str]) -> RevisionRow:
    before = one.number - 1
    query = f"a={before}&b={one.number}"
    return RevisionRow(
        number=one.number, act=one.act, done=TRANSITIONS[Act(one.act)].done, by=str(one.by), at=one.at,
        reason=one.reason, codes=[labels[code] for code in one.reason_codes], on_behalf_of=one.on_behalf_of,
        url=link("report_revision", obligation.public_id, one.number),
        compare_url=link("report_compare", obligation.public_id, query=query) if before else "",
    )  # fmt: skip


def revision_page(user: Any, obligation: Obligation, number: int, *, query: Mapping[str, str]) -> RevisionPage:
    found = obligation.revisions.select_related("by", "content").filter(number=number).first()
    if found is None:
        raise Http404("There is no such revision.")
    tool = tools.get(obligation.tool)
    words = vocabularies.load(tool.catalogue.vocabularies, tool.framework(obligation))
    text = query.get("q", "")
    records = found.content.data.get("records", [])
    kept = [one for one in records if fold(text) in fold(f"{one['title']} {one['group']}")]
    kept.sort(key=lambda one: (one["group"], one["title"]))
    page = Paginator(kept, RECORDS_PER_PAGE).get_page(query.get("page", "1"))
    crumbs = (("History", link("report_history", obligation.public_id)), (f"Revision {number}", ""))
    return RevisionPage(
        head=head(user, obligation, *crumbs), row=_rows(obligation, [found])[0], page=page,
        records=[_shown(tool.catalogue, one, words) for one in page],
        filters=[{"name": "q", "label": f"Search in {len(records)} records", "value": text, "kind": "search"}],
        is_filtered=bool(text),
        newest=obligation.revisions.order_by("-number").values_list("number", flat=True).first() or number,
    )  # fmt: skip


def _shown(catalogue: fields.Catalogue, record: Mapping[str, Any], words: Mapping[str, Any]) -> ShownRecord:
    values = record.get("values", {})
    sections = []
    for section in catalogue.sections:
        given = [
            ShownField(one.label, fields.shown(one, values.get(one.name, one.empty), words))
            for one in catalogue.of_section(section.name)
        ]
        sections.append(ShownSection(section.title, given))
    kept = [str(reason) for reason in record.get("kept", {}).values()]
    return ShownRecord(record["key"], record["title"], record["group"], sections, kept, record.get("evidence", []))


def compare_page(user: Any, obligation: Obligation, *, query: Mapping[str, str]) -> ComparePage:
    """`a` and `b` are revision numbers; without them the newest and the one before; `a` may be left blank."""
    revisions = _revisions(obligation)
    if not revisions:
        raise Http404("This report has no revision yet.")
    numbered = {str(one.number): one for one in revisions}
    after = numbered.get(query.get("b", "")) or revisions[0]
    before = numbered.get(query.get("a", str(after.number - 1)))
    if before is not None and before.number > after.number:
        before, after = after, before
    found = differences.compare(before, after)
    page = Paginator(found, DIFFERENCES_PER_PAGE).get_page(query.get("page", "1"))
    rows = {row.number: row for row in _rows(obligation, revisions)}
    crumbs = (("History", link("report_history", obligation.public_id)), ("Compare", ""))
    return ComparePage(
        head=head(user, obligation, *crumbs),
        before=rows[before.number] if before else None,
        after=rows[after.number],
        choices=[(row.number, f"{row.number}: {row.done}, {day(row.at)}") for row in rows.values()],
        page=page,
        records=[_difference(obligation, one) for one in page],
        counts=[(word, sum(one.kind == kind for one in found)) for kind, word in _KINDS.items()],
        total=len(found),
    )


_KINDS = {"changed": "Changed", "added": "Added", "removed": "Removed"}


def _difference(obligation: Obligation, one: Any) -> ShownRecordDifference:
    return ShownRecordDifference(
        title=one.title,
        group=one.group,
        kind=str(one.kind),
        word=_KINDS[str(one.kind)],
        url=record_link(obligation, one.key) if one.kind != "removed" else "",
        fields=[ShownDifference(each.label, *pieces(each.before_text, each.after_text)) for each in one.fields],
    )


_WORD = re.compile(r"\s+|[^\s]+")


def pieces(before: str, after: str) -> tuple[list[Piece], list[Piece]]:
    """Both texts cut where they part, by whole words; short, very long or quite different ones are not cut."""
    old, new = _WORD.findall(before), _WORD.findall(after)
    if len(before) + len(after) > LONGEST_COMPARED or min(len(old), len(new)) < 4:
        return _whole(before), _whole(after)
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if matcher.ratio() < 0.4:
        return _whole(before), _whole(after)
    codes = matcher.get_opcodes()
    return (
        list(_cut(old, [(tag, start, end) for tag, start, end, _, _ in codes])),
        list(_cut(new, [(tag, start, end) for tag, _, _, start, end in codes])),
    )


def _whole(text: str) -> list[Piece]:
    return [Piece(text, False)] if text else []


def _cut(words: Sequence[str], codes: Iterable[tuple[str, int, int]]) -> Iterable[Piece]:
    for tag, start, end in codes:
        if end > start:
            yield Piece("".join(words[start:end]), tag == "equal")
