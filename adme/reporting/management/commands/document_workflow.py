"""Write docs/workflow.md from the workflow table in the code."""

from __future__ import annotations

from typing import Any

from adme.common.commands import AdmeCommand
from adme.reporting.workflow_document import document_path, workflow_document


class Command(AdmeCommand):
    help = "Write the table of the reporting workflow to docs/workflow.md; without --apply tell whether it is current."

    def handle(self, *args: Any, **options: Any) -> None:
        path, text = document_path(), workflow_document()
        current = path.exists() and path.read_text(encoding="utf-8") == text
        if self.apply and not current:
            path.write_text(text, encoding="utf-8")
        self.say(f"docs/{path.name} is {'current' if current else 'written' if self.apply else 'not current'}.")
        self.close({"current": current or self.apply})
