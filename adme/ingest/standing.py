"""How one import stands: the steps behind and before it, its figures, and the facts about its file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from . import selectors, targets
from .models import BatchState, ImportBatch

_FIGURES = {
    "new": "New",
    "changed": "Changed",
    "unchanged": "Unchanged",
    "vanished": "Vanished",
    "blank": "Blank",
    "merged": "Repeated",
    "skipped_areas": "Other areas",
    "closed": "Closed",
    "reopened": "Brought back",
}
_NOTES = {
    "new": "not stored yet",
    "changed": "the old value is kept in the history",
    "unchanged": "not touched",
    "vanished": "stored, but no longer in the file",
    "blank": "cells without a value",
    "merged": "say the same as another row",
    "skipped_areas": "in the file, but not kept here",
    "closed": "values that this batch replaced",
    "reopened": "values as they were before",
}
_NOTES_WHEN = {
    BatchState.APPLIED: {"new": "stored by this import"},
    BatchState.UNDONE: {"new": "were stored, and taken back", "changed": "the old values are back"},
    BatchState.DISCARDED: {"new": "were not stored", "changed": "were not stored"},
}
_COMPARED = ("new", "changed", "unchanged", "vanished")
_PLURALS = {"indicators": "indicator", "areas": "area", "series": "series"}


@dataclass(frozen=True, slots=True)
class Step:
    title: str
    when: Any = None
    who: str = ""
    is_current: bool = False
    is_ahead: bool = False


def steps(batch: ImportBatch, undone_by: ImportBatch | None) -> list[Step]:
    """What has happened, where it stands now, and what is still to come."""
    state = BatchState(batch.state)
    is_undo = batch.undoes_id is not None
    first = "Undo asked for" if is_undo else "Received"
    found = [Step(first, batch.created_at, _name(batch.created_by), state == BatchState.RECEIVED)]
    if not is_undo and state in (BatchState.REFUSED, BatchState.FAILED):
        return [*found, Step(batch.get_state_display(), is_current=True)]
    if not is_undo and state == BatchState.READING:
        found.append(Step("Being read", is_current=True))
    elif not is_undo and state == BatchState.RECEIVED:
        found.append(Step("Read and compare", is_ahead=True))
    elif batch.format and not is_undo:
        found.append(Step("Read and compared", is_current=state == BatchState.PREVIEWED))
    if state == BatchState.DISCARDED:
        return [*found, Step("Discarded", batch.updated_at, is_current=True)]
    if state in (BatchState.APPROVED, BatchState.APPLIED, BatchState.UNDONE):
        found.append(Step("Approved", who=_name(batch.approved_by), is_current=state == BatchState.APPROVED))
    else:
        found.append(Step("Approve", is_ahead=True))
    if batch.applied_at:
        found.append(Step("Applied", batch.applied_at, is_current=state == BatchState.APPLIED))
    else:
        found.append(Step("Apply", is_ahead=True))
    if undone_by is not None and undone_by.applied_at:
        found.append(Step("Undone", undone_by.applied_at, _name(undone_by.approved_by), True))
    return found


def _name(user: Any) -> str:
    return str(user) if user else "command"


def figures(batch: ImportBatch) -> list[tuple[str, str, int]]:
    """(label, what is counted, number). A refused file was not compared, so it has no new or changed values."""
    counts = batch.counts
    if not counts:
        return []
    notes = _NOTES | _NOTES_WHEN.get(BatchState(batch.state), {})
    if batch.undoes_id is not None:
        notes["closed"] = "values that the import had brought"
    always = _COMPARED if batch.undoes_id is None and batch.state != BatchState.REFUSED else ()
    first = _of_refused(batch) if batch.state == BatchState.REFUSED else []
    return first + [
        (title, notes[name], counts.get(name, 0))
        for name, title in _FIGURES.items()
        if counts.get(name) or name in always
    ]


def _of_refused(batch: ImportBatch) -> list[tuple[str, str, int]]:
    things, places = selectors.error_kinds(batch), selectors.error_total(batch)
    found = [("Errors", "to correct; each is listed below", things)]
    if places != things:
        found.append(("Places", "where these errors occur in the file", places))
    return [*found, ("Understood", "observations without an error", batch.counts.get("staged", 0))]


def facts(batch: ImportBatch) -> list[tuple[str, str]]:
    summary, options = batch.summary, batch.options
    formats = dict(targets.get(batch.target).formats())
    span = " to ".join(filter(None, [summary.get("first_period"), summary.get("last_period")]))
    contents = ", ".join(
        f"{summary[key]:,} {one if summary[key] == 1 else key}" for key, one in _PLURALS.items() if key in summary
    )
    told = {
        "Dataset": summary.get("scope", "") or options.get("dataset", ""),
        "Format": formats.get(batch.format, batch.format),
        "Release date": batch.release_date.isoformat() if batch.release_date else "",
        "Contents": contents,
        "Periods": span,
        "Encoding": summary.get("encoding", ""),
        **({} if batch.undoes_id is not None else _choices(options)),
        "SHA-256": batch.sha256,
    }
    rows = [(term, text) for term, text in told.items() if text]
    return rows + [("Remark of the reader", note) for note in summary.get("notes", [])]


def _choices(options: dict[str, Any]) -> dict[str, str]:
    return {
        "Values no longer in the file": "are closed" if options.get("on_vanished") == "close" else "are kept",
        "New indicators": "are added" if options.get("create_indicators") else "are an error",
    }
