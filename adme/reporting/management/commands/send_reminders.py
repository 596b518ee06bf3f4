"""Remind those who owe a report, and send the digest of the week. The daily job does the same."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from adme.common.commands import AdmeCommand
from adme.reporting.services.notices import digest, remind


class Command(AdmeCommand):
    help = "Remind those who owe a report, and tell the Secretariat what is overdue. Nobody is told the same twice."

    def handle(self, *args: Any, **options: Any) -> None:
        with transaction.atomic():
            reminded, told = remind(), digest()
            if not self.apply:
                transaction.set_rollback(True)
        self.say(
            f"Due in five days or less: {reminded['due_soon']}. Due today: {reminded['due_today']}. "
            f"Overdue: {reminded['overdue']}. Digests: {told['notices']}."
        )
        self.close({"reminders": reminded, "digest": told})
