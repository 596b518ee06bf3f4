"""`manage.py import_observations FILE`: the import pipeline without a browser."""

from __future__ import annotations

import hashlib
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.db import transaction

from adme.common.commands import AdmeCommand
from adme.common.refusals import FileRefused
from adme.ingest import selectors, services, targets
from adme.ingest.errors import FileTooLarge, PreviewOutdated
from adme.ingest.models import BatchState, ImportBatch

COMPARED = ("new", "changed", "unchanged", "vanished")
LEFT_OUT = ("blank", "merged", "skipped_areas")
_WORDS = {
    "vanished": "stored, but no longer in the file",
    "understood": "read without an error",
    "blank": "cells without a value",
    "merged": "rows that repeat another",
    "skipped_areas": "of areas that are not kept",
}


class Command(AdmeCommand):
    help = (
        "Read a file of a provider, tell what would change, and with --apply write it. Ends with code 1 when the file "
        "has errors; then nothing is written."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:  # type: ignore[override]
        super().add_arguments(parser)  # type: ignore[arg-type]
        parser.add_argument("file", type=Path, help="CSV, XLSX or zip; companion files beside a CSV are used.")
        parser.add_argument("--format", default="auto", help="Reader to use; auto recognises the file.")
        parser.add_argument("--dataset", default="", metavar="CODE", help="Dataset, when the file does not tell.")
        parser.add_argument("--release-date", type=_day, default=None, help="Release of the file, as 2026-07-01.")
        parser.add_argument("--new-indicators", action="store_true", help="Add indicators that are not stored yet.")
        parser.add_argument(
            "--on-vanished",
            choices=["keep", "close"],
            default="keep",
            help="Stored values that the file no longer has: keep (default) or close.",
        )
        parser.add_argument(
            "--once", action="store_true", help="Do nothing if this very file was applied before, even if undone since."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        if not path.is_file():
            self.refuse(f"There is no file {path}.")
        self._check_format(options["format"])
        if options["once"] and self._was_applied(path):
            self.say(f"{path.name} was applied before. Nothing is done.")
            return
        wanted = services.Options(
            format=options["format"],
            dataset=options["dataset"],
            release_date=options["release_date"],
            create_indicators=options["new_indicators"],
            on_vanished=options["on_vanished"],
        )
        try:
            batch, payload = self._apply(path, wanted) if self.apply else self._dry_run(path, wanted)
        except (FileTooLarge, FileRefused, PreviewOutdated) as error:
            self.refuse(str(error))
        self._show(payload)
        if batch.state == BatchState.REFUSED:
            self.refuse(payload["message"], problems=payload["problems"])
        self.close(payload)

    def _check_format(self, name: str) -> None:
        known = [known for known, _ in targets.get("observations").formats()]
        if name != "auto" and name not in known:
            raise CommandError(f"There is no format '{name}'. Known are: auto, {', '.join(known)}.")

    def _was_applied(self, path: Path) -> bool:
        _, chunks = targets.get("observations").bundle(path)
        digest = hashlib.sha256()
        for chunk in chunks:
            digest.update(chunk)
        applied = ImportBatch.objects.filter(applied_at__isnull=False, undoes__isnull=True)
        return applied.filter(target="observations", sha256=digest.hexdigest()).exists()

    def _dry_run(self, path: Path, wanted: services.Options) -> tuple[ImportBatch, dict[str, Any]]:
        """Everything happens in one transaction, which is taken back; the file is read where it lies."""
        with transaction.atomic():
            batch = ImportBatch.objects.create(
                target="observations",
                filename=path.name,
                options=wanted.as_json(),
                sha256=services.storage.sha256_of(path),
                size=path.stat().st_size,
            )
            batch = services.read(batch_id=batch.pk, progress=self._progress, source=path)
            payload = _payload(batch)
            transaction.set_rollback(True)
        return batch, payload

    def _apply(self, path: Path, wanted: services.Options) -> tuple[ImportBatch, dict[str, Any]]:
        name, chunks = targets.get("observations").bundle(path)
        batch = services.receive(chunks=chunks, filename=name, options=wanted, in_background=False)
        batch = services.read(batch_id=batch.pk, progress=self._progress)
        if batch.state == BatchState.PREVIEWED:
            services.approve(batch_id=batch.pk, by=None, in_background=False)
            try:
                batch = services.apply(batch_id=batch.pk)
            except PreviewOutdated:
                services.discard_outdated(batch_id=batch.pk)
                raise
        return batch, _payload(batch)

    def _progress(self, done: int, message: str) -> None:
        self.say(message, level=2)

    def _show(self, payload: dict[str, Any]) -> None:
        counts = payload["counts"]
        self.say(f"{payload['file']}: {payload['format'] or 'not recognised'}, dataset {payload['dataset'] or '-'}")
        if counts:
            self.show_table(["observations", ""], [(counts.get(n, 0), _label(n)) for n in _shown(counts)])
        for problem in payload["problems"]:
            place = ", ".join(
                filter(
                    None,
                    [
                        f"row {problem['row']}" if problem["row"] else "",
                        problem["column"] and f"column {problem['column']}",
                    ],
                )
            )
            times = f" ({problem['times']} times)" if problem["times"] > 1 else ""
            seen = f" seen '{problem['seen']}';" if problem["seen"] else ""
            self.say(f"{problem['severity']}{' at ' + place if place else ''}{times}:{seen} {problem['hint']}")
        if payload["state"] != BatchState.REFUSED:  # a refusal is told at the end, on standard error
            self.say(payload["message"])


def _shown(counts: dict[str, int]) -> tuple[str, ...]:
    """A file with errors is not compared, so it has no new or changed values."""
    return (*COMPARED, *LEFT_OUT) if "new" in counts else ("staged", *LEFT_OUT)


def _label(name: str) -> str:
    name = "understood" if name == "staged" else name
    return name.replace("_", " ") + (f" ({_WORDS[name]})" if name in _WORDS else "")


def _payload(batch: ImportBatch) -> dict[str, Any]:
    problems = batch.problems.values("severity", "code", "row", "column", "seen", "hint", "times")
    return {
        "batch": batch.pk if batch.applied_at else None,
        "file": batch.filename,
        "sha256": batch.sha256,
        "format": batch.format,
        "dataset": batch.summary.get("scope", ""),
        "release_date": batch.release_date,
        "state": batch.state,
        "message": selectors.sentence(batch),
        "counts": batch.counts,
        "new_indicators": [code for code, _ in batch.summary.get("new_indicators", [])],
        "problem_totals": batch.summary.get("problems", {}),
        "problems": list(problems),
    }


def _day(text: str) -> date:
    return date.fromisoformat(text)
