"""What can be imported into: the protocol of a target, and the registry in which packages put theirs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from django.urls import reverse

from .models import ImportBatch
from .problems import Report

Progress = Callable[[int, str], None]  # observations done so far, and what is being done


@dataclass(frozen=True, slots=True)
class Preview:
    """What a file would do. `scope` names what it writes to, for people; the summary's `scopes` lists it for code.
    One batch at a time is applied within a scope."""

    format: str = ""
    scope: str = ""
    release_date: date | None = None
    counts: dict[str, int] = field(default_factory=dict)
    summary: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Change:
    """One observation that differs. Values are None where there is none; `row` is 0 where the file has no row."""

    kind: str
    item: str
    area: str
    detail: str
    period: str
    old_value: float | None
    old_status: str
    new_value: float | None
    new_status: str
    row: int
    title: str = ""  # of the item, for people
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Applied:
    counts: dict[str, int]
    summary: dict[str, Any]


class ImportTarget(Protocol):
    name: str
    title: str

    def formats(self) -> Sequence[tuple[str, str]]:
        """(name, title) of the formats it reads."""
        ...

    def scopes(self) -> Sequence[tuple[str, str]]:
        """(code, title) of what a file may be written to."""
        ...

    def bundle(self, path: Path) -> tuple[str, Iterable[bytes]]:
        """Name and bytes to keep for a local file: the file itself, or a zip of it and the companions beside it."""
        ...

    def preview(
        self, batch: ImportBatch, *, path: Path, beside: Path | None, report: Report, progress: Progress
    ) -> Preview:
        """Read the file (companions may lie in the folder `beside`) into staging. Raise UnreadableFile, or put what is
        wrong into the report; with an error there the caller drops the staging. The preview's summary must hold
        `scopes`, and `seen_state`: `selectors.latest_applied` as it was before anything was compared. Its `touched`
        lists the codes of the series that would be written."""
        ...

    def apply(self, batch: ImportBatch, *, actor: str) -> Applied:
        """Write what the preview showed, within the caller's transaction and lock, and drop the staging."""
        ...

    def undo(self, batch: ImportBatch, *, actor: str) -> Applied:
        """`batch` takes back `batch.undoes`, within the caller's transaction and lock."""
        ...

    def blockers_of_undo(self, batch: ImportBatch) -> dict[int, int]:
        """Later batches (by id) that replaced values of this one, with how many."""
        ...

    def lock(self, scopes: Sequence[str]) -> None:
        """Wait until nobody else writes to these scopes; until the end of the transaction."""
        ...

    def is_staged(self, batch: ImportBatch) -> bool: ...

    def changes(self, batch: ImportBatch, *, kind: str, offset: int, limit: int) -> list[Change]: ...

    def discard(self, batch: ImportBatch) -> None:
        """Drop the staging, if any."""
        ...


@runtime_checkable
class OwnPages(Protocol):
    """A target whose files belong to those who send them: its batches have pages of their own, where it says who may
    see them, and are neither listed nor found in the pages of imports."""

    def address(self, batch: ImportBatch) -> str: ...

    def sentence(self, batch: ImportBatch) -> str:
        """How a read or applied batch stands."""
        ...


_targets: dict[str, ImportTarget] = {}


def register(target: ImportTarget) -> None:
    _targets[target.name] = target


def get(name: str) -> ImportTarget:
    return _targets[name]


def names() -> list[str]:
    return sorted(_targets)


def with_own_pages() -> list[str]:
    return sorted(name for name, target in _targets.items() if isinstance(target, OwnPages))


def address_of(batch: ImportBatch) -> str:
    """The page where people see this batch."""
    target = _targets.get(batch.target)
    return target.address(batch) if isinstance(target, OwnPages) else reverse("import_detail", args=[batch.public_id])
