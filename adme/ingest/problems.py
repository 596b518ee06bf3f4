"""What is wrong or notable in a file. An import collects everything it finds; it does not stop at the first error."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "note"]
KEPT_PER_CODE = 200  # of one kind of problem this many are listed one by one; the rest are counted


@dataclass(frozen=True, slots=True)
class Issue:
    """`row` counts lines as a spreadsheet does (the heading is row 1); 0 means the file as a whole."""

    code: str
    hint: str
    row: int = 0
    column: str = ""
    seen: str = ""
    severity: Severity = "error"
    times: int = 1  # the same thing seen in so many rows; `row` is the first


class UnreadableFile(Exception):
    """The file as a whole cannot be read. Carries the sentence for the user."""

    def __init__(self, code: str, hint: str, seen: str = "") -> None:
        super().__init__(hint)
        self.issue = Issue(code=code, hint=hint, seen=seen[:300])


class Report:
    """Collects issues; structural ones (row 0) come first when listed."""

    def __init__(self) -> None:
        self.issues: list[Issue] = []
        self.counts: Counter[tuple[Severity, str]] = Counter()
        self.listed: Counter[tuple[Severity, str]] = Counter()

    def add(self, issue: Issue) -> None:
        key = (issue.severity, issue.code)
        self.counts[key] += issue.times
        self.listed[key] += 1
        if self.listed[key] <= KEPT_PER_CODE:
            self.issues.append(issue)

    def error(self, code: str, hint: str, *, row: int = 0, column: str = "", seen: str = "") -> None:
        self.add(Issue(code=code, hint=hint, row=row, column=column, seen=seen[:300]))

    def warning(self, code: str, hint: str, *, row: int = 0, column: str = "", seen: str = "") -> None:
        self.add(Issue(code=code, hint=hint, row=row, column=column, seen=seen[:300], severity="warning"))

    def note(self, code: str, hint: str, *, row: int = 0, column: str = "", seen: str = "") -> None:
        self.add(Issue(code=code, hint=hint, row=row, column=column, seen=seen[:300], severity="note"))

    @property
    def error_count(self) -> int:
        return sum(count for (severity, _), count in self.counts.items() if severity == "error")

    def things(self) -> dict[str, int]:
        """How many problems of each severity there are; one that occurs in many rows is one."""
        found: Counter[str] = Counter()
        for (severity, _), count in self.listed.items():
            found[severity] += count
        return dict(found)

    @property
    def has_errors(self) -> bool:
        return self.error_count > 0

    def in_order(self) -> list[Issue]:
        """Errors first, then warnings, then notes; within each the file as a whole, then by row."""
        return sorted(self.issues, key=lambda issue: (_RANK[issue.severity], issue.row))


_RANK: dict[Severity, int] = {"error": 0, "warning": 1, "note": 2}
