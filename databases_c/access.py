"""Who may see the rows of a submission: the state that sent it, and who may see records. To others it is not there."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import Http404

from adme.accounts.models import Role
from adme.accounts.permissions import Permission, assignments_of, may
from adme.reporting import access as reporting
from adme.reporting.models import Obligation

from .models import RecordSet, Submission
from .tool import RecordSetTool, tool_of


def bodies_of(user: Any, obligation: Obligation) -> frozenset[int] | None:
    """Ids of the bodies whose sets this focal point has for the state; None: all, or no focal point of the state."""
    if user is None or obligation.state_area_id is None:
        return None
    mine = [
        one.body_id
        for one in assignments_of(user)
        if one.role == Role.FOCAL_POINT and one.state_id == obligation.state_area_id
    ]
    named = frozenset(body for body in mine if body is not None)
    return None if not mine or None in mine else named


def may_see_rows(user: Any, submission: Submission) -> bool:
    """Rows, the file as it was sent, values seen in findings: the supplying state's own, and RECORD_ROWS_SEE."""
    return may_see_rows_of(user, submission.obligation)


def may_see_rows_of(user: Any, obligation: Obligation) -> bool:
    """Records one by one are for the focal points whose bodies have the set; counts for all of the state."""
    if may(user, Permission.RECORD_ROWS_SEE):
        return True
    tool = tool_of(obligation)
    if tool is None or not reporting.is_reporter(user, obligation):
        return False
    return _is_counts(tool) or tool.concerns(user, obligation)


def known_to(user: Any) -> Q:
    """Condition on Submission: those of which `report_for` tells this user."""
    if may(user, Permission.REPORT_VIEW_ALL):
        return Q()
    counts = Q(version__record_set__kind=RecordSet.Kind.AGGREGATE, version__record_set__is_personal=False)
    found = Q(pk__in=[])
    for one in assignments_of(user):
        if one.role == Role.FOCAL_POINT and one.state_id is not None:
            concerns = Q() if one.body_id is None else Q(version__record_set__body=one.body_id) | counts
            found |= Q(obligation__state_area=one.state_id) & concerns
    return found


def _is_counts(tool: RecordSetTool) -> bool:
    return tool.kind == RecordSet.Kind.AGGREGATE and not tool.is_personal


def report_for(user: Any, public_id: UUID, *, edit: bool = False) -> tuple[Obligation, RecordSetTool]:
    """A report of a record set that this user may know of; Http404 otherwise, and for reports of other tools."""
    obligation = reporting.obligation_for(user, public_id, edit=edit)
    tool = tool_of(obligation)
    if tool is None or not (may(user, Permission.REPORT_VIEW_ALL) or may_see_rows_of(user, obligation)):
        raise Http404("There is no such report.")
    return obligation, tool


def rows_report_for(user: Any, public_id: UUID, *, edit: bool = False) -> tuple[Obligation, RecordSetTool]:
    """The same where rows are shown: administrators see how a report stands, but not what is in it."""
    obligation, tool = report_for(user, public_id, edit=edit)
    if not may_see_rows_of(user, obligation):
        raise Http404("There is no such report.")
    return obligation, tool


def submission_of(obligation: Obligation, number: int) -> Submission:
    """One version of this very report."""
    found = Submission.objects.select_related("version", "version__record_set", "batch", "sent_by")
    submission = found.filter(obligation=obligation, number=number).first()
    if submission is None:
        raise Http404("There is no such version.")
    submission.obligation = obligation
    return submission
