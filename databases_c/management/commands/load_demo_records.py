"""Load the made-up submissions of records of the demonstration."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from adme.common.commands import AdmeCommand
from databases_c.demonstration import loading


class Command(AdmeCommand):
    help = "Load the demonstration of Database C, once. Refuses where ADME_DEMO is off."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.ADME_DEMO:
            self.refuse("Made-up records exist only in the demonstration. Set ADME_DEMO=1 to have them.")
        if loading.is_loaded():
            self.say("The demonstration records are there already.")
            self.close({"loaded": False})
            return
        counts = loading.load() if self.apply else {}
        for name, number in counts.items():
            self.say(f"{name}: {number}")
        self.close({"loaded": bool(counts), **counts})
