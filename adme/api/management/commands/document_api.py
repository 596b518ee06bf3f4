"""Write docs/openapi.yaml from the endpoints in the code."""

from __future__ import annotations

from typing import Any

from adme.api.description import as_text, describe, description_path
from adme.common.commands import AdmeCommand


class Command(AdmeCommand):
    help = "Write the description of the API to docs/openapi.yaml; without --apply tell whether it is current."

    def handle(self, *args: Any, **options: Any) -> None:
        description, doubts = describe()
        if doubts:
            self.refuse("The description is not sure of everything:\n" + "\n".join(doubts))
        path, text = description_path(), as_text(description)
        current = path.exists() and path.read_text(encoding="utf-8") == text
        if self.apply and not current:
            path.write_text(text, encoding="utf-8")
        self.say(f"docs/{path.name} is {'current' if current else 'written' if self.apply else 'not current'}.")
        self.close({"current": current or self.apply})
