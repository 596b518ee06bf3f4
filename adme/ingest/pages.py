"""What the import pages show: the list, one batch, its problems and its differences."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.core.paginator import Page, Paginator
from django.db import DatabaseError, transaction
from django.urls import reverse

from adme.jobs.models import Job
from adme.observations import uses
from adme.observations.uses import Use

from . import policies, selectors, services, standing, targets
from .models import BatchState, ImportBatch, ImportProblem
from .targets import Change

PAGE_SIZE, CHANGES_PAGE_SIZE, PROBLEMS_SHOWN = 25, 50, 200
SHOWN_AT_FULL_LENGTH = 50  # a longer list scrolls by itself
KINDS = {"changed": "Changed", "new": "New", "vanished": "Vanished"}
_BADGES = {
    BatchState.PREVIEWED: "bg-yellow-lt",
    BatchState.APPROVED: "bg-blue-lt",
    BatchState.READING: "bg-blue-lt",
    BatchState.RECEIVED: "bg-blue-lt",
    BatchState.APPLIED: "bg-green-lt",
    BatchState.REFUSED: "bg-red-lt",
    BatchState.FAILED: "bg-red-lt",
}
_IN_LIST = ("new", "changed", "unchanged", "vanished")


@dataclass(frozen=True, slots=True)
class BatchRow:
    batch: ImportBatch
    badge: str
    sentence: str
    counts: list[int | None]


@dataclass(frozen=True, slots=True)
class ListPage:
    rows: list[BatchRow]
    page: Page[ImportBatch]
    filters: list[dict[str, Any]]
    is_filtered: bool
    crumbs: tuple[tuple[str, str], ...] = (("Imports", ""),)


@dataclass(frozen=True, slots=True)
class ProblemGroup:
    severity: str
    title: str
    problems: list[ImportProblem]  # the first of them
    things: int  # how many there are
    total: int  # how often they occur in the file

    @property
    def is_long(self) -> bool:
        return len(self.problems) > SHOWN_AT_FULL_LENGTH


@dataclass(frozen=True, slots=True)
class BatchPage:
    batch: ImportBatch
    badge: str
    sentence: str
    steps: list[standing.Step]
    figures: list[tuple[str, str, int]]
    facts: list[tuple[str, str]]
    groups: list[ProblemGroup]
    tabs: list[dict[str, Any]]
    kind: str
    changes: Page[Change] | None
    sample: list[dict[str, Any]]
    new_indicators: list[list[str]]
    job: Job | None
    acts: frozenset[str]
    undone_by: ImportBatch | None
    uses: list[Use]  # what is computed from the series that it writes
    nothing_changes: bool
    crumbs: list[tuple[str, str]] = field(default_factory=list)


def batch_list(*, text: str, state: str, scope: str, page: str) -> ListPage:
    found = selectors.listed().select_related("created_by", "approved_by")
    if text:
        found = found.filter(filename__icontains=text)
    if state:
        found = found.filter(state=state)
    if scope:
        found = found.filter(summary__scope__icontains=scope)
    shown = Paginator(found, PAGE_SIZE).get_page(page)
    scopes = targets.get("observations").scopes()
    filters: list[dict[str, Any]] = [
        {"name": "q", "label": "File name", "value": text, "kind": "search"},
        {"name": "state", "label": "State", "value": state, "options": [("", "All states"), *BatchState.choices]},
        {
            "name": "scope",
            "label": "Dataset",
            "value": scope,
            "options": [("", "All datasets"), *((code, code) for code, _ in scopes)],
        },
    ]
    return ListPage(
        rows=[_row(batch) for batch in shown], page=shown, filters=filters, is_filtered=bool(text or state or scope)
    )


def _row(batch: ImportBatch) -> BatchRow:
    counts: list[int | None] = [batch.counts.get(name) for name in _IN_LIST]
    return BatchRow(batch, _BADGES.get(BatchState(batch.state), ""), selectors.sentence(batch), counts)


def batch_page(*, public_id: Any, kind: str, page: str) -> BatchPage:
    batch = selectors.listed().select_related("created_by", "approved_by", "undoes").get(public_id=public_id)
    undone_by = batch.undone_by.exclude(state=BatchState.DISCARDED).first()
    kind = kind if kind in KINDS else _first_kind(batch)
    job = open_job(batch)
    changes = _changes(batch, kind, page)
    return BatchPage(
        batch=batch,
        badge=_BADGES.get(BatchState(batch.state), ""),
        sentence=selectors.sentence(batch),
        steps=standing.steps(batch, undone_by),
        figures=standing.figures(batch),
        facts=standing.facts(batch),
        groups=problem_groups(batch),
        tabs=_tabs(batch, kind) if changes is not None else [],
        kind=kind,
        changes=changes,
        sample=[] if changes is not None or batch.undoes_id else batch.summary.get("sample", []),
        new_indicators=batch.summary.get("new_indicators", []),
        job=job,
        acts=_acts(batch, job, undone_by),
        undone_by=undone_by,
        uses=uses.readers_of(batch.summary.get("touched", [])),
        nothing_changes=batch.state == BatchState.PREVIEWED and selectors.changes_nothing(batch),
        crumbs=[("Imports", reverse("import_list")), (batch.filename, "")],
    )


def open_job(batch: ImportBatch) -> Job | None:
    """The job that works on this batch, or the last one that did."""
    keys = [f"{name}:{batch.pk}" for name in (services.PREVIEW_JOB, services.APPLY_JOB)]
    return Job.objects.filter(idempotency_key__in=keys).order_by("-created_at").first()


def _acts(batch: ImportBatch, job: Job | None, undone_by: ImportBatch | None) -> frozenset[str]:
    """What the state of the batch allows now; while a job works on it, nothing."""
    if job is not None and job.is_open:
        return frozenset()
    found = {act for act in ("approve", "discard", "undo") if policies.allows(batch, act)}
    if batch.undoes_id is None and batch.state in (BatchState.FAILED, BatchState.READING, BatchState.RECEIVED):
        found.add("read")
    if undone_by is not None:
        found.discard("undo")
    return frozenset(found)


def _first_kind(batch: ImportBatch) -> str:
    return next((kind for kind in KINDS if batch.counts.get(kind)), "changed")


def problem_groups(batch: ImportBatch) -> list[ProblemGroup]:
    """Errors, warnings and notes: the first of each, how many there are, and how often they occur in the file."""
    by_severity: dict[str, list[ImportProblem]] = {}
    for problem in batch.problems.all():
        by_severity.setdefault(problem.severity, []).append(problem)
    totals: dict[str, int] = batch.summary.get("problems", {})
    things: dict[str, int] = batch.summary.get("things", {})
    titles = {"error": "Errors", "warning": "Warnings", "note": "Notes"}
    return [
        ProblemGroup(
            severity=severity,
            title=title,
            problems=by_severity[severity][:PROBLEMS_SHOWN],
            things=things.get(severity, len(by_severity[severity])),
            total=sum(count for key, count in totals.items() if key.startswith(f"{severity}:")),
        )
        for severity, title in titles.items()
        if severity in by_severity
    ]


class _Changes:
    """The differences of one kind, as a sequence that asks for one page only."""

    def __init__(self, batch: ImportBatch, kind: str) -> None:
        self._batch, self._kind = batch, kind
        self.total: int = batch.counts.get(kind, 0)

    def __len__(self) -> int:
        return self.total

    def __iter__(self) -> Iterator[Change]:
        return iter(self[0 : self.total])

    def __getitem__(self, part: slice) -> list[Change]:
        return targets.get(self._batch.target).changes(
            self._batch, kind=self._kind, offset=part.start, limit=part.stop - part.start
        )


def _changes(batch: ImportBatch, kind: str, page: str) -> Page[Change] | None:
    if batch.state not in (BatchState.PREVIEWED, BatchState.APPROVED) or batch.undoes_id is not None:
        return None
    target = targets.get(batch.target)
    if not target.is_staged(batch):
        return None
    try:
        with transaction.atomic():
            return Paginator(_Changes(batch, kind), CHANGES_PAGE_SIZE).get_page(page)  # type: ignore[arg-type]
    except DatabaseError:
        if target.is_staged(batch):
            raise
        return None  # the import was applied, and its staging dropped, between the two looks


def _tabs(batch: ImportBatch, kind: str) -> list[dict[str, Any]]:
    return [
        {"title": title, "url": f"?kind={name}#changes", "active": name == kind, "count": batch.counts.get(name, 0)}
        for name, title in KINDS.items()
    ]
