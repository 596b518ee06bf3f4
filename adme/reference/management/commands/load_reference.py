"""`manage.py load_reference`: bring the reference tables to what the files under fixtures/reference say."""

from __future__ import annotations

from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from adme.common.commands import AdmeCommand
from adme.reference.loading import KINDS, Change, LoadError
from adme.reference.services import LoadReport, load_reference


class Command(AdmeCommand):
    help = "Load the reference data. Retires rows that left the files, never deletes; a second run changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:  # type: ignore[override]
        super().add_arguments(parser)  # type: ignore[arg-type]
        parser.add_argument(
            "--directory", type=Path, default=None, help="Folder of the CSV files; fixtures/reference unless told."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        directory = options.get("directory") or settings.BASE_DIR / "fixtures" / "reference"
        if not Path(directory).is_dir():
            raise CommandError(f"There is no folder {directory}.")
        try:
            report = load_reference(directory=Path(directory), apply=self.apply, actor="command")
        except LoadError as error:
            for problem in error.problems:
                self.say(str(problem))
            count = len(error.problems)
            self.refuse(
                f"{count} problem{'s' if count > 1 else ''} in the files; nothing was written.",
                problems=[problem.as_dict() for problem in error.problems],
            )
        self._show(report)
        self.close(
            {"tables": report.counts(), "changes": [asdict(change) for change in report.differences]},
        )

    def _show(self, report: LoadReport) -> None:
        rows = [[table, *(counts[kind] for kind in KINDS)] for table, counts in report.counts().items()]
        self.show_table(["table", *KINDS], rows)
        # What a person may have edited is always listed; the first filling of a table only on demand.
        for change in report.differences:
            self.say(_line(change), level=2 if change.kind == "new" else 1)
        if not report.differences:
            self.say("Everything is as the files say; nothing to change.")


def _line(change: Change) -> str:
    if change.kind in {"changed", "returned"} and change.after:
        parts = "; ".join(f"{name}: '{change.before[name]}' -> '{value}'" for name, value in change.after.items())
        return f"{change.kind} {change.table} {change.key}: {parts}"
    return f"{change.kind} {change.table} {change.key}"
