"""Loader of the reporting calendar from fixtures/reporting/schedules.csv, run by `load_reference`.

A schedule that a person made or changed in the browser is theirs: no load touches it, whatever the file holds.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from adme.reference.loading import Change
from adme.reference.rows import Problems, Row, read_rows
from adme.reference.tables import Wanted, sync, unique

from .models import ReportingSchedule
from .services.schedules import DAYS, FIELDS, faults


def load_schedules(directory: Path, apply: bool) -> list[Change]:
    path = directory.parent / "reporting" / "schedules.csv"
    if not path.exists():
        return []  # another folder of reference files need not bring a calendar
    problems = Problems()
    rows = read_rows(path, FIELDS, problems)
    wanted = unique((_wanted(row, problems) for row in rows), "first_period", problems)
    stored = list(ReportingSchedule.objects.all())
    existing: dict[Any, ReportingSchedule] = {(one.tool, one.first_period): one for one in stored}
    by_hand = {key for key, one in existing.items() if not one.from_file}
    ours = {key: item for key, item in wanted.items() if key not in by_hand}
    return sync("reporting schedule", ReportingSchedule, ours, existing, problems)


def _wanted(row: Row, problems: Problems) -> Wanted:
    fields: dict[str, Any] = {name: row[name] for name in FIELDS}
    for name in DAYS:
        text = row[name]
        fields[name] = int(text) if text.lstrip("-").isdecimal() and text.isascii() and len(text) < 6 else text
    for problem in faults(fields):
        problems.add(row, problem.field, problem.hint)
    return Wanted((row["tool"], row["first_period"]), fields, row)
