"""Run queued jobs in this process and end when none is left: for machines without a server running."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from adme.jobs import registry
from adme.jobs.embedded import run_next
from adme.jobs.sweeper import sweep


class Command(BaseCommand):
    help = "Run the jobs that are queued and due, one after the other, then end."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--leave", nargs="*", default=[], choices=registry.QUEUES, help="Queues that wait on.")

    def handle(self, *args: Any, leave: list[str], **options: Any) -> None:
        sweep()
        count = 0
        queues = tuple(queue for queue in registry.QUEUES if queue not in leave)
        while run_next(queues=queues):
            count += 1
        self.stdout.write("No job was waiting." if count == 0 else f"Jobs run: {count}.")
