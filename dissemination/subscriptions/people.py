"""Who may be told now: active people who still hold a role with the permission, and how each wants to be told."""

from __future__ import annotations

from collections.abc import Collection

from django.conf import settings

from adme.accounts.models import Assignment, User
from adme.accounts.permissions import ROLE_PERMISSIONS, Permission

from .models import Wishes


def holding(permission: Permission, users: Collection[int] | None = None) -> frozenset[int]:
    """Active users, of these or of all, whose roles give the permission now. One statement."""
    roles = [role for role, held in ROLE_PERMISSIONS.items() if permission in held]
    found = Assignment.objects.filter(role__in=roles, user__is_active=True).held()
    if not settings.ADME_DEMO:
        found = found.filter(user__is_demonstration=False)
    if users is not None:
        found = found.filter(user_id__in=list(users))
    return frozenset(found.values_list("user_id", flat=True))


def wishes_of(users: Collection[int]) -> dict[int, Wishes]:
    """One for each; those that nobody stored are the defaults. One statement."""
    stored = {one.user_id: one for one in Wishes.objects.filter(user_id__in=list(users))}
    return {user: stored.get(user) or Wishes(user_id=user) for user in users}


def wishes_for(user: User) -> Wishes:
    return Wishes.objects.filter(user=user).first() or Wishes(user=user)
