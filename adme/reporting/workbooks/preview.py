"""The page of one upload: how it stands, what differs, what to decide. Read only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q

from adme.accounts.models import User
from adme.ingest import pages as ingest_pages
from adme.ingest import policies, selectors
from adme.ingest.models import BatchState, ImportBatch
from adme.jobs.models import Job

from .. import access, tools
from ..fields import Field, shown
from ..models import Obligation, UploadRow
from ..pages.records import Crumbs, crumbs, report_title
from ..services import uploads
from ..tools import ReportTool
from . import layout
from .compare import is_clash
from .layout import Vocabularies
from .target import KINDS, row_change
from .template import group_label, words_for

PAGE_SIZE = 25
Kind = UploadRow.Kind
_FIRST = (Kind.REFUSED, Kind.CONFLICT, Kind.CHANGED, Kind.ADDED, Kind.UNCHANGED)
_NOTES = {
    Kind.ADDED: "Rows that add a record to the report.",
    Kind.CHANGED: "Rows with values that differ from what is stored. Cells that nobody changed are not listed.",
    Kind.CONFLICT: "Since the workbook was made, somebody else changed the same values. 'Before' is what it was made "
    "with. Choose for each row which side stays; other changes of the row are taken in any case.",
    Kind.UNCHANGED: "Rows that say what is stored already.",
    Kind.REFUSED: "Rows to mend. Nothing of the workbook is stored while there is one: mend them and send it again.",
}
_BADGES = {
    BatchState.PREVIEWED: "bg-yellow-lt",
    BatchState.APPLIED: "bg-green-lt",
    BatchState.REFUSED: "bg-red-lt",
    BatchState.FAILED: "bg-red-lt",
}
_STATES = {
    BatchState.PREVIEWED: "Waiting for you",
    BatchState.APPROVED: "Being applied",
    BatchState.REFUSED: "Not taken: there are errors",
}


@dataclass(frozen=True, slots=True)
class Difference:
    label: str
    before: str
    after: str
    origin: str = ""  # of a conflict: what the workbook was made with
    is_clash: bool = False


@dataclass(frozen=True, slots=True)
class RowView:
    row: UploadRow
    differences: list[Difference]
    problems: list[dict[str, str]]


@dataclass(frozen=True, slots=True)
class UploadPage:
    obligation: Obligation
    batch: ImportBatch
    title: str
    crumbs: Crumbs
    badge: str
    state: str
    sentence: str
    job: Job | None
    tabs: list[dict[str, Any]]
    kind: str
    note: str
    rows: Page[UploadRow] | None
    views: list[RowView]
    groups: list[ingest_pages.ProblemGroup]
    waiting: int  # conflicts without a choice
    to_apply: int
    why_reason: str
    acts: frozenset[str]
    has_marked: bool
    noun: tuple[str, str]
    is_demonstration: bool


def upload_page(*, obligation: Obligation, batch: ImportBatch, user: User, kind: str, page: str) -> UploadPage:
    tool = tools.get(obligation.tool)
    found = UploadRow.objects.filter(batch=batch.public_id)
    counts = _counts(found)
    job = ingest_pages.open_job(batch)
    kind = kind if kind in {str(one) for one in KINDS} else _first(counts)
    rows = Paginator(found.filter(kind=kind), PAGE_SIZE).get_page(page) if sum(counts.values()) else None
    waiting = found.filter(kind=Kind.CONFLICT, choice="").count() if counts.get(Kind.CONFLICT) else 0
    return UploadPage(
        obligation=obligation,
        batch=batch,
        title=batch.filename,
        crumbs=crumbs(obligation, ("Upload of a workbook", "")),
        badge=_BADGES.get(BatchState(batch.state), "bg-blue-lt"),
        state=_state(batch),
        sentence=_sentence(batch, counts, tool),
        job=job if job is not None and (job.is_open or job.error) else None,
        tabs=_tabs(counts, kind) if rows is not None else [],
        kind=kind,
        note=_NOTES[Kind(kind)],
        rows=rows,
        views=_views(rows, obligation, tool, user) if rows is not None else [],
        groups=[one for one in ingest_pages.problem_groups(batch) if one.severity != "error" or rows is None],
        waiting=waiting,
        to_apply=_to_apply(found, counts),
        why_reason=uploads.why_reason(obligation, batch, user) if batch.state == BatchState.PREVIEWED else "",
        acts=_acts(batch, obligation, user, job),
        has_marked=bool(counts.get(Kind.REFUSED)),
        noun=tool.noun,
        is_demonstration=obligation.is_demonstration,
    )


def _counts(found: Any) -> dict[str, int]:
    return dict(found.order_by().values_list("kind").annotate(count=Count("pk")))


def _first(counts: dict[str, int]) -> str:
    return str(next((one for one in _FIRST if counts.get(one)), Kind.CHANGED))


def _tabs(counts: dict[str, int], kind: str) -> list[dict[str, Any]]:
    return [
        {"title": one.label, "url": f"?kind={one}#rows", "active": str(one) == kind, "count": counts.get(one, 0)}
        for one in KINDS
    ]


def _to_apply(found: Any, counts: dict[str, int]) -> int:
    """Rows that would store something: a conflict where everything stored stays is none."""
    silent = 0
    if counts.get(Kind.CONFLICT):
        silent = sum(not row_change(row).values for row in found.filter(kind=Kind.CONFLICT, choice="stored"))
    return sum(counts.get(one, 0) for one in (Kind.ADDED, Kind.CHANGED, Kind.CONFLICT)) - silent


def _sentence(batch: ImportBatch, counts: dict[str, int], tool: ReportTool) -> str:
    many = tool.noun[1]
    if batch.state == BatchState.REFUSED and counts.get(Kind.REFUSED):
        count = counts[Kind.REFUSED]
        needs = f"{count:,} row needs" if count == 1 else f"{count:,} rows need"
        return f"{needs} your correction; nothing was stored."
    if batch.state == BatchState.REFUSED:
        return "The workbook was not taken; nothing was stored."
    if batch.state == BatchState.PREVIEWED and not any(counts.get(kind) for kind in KINDS if kind != Kind.UNCHANGED):
        return f"The workbook says what is stored already, for {counts.get(Kind.UNCHANGED, 0):,} {many}."
    return selectors.sentence(batch)


def _acts(batch: ImportBatch, obligation: Obligation, user: User, job: Job | None) -> frozenset[str]:
    """What this person may do with the upload now; while a job works on it, nothing."""
    if (job is not None and job.is_open) or not access.may_edit(user, obligation):
        return frozenset()
    found = {act for act in ("approve", "discard") if policies.allows(batch, act)}
    if batch.state == BatchState.FAILED:
        found.add("read")
    return frozenset(found - {"discard"} if batch.state == BatchState.REFUSED else found)


def _views(rows: Page[UploadRow], obligation: Obligation, tool: ReportTool, user: User) -> list[RowView]:
    words = words_for(tool, obligation)
    places = {group.key: group.title for group in tool.groups(obligation, for_user=user)}
    fields = tool.catalogue.by_name
    label = group_label(tool)
    return [
        RowView(
            row,
            [
                _difference(fields[name], change, words.vocabularies)
                if name != layout.GROUP
                else Difference(label, "", places.get(change[2], ""))
                for name, change in row.changes.items()
            ],
            [{**one, "label": fields[one["field"]].label if one["field"] in fields else ""} for one in row.problems],
        )
        for row in rows
    ]


def _difference(one: Field, change: list[Any], vocabularies: Vocabularies) -> Difference:
    base, stored, wanted = (shown(one, value, vocabularies) for value in change)
    if change[1] is None and change[0] is None:
        return Difference(one.label, "", wanted)
    return Difference(one.label, stored, wanted, base, is_clash(change))


def recent(obligation: Obligation) -> list[tuple[ImportBatch, str]]:
    """The last uploads for this report, each with how it stands."""
    mine = Q(target="report", options__dataset=str(obligation.public_id))
    found = ImportBatch.objects.filter(mine).select_related("created_by").order_by("-pk")[:5]
    return [(batch, _state(batch)) for batch in found]


def _state(batch: ImportBatch) -> str:
    return _STATES.get(BatchState(batch.state), batch.get_state_display())


def upload_title(obligation: Obligation) -> str:
    return report_title(obligation)
