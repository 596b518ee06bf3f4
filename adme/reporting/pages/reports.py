"""The page of one report: how it stands, what blocks it, its records, what may be done with it now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.paginator import Page

from adme.accounts.permissions import Permission, may
from adme.common.formatting import period as period_text

from .. import access, tools, vocabularies
from ..models import Comment, Obligation, Revision
from ..selectors import differences
from ..selectors.readiness import readiness
from ..selectors.zones import jakarta_text
from ..states import EDITABLE, State
from ..transitions import TRANSITIONS, Act
from . import report_rows
from .marks import Deadline, Mark, deadline, link, mark, next_step
from .receipts import Receipt, receipt
from .report_rows import Line, Row

BLOCKERS_SHOWN, BLOCKERS_AT_MOST = 8, 200
CHANGES_SHOWN = 12
_MAIN = {Act.SUBMIT, Act.APPROVE}
_OWN_WORK_NEXT = "Another analyst of the Secretariat approves it. You can still return it."


@dataclass(frozen=True, slots=True)
class ActLink:
    act: str
    title: str
    url: str
    is_main: bool
    icon: str


@dataclass(frozen=True, slots=True)
class CommentLine:
    text: str
    by: str
    at: datetime
    record: str
    url: str


@dataclass(frozen=True, slots=True)
class ChangeSummary:
    """What differs from an earlier revision, shortened."""

    title: str
    counts: str
    url: str
    records: list[tuple[str, str, str]]  # title, kind, fields
    more: int


@dataclass(frozen=True)
class Head:
    """What every page of one report says on top."""

    obligation: Obligation
    tool: tools.ReportTool
    mark: Mark
    title: str
    period: str
    due: Deadline
    closes: Deadline
    opens: Deadline
    crumbs: list[tuple[str, str]]
    is_reviewer: bool
    is_reporter: bool


@dataclass(frozen=True)
class ReportPage:
    head: Head
    total: int
    ready: int
    next_step: str
    own_work: str  # why an author cannot approve; blank otherwise
    acts: list[ActLink]
    tools: list[ActLink]
    blockers: list[Line]
    more_blockers: list[Line]
    blocker_count: int
    contradictions: list[Line]
    kept: list[Line]
    rows: Page[Row]
    filters: list[dict[str, Any]]
    is_filtered: bool
    changes: list[ChangeSummary]
    comments: list[CommentLine]
    last: Revision | None
    last_done: str
    last_codes: list[str]
    set_aside: str  # why it is excused, or not applicable
    is_open: bool  # somebody writes in it now, so that what blocks matters
    panel: tuple[str, dict[str, Any]] | None = None  # in place of the records, of a tool with pages of its own
    receipt: Receipt | None = None
    has_demonstration: bool = field(default=False)

    @property
    def ready_text(self) -> str:
        return f"{self.ready} of {self.total} ready"


def head(user: Any, obligation: Obligation, *crumbs: tuple[str, str]) -> Head:
    """Two statements at most: the standing, and (cached on the user) the assignments."""
    tool = tools.get(obligation.tool)
    seen: Any = Obligation.objects.with_standing().only("pk").get(pk=obligation.pk)
    reviewer = access.is_reviewer(user)
    period = period_text(obligation.round.period_label)
    title = f"{tool.title} of {obligation.reporter_label}, {period}"
    return Head(
        obligation=obligation, tool=tool, mark=mark(seen.standing), title=title, period=period,
        due=deadline(obligation.due_on), closes=deadline(obligation.closes_on),
        opens=deadline(obligation.round.opens_at),
        crumbs=_crumbs(user, reviewer, obligation, title, crumbs), is_reviewer=reviewer,
        is_reporter=access.is_reporter(user, obligation),
    )  # fmt: skip


def _crumbs(
    user: Any, reviewer: bool, obligation: Obligation, title: str, more: tuple[tuple[str, str], ...]
) -> list[tuple[str, str]]:
    found = []
    if may(user, Permission.REPORT_FILE):
        found.append(("My work", link("my_work")))
    elif reviewer:
        found.append(("Review", link("review_queue")))
    elif may(user, Permission.REPORT_VIEW_ALL):
        found.append(("Completeness", link("completeness_board")))
    found.append((title, link("report", obligation.public_id) if more else ""))
    return [*found, *more]


def report_page(user: Any, obligation: Obligation, *, query: Mapping[str, str]) -> ReportPage:
    top = head(user, obligation)
    records = top.tool.records(obligation)
    state = readiness(obligation, records)
    comments = list(
        obligation.comments.filter(resolved_at=None).select_related("by").order_by("-id")[:BLOCKERS_AT_MOST]
    )
    rows = report_rows.rows(obligation, top.tool, state, comments)
    shown, filters, is_filtered = report_rows.filtered(rows, query)
    blockers = list(report_rows.blockers(obligation, state))
    revisions = list(obligation.revisions.select_related("by").order_by("-number"))
    waiting = sum(not row.is_ready for row in rows)
    own = tools.own_work(obligation.tool)
    own_work = _own_work(user, obligation)
    return ReportPage(
        head=top, total=len(rows), ready=len(rows) - waiting, own_work=own_work,
        next_step=_OWN_WORK_NEXT if own_work else next_step(
            obligation, top.mark.code, waiting=waiting, due=top.due.jakarta, closes=top.closes.jakarta,
            reviewer=top.is_reviewer, is_empty=bool(state.report_blockers),
        ),
        acts=_acts(user, obligation, own_work), tools=_tool_links(user, obligation, revisions),
        panel=own.panel(obligation, user) if own is not None else None,
        blockers=blockers[:BLOCKERS_SHOWN], more_blockers=blockers[BLOCKERS_SHOWN:BLOCKERS_AT_MOST],
        blocker_count=len(blockers), contradictions=list(report_rows.open_contradictions(obligation, state)),
        kept=list(report_rows.kept_contradictions(obligation, state)), rows=shown, filters=filters,
        is_filtered=is_filtered,
        changes=_changes(obligation, revisions) if top.is_reviewer else [],
        comments=_comments(obligation, comments, rows), last=revisions[0] if revisions else None,
        last_done=TRANSITIONS[Act(revisions[0].act)].done if revisions else "",
        set_aside=_set_aside(obligation), is_open=obligation.state in EDITABLE,
        last_codes=reason_labels(revisions[0].reason_codes) if revisions else [],
        receipt=receipt(user, revisions, query.get("receipt", "")),
        has_demonstration=obligation.is_demonstration or any(record.is_demonstration for record in records),
    )  # fmt: skip


def _comments(obligation: Obligation, comments: Sequence[Comment], rows: Sequence[Row]) -> list[CommentLine]:
    titles = {row.key: row.title for row in rows}
    return [
        CommentLine(one.text, str(one.by), one.at, titles.get(one.record_key, ""),
                    report_rows.record_link(obligation, one.record_key, one.field) if one.record_key else "")
        for one in comments
    ]  # fmt: skip


def _set_aside(obligation: Obligation) -> str:
    if obligation.state == State.EXCUSED and obligation.excused_until:
        return f"Excused until {jakarta_text(obligation.excused_until)}. {obligation.reason}"
    return f"Not applicable. {obligation.reason}" if obligation.state == State.NOT_APPLICABLE else ""


def _own_work(user: Any, obligation: Obligation) -> str:
    """Said to a reviewer who would approve what they wrote themselves."""
    if Act.APPROVE not in access.acts_for(user, obligation):
        return ""
    if obligation.contributions.filter(user=user, settled_at=None).exists():
        return "You wrote part of this report, so somebody else of the Secretariat approves it."
    return ""


_ICONS = {
    Act.SUBMIT: "send", Act.APPROVE: "circle-check", Act.RETURN: "arrow-back-up", Act.REOPEN: "lock-open",
    Act.CERTIFY_NIL: "certificate", Act.EXCUSE: "clock", Act.NOT_APPLICABLE: "x", Act.RESUME: "repeat",
}  # fmt: skip


def offered(user: Any, obligation: Obligation) -> list[Act]:
    """Acts with a page of their own: a report is started by its first save, and the calendar closes some."""
    open_now = obligation.is_editable()
    found = access.acts_for(user, obligation)
    return [act for act in found if act != Act.START and (open_now or not TRANSITIONS[act].in_window)]


def _acts(user: Any, obligation: Obligation, own_work: str) -> list[ActLink]:
    found = []
    for act in offered(user, obligation):
        if act == Act.APPROVE and own_work:
            continue
        title = TRANSITIONS[act].title
        if access.acts_on_behalf(user, obligation, act):
            title = f"{title} for {obligation.reporter_label}"
        is_main = act in _MAIN and not access.acts_on_behalf(user, obligation, act)
        url = link("report_act", obligation.public_id, act.value)
        found.append(ActLink(act.value, title, url, is_main, _ICONS[act]))
    return sorted(found, key=lambda one: not one.is_main)


def _tool_links(user: Any, obligation: Obligation, revisions: Sequence[Revision]) -> list[ActLink]:
    """Ways to work on it and around it; what is not installed or not allowed is absent."""
    own = obligation.public_id
    edit = access.may_edit(user, obligation) and obligation.is_editable()
    links = [
        *_work_links(user, obligation, edit),
        ("history", "History", "history", link("report_history", own) if revisions else ""),
        ("extend", "Give a later deadline", "calendar-plus", _extend_link(user, obligation)),
    ]
    return [ActLink(act, title, url, False, icon) for act, title, icon, url in links if url]


def _work_links(user: Any, obligation: Obligation, edit: bool) -> Sequence[tuple[str, str, str, str]]:
    """(act, title, icon, address) of the ways to work on the records; a blank address is left out."""
    tool, own = tools.own_work(obligation.tool), obligation.public_id
    if tool is not None:
        return tool.work_links(obligation, user, edit)
    return [
        ("grid", "Edit in a grid" if edit else "See as a grid", "table", link("grid", own)),
        ("new", "Add a record", "plus", link("record_new", own) if edit else ""),
        ("workbook", "Download as a workbook", "download", link("workbook", own)),
        ("upload", "Upload a workbook", "upload", link("workbook_upload", own) if edit else ""),
    ]


def _extend_link(user: Any, obligation: Obligation) -> str:
    closed = {Act.APPROVE, Act.REOPEN} & set(access.acts_for(user, obligation))
    if closed or not may(user, Permission.CALENDAR_MANAGE):
        return ""
    return link("report_extend", obligation.public_id)


def _changes(obligation: Obligation, revisions: Sequence[Revision]) -> list[ChangeSummary]:
    """Since the last approval, and since the last time it was handed in; of what a reviewer sees now."""
    handed = [one for one in revisions if one.act in {Act.SUBMIT, Act.CERTIFY_NIL}]
    if not handed:
        return []
    newest = handed[0]
    approved = next((one for one in revisions if one.act == Act.APPROVE and one.number < newest.number), None)
    before = [("Since the last approved version", approved)] if approved else []
    if len(handed) > 1 and (approved is None or handed[1].number > approved.number):
        before.append(("Since it was submitted before", handed[1]))
    return [_summary(obligation, title, one, newest) for title, one in before]


def _summary(obligation: Obligation, title: str, before: Revision, after: Revision) -> ChangeSummary:
    found = differences.compare(before, after)
    counts = {kind: sum(one.kind == kind for one in found) for kind in ("changed", "added", "removed")}
    told = ", ".join(f"{number} {kind}" for kind, number in counts.items() if number)
    return ChangeSummary(
        title=title,
        counts=told or "nothing changed",
        url=link("report_compare", obligation.public_id, query=f"a={before.number}&b={after.number}"),
        records=[
            (one.title, one.kind, ", ".join(each.label for each in one.fields) if one.kind == "changed" else "")
            for one in found[:CHANGES_SHOWN]
        ],
        more=max(0, len(found) - CHANGES_SHOWN),
    )


def reason_labels(codes: Iterable[str]) -> list[str]:
    wanted = list(codes)
    if not wanted:
        return []
    words = vocabularies.load(["CL_RETURN_REASON"])["CL_RETURN_REASON"]
    return [words.label(code) for code in wanted]
