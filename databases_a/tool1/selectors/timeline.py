"""Activities in time: which of a summary's rows stand on one page of the timeline, in which order. Reads nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from .summary import Summary, Told

PAGE_SIZE = 40


@dataclass(frozen=True, slots=True)
class Timeline:
    """One page: `rows` by body, then by start; `undated` of all activities lack a day and are listed last."""

    rows: tuple[Told, ...]
    number: int
    pages: int
    total: int
    undated: int


def timeline(summary: Summary, page: int, size: int = PAGE_SIZE) -> Timeline:
    """A page beyond the last is the last."""
    ordered = in_order(summary)
    pages = max(1, -(-len(ordered) // size))
    number = min(max(page, 1), pages)
    undated = sum(row.starts_on is None or row.ends_on is None for row in ordered)
    return Timeline(tuple(ordered[(number - 1) * size : number * size]), number, pages, len(ordered), undated)


def in_order(summary: Summary) -> Sequence[Told]:
    names = summary.bodies()
    last = date.max
    return sorted(
        summary.rows,
        key=lambda row: (names.get(row.body, row.body), row.starts_on or last, row.ends_on or last, row.title, row.pk),
    )
