"""Who is to be told: the reviewers of the Secretariat, and the officers and focal points of a reporter."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Q

from adme.accounts.models import Assignment, Role
from adme.accounts.permissions import ROLE_PERMISSIONS, Permission

from ..models import Obligation

_REVIEWING = [role for role, permissions in ROLE_PERMISSIONS.items() if Permission.REPORT_REVIEW in permissions]
_SEEING_ALL = [role for role, permissions in ROLE_PERMISSIONS.items() if Permission.REPORT_VIEW_ALL in permissions]


def reviewers() -> set[int]:
    """Active users who may review, by id."""
    found = Assignment.objects.filter(role__in=_REVIEWING, user__is_active=True).held()
    return set(found.values_list("user_id", flat=True))


def seeing_all(users: Iterable[int | None]) -> set[int]:
    """Those of these users who still see the working copies of every report."""
    asked = {one for one in users if one}
    found = Assignment.objects.filter(role__in=_SEEING_ALL, user__is_active=True, user_id__in=asked)
    return set(found.held().values_list("user_id", flat=True))


def officers_of(obligations: Iterable[Obligation]) -> dict[int, set[int]]:
    """Per obligation, active users who file it: M&E officers of the body, focal points of the state. One statement."""
    held = list(obligations)
    bodies = {one.body_id for one in held if one.body_id}
    states = {one.state_area_id for one in held if one.state_area_id}
    found = (
        Assignment.objects.filter(user__is_active=True)
        .held()
        .filter(Q(role=Role.ME_OFFICER, body_id__in=bodies) | Q(role=Role.FOCAL_POINT, state_id__in=states))
    )
    of_body: dict[int | None, set[int]] = defaultdict(set)
    of_state: dict[int | None, set[int]] = defaultdict(set)
    for role, user_id, body_id, state_id in found.values_list("role", "user_id", "body_id", "state_id"):
        if role == Role.ME_OFFICER:
            of_body[body_id].add(user_id)
        else:
            of_state[state_id].add(user_id)
    return {one.pk: set(of_body[one.body_id] if one.body_id else of_state[one.state_area_id]) for one in held}
