"""Base of our commands: nothing is written without --apply, and --json speaks to machines."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandError, CommandParser

DRY_RUN = "dry run: nothing written; add --apply"


class AdmeCommand(BaseCommand):
    """A command with --apply (a dry run without it) and --json (one JSON document on standard output, nothing else).

    Subclasses read `self.apply`, `self.json` and `self.verbosity`, speak through `say`, `show_table` and `close`, and
    call `super().add_arguments(parser)`. A command that has nothing to write sets `has_dry_run = False`.
    """

    has_dry_run = True
    apply = False
    json = False
    verbosity = 1

    def add_arguments(self, parser: CommandParser) -> None:
        if self.has_dry_run:
            parser.add_argument("--apply", action="store_true", help="Write. Without it the command only tells.")
        parser.add_argument("--json", action="store_true", help="Print one JSON document instead of text.")

    def execute(self, *args: Any, **options: Any) -> str | None:
        self.apply = bool(options.get("apply", False))
        self.json = bool(options.get("json", False))
        self.verbosity = int(options.get("verbosity", 1))
        return super().execute(*args, **options)

    def say(self, text: str = "", *, level: int = 1) -> None:
        """Print a line for people; silent with --json and below the asked verbosity."""
        if not self.json and self.verbosity >= level:
            self.stdout.write(text)

    def show_table(self, headings: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        """Print rows in columns; numbers stand to the right."""
        cells = [list(headings), *([_shown(cell) for cell in row] for row in rows)]
        numeric = [all(line[i].replace(",", "").isdigit() for line in cells[1:]) for i in range(len(headings))]
        widths = [max(len(line[i]) for line in cells) for i in range(len(headings))]
        for line in cells:
            parts = [c.rjust(w) if n else c.ljust(w) for c, w, n in zip(line, widths, numeric, strict=True)]
            self.say("  ".join(parts).rstrip())

    def close(self, payload: dict[str, Any]) -> None:
        """End the command: the JSON document, or for people the reminder that it was a dry run."""
        if self.json:
            ending = {"applied": self.apply} if self.has_dry_run else {}
            self.stdout.write(json.dumps({**ending, **payload}, default=str, ensure_ascii=False, indent=2))
        elif self.has_dry_run and not self.apply:
            self.say(DRY_RUN)

    def refuse(self, message: str, *, problems: Sequence[dict[str, Any]] = ()) -> NoReturn:
        """End the command in failure: exit code 1, the message on standard error, with --json also the document."""
        if self.json:
            document = {"applied": False, "error": message, "problems": list(problems)}
            self.stdout.write(json.dumps(document, default=str, ensure_ascii=False, indent=2))
        raise CommandError(message)


def _shown(cell: object) -> str:
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, int):
        return f"{cell:,}"
    return "" if cell is None else str(cell)
