"""Writes of reference data: the load of all files in one transaction."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from django.db import DatabaseError, transaction

from adme.audit import services as audit

from .loading import KINDS, Change, LoadError, LoadProblem, Registered, registered


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
                after={"counts": report.counts(), "rows": _by_row(report.differences, "after")},
            )
    return report


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
