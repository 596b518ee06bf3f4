"""States of an obligation as people set them, and its standing: the state seen against the calendar."""

from __future__ import annotations

from django.db import models


class State(models.TextChoices):
    """What people did. Stored."""

    DUE = "due", "Not started"
    DRAFTING = "drafting", "Being drafted"
    SUBMITTED = "submitted", "Submitted"
    RETURNED = "returned", "Returned"
    APPROVED = "approved", "Approved"
    REOPENED = "reopened", "Reopened"
    CERTIFIED_NIL = "certified_nil", "Certified nil: nothing to report"
    NOT_APPLICABLE = "not_applicable", "Not applicable"
    EXCUSED = "excused", "Excused"


class Standing(models.TextChoices):
    """What boards and totals count: the state, and what the calendar makes of it now. Never stored."""

    SCHEDULED = "scheduled", "Not open yet"
    DUE = "due", "Due"
    DRAFTING = "drafting", "Being drafted"
    SUBMITTED = "submitted", "Submitted"
    RETURNED = "returned", "Returned"
    APPROVED = "approved", "Approved"
    REOPENED = "reopened", "Reopened"
    CERTIFIED_NIL = "certified_nil", "Certified nil"
    NOT_APPLICABLE = "not_applicable", "Not applicable"
    EXCUSED = "excused", "Excused"
    OVERDUE = "overdue", "Overdue"
    MISSING = "missing", "Missing"


# Work of the reporter is possible in these states (the calendar may still forbid it).
EDITABLE = frozenset({State.DUE, State.DRAFTING, State.RETURNED, State.REOPENED})
# A report stands in these: it was handed in, or certified that there is nothing.
REPORTED = frozenset({Standing.SUBMITTED, Standing.APPROVED, Standing.REOPENED, Standing.CERTIFIED_NIL})
# Nothing is owed in these, so completeness leaves them out of its denominator.
NOT_OWED = frozenset({Standing.NOT_APPLICABLE, Standing.EXCUSED, Standing.SCHEDULED})
