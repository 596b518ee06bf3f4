"""Time periods as files write them, brought to `2023`, `2023-S1`, `2023-Q3`, `2023-07`, or refused with the reason."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from django.utils import timezone

from adme.ingest.problems import Issue
from adme.observations.periods import PeriodError, TimePeriod

# DataBank writes '2014 [YR2014]' in headings and 'YR2014', '2014Q1', '2014M03' as time codes.
_BRACKETED = re.compile(r"^\s*[^\[\]]*\[(?P<code>[^\[\]]+)\]\s*$")
_CODE = re.compile(r"^(?:YR)?(?P<year>\d{4})(?:\s*-?(?:Q(?P<quarter>[1-4])|M(?P<month>\d{2})))?$", re.ASCII | re.I)
_FISCAL = re.compile(r"^(?:FY\s*)?(?P<first>\d{4})\s*[-/–]\s*(?P<second>\d{2}|\d{4})$", re.ASCII | re.I)
_DATE = re.compile(r"^\d{4}-\d{2}-\d{2}(?:[ T].*)?$", re.ASCII)


@dataclass(slots=True)
class PeriodReader:
    """Reads each distinct text once; what a file repeats a million times is looked up."""

    last_year: int = field(default_factory=lambda: timezone.now().year + 1)
    _seen: dict[str, str] = field(default_factory=dict)

    def read(self, text: str) -> str:
        """The canonical period; raise PeriodError with a sentence."""
        known = self._seen.get(text)
        if known is None:
            known = self._seen[text] = str(TimePeriod.parse(undecorated(text)))
        return known

    def is_future(self, period: str) -> bool:
        return int(period[:4]) > self.last_year


def undecorated(text: str) -> str:
    """'2014 [YR2014]' -> '2014', 'YR2014' -> '2014', '2014Q1' -> '2014-Q1'; other text stays as it is."""
    bare = text.strip()
    bracketed = _BRACKETED.match(bare)
    match = _CODE.match(bracketed["code"].strip() if bracketed else bare)
    if match is None:
        return bare
    if match["quarter"]:
        return f"{match['year']}-Q{match['quarter']}"
    return f"{match['year']}-{match['month']}" if match["month"] else match["year"]


def period_issue(text: str, error: PeriodError, *, row: int, column: str) -> Issue:
    """Say what is wrong with a period; a fiscal year gets a question, because there is no right guess."""
    fiscal = _FISCAL.match(text.strip())
    if fiscal:
        hint = (
            f"This looks like a fiscal year. Decide which calendar year it belongs to and write {fiscal['first']} "
            "or the next, and say in the note column that it is fiscal."
        )
        return Issue(code="fiscal_year", hint=hint, row=row, column=column, seen=text[:300])
    if _DATE.match(text.strip()):
        hint = f"This is a date. Write the period it stands for, such as {text.strip()[:4]} or {text.strip()[:7]}."
        return Issue(code="unreadable_period", hint=hint, row=row, column=column, seen=text[:300])
    hint = "Write the year with four digits, or 2025-S1, 2025-Q3, 2025-07."
    if str(error).endswith("to 2100"):
        hint = "Check the year: it is outside 1900 to 2100."
    return Issue(code="unreadable_period", hint=hint, row=row, column=column, seen=text[:300])


def looks_fiscal(period: str) -> bool:
    """'2010-11' is November 2010 here, but many write fiscal years so."""
    return len(period) == 7 and period[5:].isdigit() and int(period[5:]) == (int(period[2:4]) + 1) % 100


def future_issue(period: str, *, row: int, column: str) -> Issue:
    hint = "The period lies in the future. Correct it, or give the observation the status F (forecast)."
    return Issue(code="future_period", hint=hint, row=row, column=column, seen=period)
