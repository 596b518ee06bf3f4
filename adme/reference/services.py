"""Writes of reference data: the load of all files in one transaction, and a person's edits in the admin."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import DatabaseError, transaction
from django.utils import timezone

from adme.audit import services as audit

from .loading import KINDS, Change, LoadError, LoadProblem, Registered, registered
from .models import Kept
from .signals import reference_changed


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What a load did, or in a dry run would do."""

    applied: bool
    changes: tuple[Change, ...]

    def counts(self) -> dict[str, dict[str, int]]:
        """Per table the number of rows of each kind, tables in the order of loading."""
        counted: dict[str, Counter[str]] = {}
        for change in self.changes:
            counted.setdefault(change.table, Counter())[change.kind] += 1
        return {table: {kind: counter[kind] for kind in KINDS} for table, counter in counted.items()}

    @property
    def differences(self) -> tuple[Change, ...]:
        return tuple(change for change in self.changes if change.kind != "unchanged")


def load_reference(*, directory: Path, apply: bool, actor: str) -> LoadReport:
    """Run every registered loader on the files of `directory`; raise LoadError with all problems, nothing written.

    A dry run does everything and takes it back, so what it tells is what an applied run does.
    """
    with transaction.atomic():
        report = LoadReport(applied=apply, changes=tuple(_run_all(directory, apply=apply)))
        if not apply:
            transaction.set_rollback(True)
        elif report.differences:
            audit.record(
                action="reference.loaded",
                actor=actor,
                target="reference:files",
                before=_by_row(report.differences, "before"),
                after={"counts": _without_zeros(report.counts()), "rows": _by_row(report.differences, "after")},
            )
            reference_changed.send(LoadReport, actor=actor)
    return report


def _without_zeros(counts: dict[str, dict[str, int]]) -> dict[str, dict[str, int]]:
    """What happened, for the trail: tables and kinds without any row say nothing."""
    told = {table: {kind: number for kind, number in kinds.items() if number} for table, kinds in counts.items()}
    return {table: kinds for table, kinds in told.items() if set(kinds) - {"unchanged"}}


def _run_all(directory: Path, *, apply: bool) -> list[Change]:
    changes: list[Change] = []
    problems: list[LoadProblem] = []
    failed: set[str] = set()
    for loader in registered():
        if failed.intersection(loader.after):
            failed.add(loader.name)
            continue
        try:
            changes += _run(loader, directory, apply=apply)
        except LoadError as error:
            failed.add(loader.name)
            problems += error.problems
    if problems:
        raise LoadError(problems)
    return changes


def _run(loader: Registered, directory: Path, *, apply: bool) -> list[Change]:
    try:
        with transaction.atomic():
            return loader.load(directory, apply)
    except DatabaseError as error:
        remedy = f"the database refused the rows: {error}".strip()
        raise LoadError([LoadProblem(loader.name, 0, "", "", remedy)]) from error


def _by_row(changes: tuple[Change, ...], side: str) -> dict[str, object]:
    """Fields that differ, by row. New rows stand in the files; the trail keeps what was replaced, retired, returned."""
    shown = (change for change in changes if change.kind != "new")
    return {f"{change.table}:{change.key}": getattr(change, side) or change.kind for change in shown}


@transaction.atomic
def save_row(*, row: Kept, actor: str) -> None:
    """Save a row that a person added or edited. Nothing changed: nothing written, no event."""
    stored = type(row)._default_manager.filter(pk=row.pk).first() if row.pk else None
    before, after = (_fields_of(stored) if stored else {}), _fields_of(row)
    if before == after:
        return
    row.save()
    changed = [name for name, value in after.items() if before.get(name) != value]
    audit.record(
        action="reference.changed" if stored else "reference.added",
        actor=actor,
        target=_target(row),
        before={name: before[name] for name in changed} if stored else None,
        after={name: after[name] for name in changed},
    )
    reference_changed.send(type(row), actor=actor)


@transaction.atomic
def retire_rows(*, rows: Iterable[Kept], actor: str) -> int:
    """Take rows out of use; figures that point at them keep their meaning. Returns how many were in use."""
    return _set_retired([row for row in rows if row.retired_at is None], retired=True, actor=actor)


@transaction.atomic
def return_rows(*, rows: Iterable[Kept], actor: str) -> int:
    """Take retired rows back into use. Returns how many were retired."""
    return _set_retired([row for row in rows if row.retired_at is not None], retired=False, actor=actor)


def _set_retired(rows: list[Kept], *, retired: bool, actor: str) -> int:
    for row in rows:
        row.retired_at = timezone.now() if retired else None
        row.save(update_fields=["retired_at"])
        audit.record(action="reference.retired" if retired else "reference.returned", actor=actor, target=_target(row))
        reference_changed.send(type(row), actor=actor)
    return len(rows)


def _fields_of(row: Kept) -> dict[str, Any]:
    fields = (field for field in row._meta.concrete_fields if not field.primary_key)
    return {field.name: field.value_to_string(row) for field in fields}


def _target(row: Kept) -> str:
    return f"{row._meta.verbose_name}:{row}"
