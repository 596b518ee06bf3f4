"""Make the rounds and obligations that the reporting calendar asks for. The daily job does the same."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from adme.common.commands import AdmeCommand
from adme.reporting import tools
from adme.reporting.models import ReportingSchedule
from adme.reporting.services.calendar import keep_ledger


class Command(AdmeCommand):
    help = "Make the rounds and obligations that the reporting calendar asks for. Deletes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        with transaction.atomic():
            counts = keep_ledger()
            if not self.apply:
                transaction.set_rollback(True)
        unknown = self._unknown_tools()
        self.say(
            f"Rounds made: {counts['rounds']}. Rounds moved: {counts['moved']}. "
            f"Obligations made: {counts['obligations']}."
        )
        for tool in unknown:
            self.say(f"Skipped: no reporting tool '{tool}' is installed, so its schedule makes no rounds.")
        self.close({**counts, "unknown_tools": unknown})

    @staticmethod
    def _unknown_tools() -> list[str]:
        known = {tool.name for tool in tools.all_tools()}
        asked = ReportingSchedule.objects.filter(retired_at__isnull=True).values_list("tool", flat=True)
        return sorted(set(asked) - known)
