"""`manage.py load_demo_targets`: made-up targets that show ratings in the demonstration. Never in production."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from adme.common.commands import AdmeCommand
from databases_a.rfmd.demonstration import load_targets

FILE = settings.BASE_DIR / "fixtures" / "rfmd" / "demonstration_targets.csv"


class Command(AdmeCommand):
    help = "Load demonstration targets, marked as such. Refused unless ADME_DEMO is on."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.ADME_DEMO:
            raise CommandError("Demonstration targets are made up. Set ADME_DEMO=1 if this is a demonstration.")
        counts = load_targets(FILE, apply=self.apply)
        self.say("Demonstration targets: " + ", ".join(f"{number} {name}" for name, number in counts.items()) + ".")
        self.close({"counts": counts})
