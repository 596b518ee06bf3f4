"""Who may see and do what with one report. All access to reports goes through here: another body's draft is a 404."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q
from django.http import Http404
from django.utils import timezone

from adme.accounts.models import Role
from adme.accounts.permissions import Permission, assignments_of, may

from . import tools
from .models import Obligation
from .states import State
from .transitions import TRANSITIONS, Act, Party


def is_reviewer(user: Any) -> bool:
    return may(user, Permission.REPORT_REVIEW)


def is_reporter(user: Any, obligation: Obligation) -> bool:
    """Of the body, or of the state, that owes this report."""
    return any(_covers(one, obligation) for one in assignments_of(user))


def _covers(assignment: Any, obligation: Obligation) -> bool:
    if assignment.role == Role.ME_OFFICER:
        return obligation.body_id is not None and assignment.body_id == obligation.body_id
    if assignment.role == Role.FOCAL_POINT:
        return obligation.state_area_id is not None and assignment.state_id == obligation.state_area_id
    return False


def may_edit(user: Any, obligation: Obligation) -> bool:
    """Reporter of it, or a reviewer acting on behalf. What the state and the calendar allow is another question."""
    if is_reviewer(user):
        return True
    return is_reporter(user, obligation) and tools.get(obligation.tool).may_edit(user, obligation)


def may_see_draft(user: Any, obligation: Obligation) -> bool:
    """The working copy: the reporter, the Secretariat's reviewers, and administrators."""
    return may(user, Permission.REPORT_VIEW_ALL) or is_reporter(user, obligation)


def sees_submitted(user: Any) -> bool:
    """Reads what others have submitted, not only what is approved: the Secretariat and the bodies' M&E officers."""
    return may(user, Permission.REPORT_VIEW_ALL) or any(one.role == Role.ME_OFFICER for one in assignments_of(user))


def own_obligations(user: Any) -> Q:
    """Condition on Obligation: owed by a body or state of this user."""
    found = Q(pk__in=[])
    for one in assignments_of(user):
        if one.role == Role.ME_OFFICER:
            found |= Q(body_id=one.body_id)
        elif one.role == Role.FOCAL_POINT:
            found |= Q(state_area_id=one.state_id)
    return found


def awake(obligation: Obligation, now: datetime | None = None) -> Obligation:
    """The report as it stands: an excuse that is over asks for it again, without anybody having to say so."""
    until = obligation.excused_until
    if obligation.state == State.EXCUSED and until is not None and until < (now or timezone.now()):
        obligation.state, obligation.excused_until, obligation.reason = State.DUE, None, ""
    return obligation


def obligation_for(user: Any, public_id: Any, *, edit: bool = False) -> Obligation:
    """The report, or Http404 where this user may not know of its working copy (the same answer as 'no such report')."""
    found = (
        Obligation.objects.select_related("round", "body", "state_area", "submitted_by", "decided_by")
        .filter(public_id=public_id)
        .first()
    )
    if found is None or not may_see_draft(user, found):
        raise Http404("There is no such report.")
    if edit and not may_edit(user, found):
        raise Http404("There is no such report.")
    return awake(found)


def written_report_for(user: Any, public_id: Any, *, edit: bool = False) -> Obligation:
    """The same for reporting's own form, grid and workbook, which a tool with pages of its own does not have."""
    found = obligation_for(user, public_id, edit=edit)
    if tools.own_work(found.tool) is not None:
        raise Http404("There is no such page of this report.")
    return found


def acts_for(user: Any, obligation: Obligation) -> list[Act]:
    """What this user may do now by role and state; calendar, authorship and readiness are checked by the service."""
    found = []
    for act, transition in TRANSITIONS.items():
        if obligation.state not in transition.sources:
            continue
        mine = is_reviewer(user) if transition.party == Party.REVIEWER else may_edit(user, obligation)
        if mine or (transition.on_behalf and is_reviewer(user)):
            found.append(act)
    return found


def acts_on_behalf(user: Any, obligation: Obligation, act: Act) -> bool:
    """The reviewer does what the reporter should: needs a reason, and is shown to the reporter."""
    return TRANSITIONS[act].party == Party.REPORTER and not is_reporter(user, obligation)
