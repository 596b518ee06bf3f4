"""Recompute the hash of every published edition."""

from __future__ import annotations

from typing import Any

from adme.common.commands import AdmeCommand
from dissemination.editions.models import Edition
from dissemination.editions.plain import hash_of
from dissemination.editions.reading import stored
from dissemination.editions.states import EditionState


class Command(AdmeCommand):
    help = "Check that every published edition still holds, to the last bit, what was published. Exit code 1 if not."
    has_dry_run = False

    def handle(self, *args: Any, **options: Any) -> None:
        rows, problems = [], []
        published = Edition.objects.filter(state=EditionState.PUBLISHED).select_related("previous")
        for edition in published.order_by("number"):
            found, count = self._hash(edition)
            holds = found == edition.hash
            rows.append((edition.number, edition.title, count, "holds" if holds else "DIFFERS"))
            if not holds:
                problems.append({"edition": edition.number, "published": edition.hash, "found": found})
        self.show_table(["Edition", "Title", "Figures", "Content"], rows)
        if problems:
            numbers = ", ".join(str(one["edition"]) for one in problems)
            self.refuse(f"The content of edition {numbers} is not what was published.", problems=problems)
        self.close({"editions": len(rows), "problems": []})

    @staticmethod
    def _hash(edition: Edition) -> tuple[str, int]:
        """A content that cannot even be read differs, whatever is broken in it."""
        try:
            content = stored(edition)
            return hash_of(content), len(content.figures)
        except (KeyError, TypeError, ValueError) as error:
            return f"unreadable: {error}", 0
