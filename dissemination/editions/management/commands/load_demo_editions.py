"""Make the editions of the demonstration."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser

from adme.common.commands import AdmeCommand
from dissemination.editions import demonstration as demo


class Command(AdmeCommand):
    help = "Make the demonstration's editions, each once. Refuses where ADME_DEMO is off."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--first", action="store_true", help="Only the first, before the made-up reports and records are loaded."
        )

    def handle(self, *args: Any, first: bool, **options: Any) -> None:
        if not settings.ADME_DEMO:
            self.refuse("Made-up editions exist only in the demonstration. Set ADME_DEMO=1 to have them.")
        wanted = [(demo.FIRST, demo.make_first)]
        if not first:
            wanted += [(demo.SECOND, demo.make_second), (demo.OPEN, demo.make_open)]
        made = []
        for title, make in wanted:
            if demo.is_made(title):
                self.say(f"There already: {title}")
            elif self.apply:
                edition = make()
                made.append(title)
                self.say(f"Made: {edition}")
            else:
                self.say(f"Would be made: {title}")
        self.close({"made": made})
