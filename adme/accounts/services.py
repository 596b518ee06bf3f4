"""Writes of users and assignments. Each act owns its transaction and leaves an audit event in it."""

from __future__ import annotations

from typing import Any

from allauth.usersessions.models import UserSession
from django.db import transaction
from django.utils import timezone

from adme.audit.services import record
from adme.reference.models import Area, SectoralBody

from . import errors
from .models import Assignment, Role, User
from .permissions import forget

COMMAND = "command"


@transaction.atomic
def create_user(*, email: str, full_name: str = "", organisation: str = "", by: User | None, **extra: Any) -> User:
    """A user who cannot log in yet: no role, and no password until the password mail was answered."""
    email = email.strip().lower()
    if User.objects.filter(email__iexact=email).exists():
        raise errors.EmailTaken
    user = User.objects.create_user(email, None, full_name=full_name, organisation=organisation, **extra)
    record(action="user.created", actor=_actor(by), target=_target(user), after=_described(user))
    return user


@transaction.atomic
def update_user(*, user: User, full_name: str, organisation: str, by: User | None) -> User:
    """Change name and organisation. The e-mail address is the identity in the audit trail and stays."""
    user = _locked(user)
    before = _described(user)
    user.full_name, user.organisation = full_name, organisation
    if _described(user) != before:
        user.save(update_fields=["full_name", "organisation"])
        record(action="user.changed", actor=_actor(by), target=_target(user), before=before, after=_described(user))
    return user


@transaction.atomic
def set_active(*, user: User, active: bool, by: User | None, reason: str = "") -> User:
    """Open or close an account. Closing ends every session of the user at once."""
    _refuse_own(user, by)
    administrators = _lock_administrators()
    user = _locked(user)
    if user.is_active == active:
        return user
    if not active and administrators == {user.pk}:
        raise errors.LastAdministrator
    user.is_active = active
    user.save(update_fields=["is_active"])
    if not active:
        end_sessions(user=user)
    record(
        action="user.activated" if active else "user.deactivated",
        actor=_actor(by),
        target=_target(user),
        before={"is_active": not active},
        after={"is_active": active},
        reason=reason,
    )
    return user


@transaction.atomic
def add_assignment(
    *,
    user: User,
    role: str,
    body: SectoralBody | None = None,
    state: Area | None = None,
    by: User | None,
    reason: str = "",
) -> Assignment:
    _refuse_own(user, by)
    check_scope(role=role, body=body, state=state)
    user = _locked(user)
    if Assignment.objects.held().filter(user=user, role=role, body=body, state=state).exists():
        raise errors.AlreadyAssigned
    assignment = Assignment.objects.create(user=user, role=role, body=body, state=state)
    _follow_roles(user)
    record(
        action="assignment.added",
        actor=_actor(by),
        target=_target(user),
        after=_described_assignment(assignment),
        reason=reason,
    )
    return assignment


@transaction.atomic
def end_assignment(*, assignment: Assignment, by: User | None, reason: str = "") -> Assignment:
    """End, never delete: who had which role when stays readable."""
    _refuse_own(assignment.user, by)
    administrators = _lock_administrators()
    user = _locked(assignment.user)
    assignment = Assignment.objects.select_related("body", "state").get(pk=assignment.pk)
    if assignment.ended_at is not None:
        return assignment
    if assignment.role == Role.ADMINISTRATOR and administrators == {user.pk}:
        raise errors.LastAdministrator
    assignment.ended_at = timezone.now()
    assignment.save(update_fields=["ended_at", "updated_at"])
    _follow_roles(user)
    record(
        action="assignment.ended",
        actor=_actor(by),
        target=_target(user),
        before=_described_assignment(assignment),
        reason=reason,
    )
    return assignment


def check_scope(*, role: str, body: SectoralBody | None, state: Area | None) -> None:
    """Raise where a role lacks its scope or has one that means nothing for it; the database holds the same rule."""
    if role == Role.ME_OFFICER:
        if body is None:
            raise errors.ScopeDoesNotFit("body", "An M&E officer works for one sectoral body. Choose it.")
        if state is not None:
            raise errors.ScopeDoesNotFit("state", "An M&E officer has no Member State. Leave it empty.")
    elif role == Role.FOCAL_POINT:
        if state is None:
            raise errors.ScopeDoesNotFit("state", "A focal point works for one Member State. Choose it.")
    elif body is not None or state is not None:
        field = "body" if body is not None else "state"
        raise errors.ScopeDoesNotFit(field, "This role has neither a sectoral body nor a Member State. Leave it empty.")


def end_sessions(*, user: User) -> int:
    """End all sessions of a user; the number ended."""
    sessions = list(UserSession.objects.filter(user=user))
    for session in sessions:
        session.end()
    return len(sessions)


def _actor(by: User | None) -> str:
    return by.email if by else COMMAND


def _target(user: User) -> str:
    return f"user:{user.email}"


def _refuse_own(user: User, by: User | None) -> None:
    if by is not None and by.pk == user.pk:
        raise errors.OwnAssignments


def _locked(user: User) -> User:
    return User.objects.select_for_update().get(pk=user.pk)


def _lock_administrators() -> set[int]:
    """Keys of the active administrators, locked, so that two of them cannot remove each other at the same time."""
    held = Assignment.objects.held().filter(role=Role.ADMINISTRATOR, user__is_active=True)
    return set(held.select_for_update().order_by("pk").values_list("user_id", flat=True))


def _follow_roles(user: User) -> None:
    """Administrators, and only they, may open the operators' admin; superusers are made on the command line."""
    forget(user)
    staff = user.is_superuser or user.assignments.held().filter(role=Role.ADMINISTRATOR).exists()
    if user.is_staff != staff:
        user.is_staff = staff
        user.save(update_fields=["is_staff"])


def _described(user: User) -> dict[str, Any]:
    return {
        "email": user.email,
        "full_name": user.full_name,
        "organisation": user.organisation,
        "is_active": user.is_active,
        "is_demonstration": user.is_demonstration,
    }


def _described_assignment(assignment: Assignment) -> dict[str, Any]:
    return {
        "role": assignment.get_role_display(),
        "body": assignment.body.acronym if assignment.body else None,
        "state": assignment.state.name if assignment.state else None,
    }
