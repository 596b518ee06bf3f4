"""What can be refused when declarations are maintained, each with a sentence for the person."""

from __future__ import annotations


class NotPossible(Exception):
    """A rule of declarations and clauses was broken. `field` names where in the form."""

    def __init__(self, sentence: str, field: str = "") -> None:
        self.field = field
        super().__init__(sentence)
