"""Take jobs back from workers that have gone, and ring again for queued ones. Beat does this every minute."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from adme.jobs.sweeper import sweep


class Command(BaseCommand):
    help = "Take jobs back from workers that have gone, and send queued jobs again. Safe to run at any time."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="Print the counts as JSON.")

    def handle(self, *args: Any, **options: Any) -> None:
        swept = sweep()
        if options["json"]:
            self.stdout.write(json.dumps(asdict(swept)))
        else:
            self.stdout.write(f"Queued again: {swept.requeued}. Failed: {swept.failed}. Sent again: {swept.sent}.")
