"""What statistics and the three-source ledger refuse, each with a sentence for the person."""

from __future__ import annotations

from collections.abc import Sequence


class Refused(Exception):
    """The message is a sentence a person can act on. `field` names the input it is about, or is blank; `faults` are
    further sentences, one for each thing that is wrong."""

    def __init__(self, sentence: str, field: str = "", faults: Sequence[str] = ()) -> None:
        self.field = field
        self.faults = tuple(faults)
        super().__init__(sentence)
