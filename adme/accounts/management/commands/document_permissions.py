"""Write docs/permissions.md from the permissions in the code."""

from __future__ import annotations

from typing import Any

from adme.accounts.policy_document import document_path, policy_document
from adme.common.commands import AdmeCommand


class Command(AdmeCommand):
    help = (
        "Write the table of roles and permissions to docs/permissions.md; without --apply tell whether it is current."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        path, text = document_path(), policy_document()
        current = path.exists() and path.read_text(encoding="utf-8") == text
        if self.apply and not current:
            path.write_text(text, encoding="utf-8")
        self.say(f"docs/{path.name} is {'current' if current else 'written' if self.apply else 'not current'}.")
        self.close({"current": current or self.apply})
