"""Acts and their targets as people say them. Only for reading: filters, downloads and the chain keep the codes."""

from __future__ import annotations

import re

_ACTS = {
    "report.start": "Report started",
    "report.submit": "Report submitted",
    "report.certify_nil": "Certified that there is nothing to report",
    "report.return": "Report returned",
    "report.approve": "Report approved",
    "report.reopen": "Report reopened",
    "report.excuse": "Report excused until a day",
    "report.not_applicable": "Report marked as not applicable",
    "report.resume": "Report asked for again",
    "report.saved": "Values of a record saved",
    "report.rows_saved": "Several records saved",
    "report.record_added": "Record added",
    "report.record_removed": "Record removed",
    "report.copied_forward": "Values of the previous period copied",
    "report.contradiction_kept": "Contradiction kept with a reason, or no longer",
    "report.comment_added": "Comment written",
    "report.comment_resolved": "Comment resolved",
    "report.evidence_added": "Evidence added",
    "report.evidence_removed": "Evidence removed",
    "obligation.extended": "Later deadline given",
    "calendar.ledger_kept": "Rounds and reports made from the calendar",
    "schedule.changed": "Schedule changed",
    "recipe.adopted": "KPI recipe adopted",
    "recipe.draft_discarded": "Draft of a KPI recipe discarded",
    "kpi.aggregated": "KPIs computed",
    "login.succeeded": "Logged in",
    "login.failed": "Login failed",
}
_REPORT = re.compile(r"report (?P<id>[0-9a-f-]{36}) tool(?P<tool>\d) (?P<who>.+) (?P<period>\S+)")


def act(action: str) -> str:
    """`report.approve` as `Report approved`; an act without words here as its code with blanks."""
    return _ACTS.get(action) or action.replace(".", " ").replace("_", " ").capitalize()


def target(text: str) -> tuple[str, str]:
    """What is shown, and the identifier beside it: `Tool 1 of SOMHD, 2025` and the report's public id."""
    found = _REPORT.fullmatch(text)
    if found is None:
        return text, ""
    return f"Tool {found['tool']} of {found['who']}, {found['period']}", found["id"]
