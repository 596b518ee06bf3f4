"""Recompute the hash chain of the audit trail and name the first row that does not fit."""

from __future__ import annotations

import argparse
from typing import Any

from adme.audit.chain import Verdict, walk
from adme.audit.models import AuditEvent
from adme.common.commands import AdmeCommand


def _anchor(text: str) -> tuple[int, str]:
    sequence, _, noted = text.partition(":")
    if not sequence.isdigit() or len(noted) != 64:
        raise argparse.ArgumentTypeError("write it as SEQUENCE:HASH, as this command prints it")
    return int(sequence), noted.lower()


class Command(AdmeCommand):
    help = "Check the hash chain of the audit trail. Exit code 1 and the first broken row when it does not hold."
    has_dry_run = False

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        super().add_arguments(parser)  # type: ignore[arg-type]
        parser.add_argument(
            "--anchor",
            type=_anchor,
            metavar="SEQUENCE:HASH",
            help="The head noted earlier outside the database; shows a chain rewritten whole or cut short.",
        )

    def handle(self, *args: Any, anchor: tuple[int, str] | None = None, **options: Any) -> None:
        verdict = walk(AuditEvent.objects.order_by("sequence").iterator(chunk_size=2000), anchor=anchor)
        if not verdict.holds:
            self.refuse(self._fault(verdict))
        head = f"{verdict.head_sequence}:{verdict.head_hash}" if verdict.checked else ""
        self.say(f"The audit trail holds: {verdict.checked} events.")
        if head:
            self.say(f"Head, to be noted outside the database: {head}")
        self.close({"holds": True, "checked": verdict.checked, "head": head})

    def _fault(self, verdict: Verdict) -> str:
        return (
            f"The audit trail is broken at event {verdict.broken_at}: {verdict.fault}. {verdict.checked} hold before."
        )
