"""Signs of Tool 2: how sure a declaration is, what a status looks like (shape and word), partial dates in words.

Pure functions and small values; templates only write them out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from adme.common import formatting

from ..models import Verification
from .visibility import EXCUSED, NIL, NOT_APPLICABLE, REPORTED, SILENT


@dataclass(frozen=True, slots=True)
class Mark:
    """`shape` names a symbol of the sprite in templates/tool2/_shapes.html; `kind` a colour that repeats it."""

    shape: str
    kind: str
    word: str
    meaning: str = ""


STATUS = {
    "completed": Mark("disc", "good", "Completed"),
    "ongoing": Mark("half", "plain", "On-going"),
    "not_started": Mark("ring", "plain", "Not started"),
    "delayed": Mark("triangle", "attention", "Delayed"),
    "postponed": Mark("square", "attention", "Postponed"),
    "cancelled": Mark("cross", "bad", "Cancelled"),
}
UNKNOWN_STATUS = Mark("ring", "plain", "No status")
MIXED = Mark("half", "plain", "Under way", "Some of the actions are completed, others not.")
EMPTY = {
    REPORTED: Mark("bar", "attention", "No action", "A report came, but it names no action here."),
    NIL: Mark("dash", "plain", "Nil", "Certified that there is nothing to report."),
    EXCUSED: Mark("dots", "plain", "Excused", "Excused from reporting."),
    NOT_APPLICABLE: Mark("dots", "plain", "n.a.", "Marked as not applicable."),
    SILENT: Mark("hatch", "missing", "Not reported", "No report yet that you may read."),
}
NO_CLAUSES = Mark("dots", "missing", "No clauses", "No clause has been entered, so nothing can be followed up.")
NOT_A_MEMBER = Mark("dots", "plain", "n.a.", "Not a Member State at the end of the period.")
NO_LEAD = Mark("dots", "plain", "No lead", "No sectoral body leads this declaration.")
VERIFICATION = {
    Verification.QUOTED: Mark("disc", "plain", "Quoted", "Title and date are quoted from the text."),
    Verification.REPORTED: Mark("half", "plain", "Reported", "Title and date are reported by a source."),
    Verification.UNVERIFIED: Mark(
        "dashed", "attention", "Not verified", "Title and date have not been checked against a source; do not quote."
    ),
}


def status_mark(code: str) -> Mark:
    return STATUS.get(code, UNKNOWN_STATUS)


def summary_mark(statuses: Iterable[str]) -> Mark:
    """One mark for several actions: what needs attention wins, then what is under way."""
    counted = Counter(statuses)
    for code in ("delayed", "postponed"):
        if counted[code]:
            return STATUS[code]
    if len(counted) == 1:
        return status_mark(next(iter(counted)))
    if counted["ongoing"]:
        return STATUS["ongoing"]
    live = {code for code in counted if code != "cancelled"}
    return status_mark(live.pop()) if len(live) == 1 else MIXED


def partial_day(text: str) -> str:
    """A date as exact as the source: '2025', 'Nov 2020', '12 Nov 2020'."""
    return formatting.day(text) if len(text) == 10 else formatting.period(text)
