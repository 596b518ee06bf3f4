"""The records of a report as the page of that report lists them, and what blocks or contradicts in each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count

from adme.common.text import fold

from .. import fields, tools, vocabularies
from ..models import Comment, Evidence, Obligation
from ..selectors.readiness import Readiness, RecordReadiness
from ..tools import Contradiction
from .marks import link

PAGE_SIZE = 50
SHOWS = {"": "All records", "blocked": "Not ready", "ready": "Ready", "open": "With open contradictions",
         "kept": "With kept contradictions", "comments": "With open comments"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that blocks, or does not go together: what, in which record, and the address of its field."""

    sentence: str
    record: str
    url: str
    reason: str = ""  # why it is kept


@dataclass(frozen=True, slots=True)
class Row:
    key: str
    title: str
    group: str
    url: str
    status: str
    percent: int | None
    is_ready: bool
    blockers: int
    contradictions: int
    kept: int
    comments: int
    evidence: int
    updated_at: str
    updated_by: str
    is_demonstration: bool


def rows(obligation: Obligation, tool: tools.ReportTool, state: Readiness, comments: Sequence[Comment]) -> list[Row]:
    status = tool.catalogue.by_name.get("status")
    words = vocabularies.load([status.vocabulary], tool.framework(obligation)) if status and status.vocabulary else {}
    talked: dict[str, int] = {}
    for comment in comments:
        talked[comment.record_key] = talked.get(comment.record_key, 0) + 1
    shown = Evidence.objects.filter(obligation=obligation, removed_at=None).order_by()
    evidence = dict(shown.values_list("record_key").annotate(Count("id")))
    return [
        _row(obligation, one, fields.shown(status, one.record.values.get("status", ""), words) if status else "",
             talked, evidence)
        for one in state.records
    ]  # fmt: skip


def _row(
    obligation: Obligation, one: RecordReadiness, status: str, talked: Mapping[str, int], evidence: Mapping[str, int]
) -> Row:
    record = one.record
    return Row(
        key=record.key, title=record.title, group=record.group, url=record_link(obligation, record.key), status=status,
        percent=record.values.get("percent_complete"), is_ready=one.is_ready,
        blockers=len(one.blockers), contradictions=len(one.contradictions), kept=len(one.kept),
        comments=talked.get(record.key, 0), evidence=evidence.get(record.key, 0), updated_at=record.updated_at,
        updated_by=record.updated_by, is_demonstration=record.is_demonstration,
    )  # fmt: skip


def record_link(obligation: Obligation, key: str, name: str = "") -> str:
    own = tools.own_work(obligation.tool)
    if own is not None:
        return own.work_url(obligation, name)
    return link("record", obligation.public_id, key, fragment=f"field-{name}" if name else "")


def blockers(obligation: Obligation, state: Readiness) -> Iterable[Line]:
    for whole in state.report_blockers:
        yield Line(whole.sentence, "", "")
    for one in state.records:
        for found in one.blockers:
            yield Line(found.sentence, one.record.title, record_link(obligation, one.record.key, found.field))


def open_contradictions(obligation: Obligation, state: Readiness) -> Iterable[Line]:
    for one in state.records:
        for found in one.contradictions:
            yield _contradiction(obligation, one, found)


def kept_contradictions(obligation: Obligation, state: Readiness) -> Iterable[Line]:
    for one in state.records:
        for kept in one.kept:
            yield _contradiction(obligation, one, kept.contradiction, kept.reason)


def _contradiction(obligation: Obligation, one: RecordReadiness, found: Contradiction, reason: str = "") -> Line:
    name = found.fields[0] if found.fields else ""
    return Line(found.sentence, one.record.title, record_link(obligation, one.record.key, name), reason)


def filtered(rows: list[Row], query: Mapping[str, str]) -> tuple[Page[Row], list[dict[str, Any]], bool]:
    show, group, text = query.get("show", ""), query.get("group", ""), fold(query.get("q", ""))
    show = show if show in SHOWS else ""
    tests: dict[str, Callable[[Row], bool]] = {
        "blocked": lambda row: not row.is_ready, "ready": lambda row: row.is_ready,
        "open": lambda row: row.contradictions > 0, "kept": lambda row: row.kept > 0,
        "comments": lambda row: row.comments > 0,
    }  # fmt: skip
    kept = [row for row in rows if show not in tests or tests[show](row)]
    kept = [row for row in kept if (not group or row.group == group) and text in fold(f"{row.title} {row.group}")]
    groups = dict.fromkeys(row.group for row in rows)
    filters: list[dict[str, Any]] = [
        {"name": "q", "label": "Search", "value": query.get("q", ""), "kind": "search"},
        {"name": "show", "label": "Show", "value": show, "options": list(SHOWS.items())},
    ]
    if len(groups) > 1:
        options = [("", "All"), *((name, name if len(name) <= 60 else name[:59] + "…") for name in groups)]
        filters.append({"name": "group", "label": "Belongs to", "value": group, "options": options})
    page = Paginator(kept, PAGE_SIZE).get_page(query.get("page", "1"))
    return page, filters, bool(show or group or text)
