"""Who may: roles to permissions, as code. What the state of a record allows is another question (policies)."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied

from .models import Role

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from .models import User


class Permission(StrEnum):
    DASHBOARD_VIEW = "dashboard.view"
    EXPORT = "export"
    API_READ = "api.read"
    INDICATOR_VIEW = "indicator.view"
    IMPORT_VIEW = "import.view"
    IMPORT_RUN = "import.run"
    IMPORT_APPROVE = "import.approve"
    KPI_RECOMPUTE = "kpi.recompute"
    SURVEY_ENTER = "survey.enter"
    TARGET_SET = "target.set"
    JOB_VIEW = "job.view"
    USER_MANAGE = "user.manage"
    AUDIT_VIEW = "audit.view"
    REFERENCE_MANAGE = "reference.manage"


_READER = {Permission.DASHBOARD_VIEW, Permission.EXPORT, Permission.API_READ, Permission.INDICATOR_VIEW}
_ANALYST = _READER | {
    Permission.IMPORT_VIEW,
    Permission.IMPORT_RUN,
    Permission.IMPORT_APPROVE,
    Permission.KPI_RECOMPUTE,
    Permission.SURVEY_ENTER,
    Permission.TARGET_SET,
    Permission.JOB_VIEW,
}
ROLE_PERMISSIONS: dict[str, frozenset[Permission]] = {
    Role.ME_OFFICER: frozenset(_READER),
    Role.FOCAL_POINT: frozenset(_READER),
    Role.SOCA_MEMBER: frozenset(_READER - {Permission.INDICATOR_VIEW}),
    Role.ANALYST: frozenset(_ANALYST),
    Role.ADMINISTRATOR: frozenset(
        _READER
        | {
            Permission.IMPORT_VIEW,
            Permission.JOB_VIEW,
            Permission.USER_MANAGE,
            Permission.AUDIT_VIEW,
            Permission.REFERENCE_MANAGE,
        }
    ),
}


def permissions_of(user: User | AnonymousUser | Any) -> frozenset[Permission]:
    """All permissions of a user, read once per request and kept on the user object."""
    if not user.is_authenticated or not user.is_active:
        return frozenset()
    cached = getattr(user, "_permissions", None)
    if cached is None:
        roles = user.assignments.filter(ended_at__isnull=True).values_list("role", flat=True)
        cached = frozenset().union(*(ROLE_PERMISSIONS.get(role, frozenset()) for role in roles))
        user._permissions = cached
    return cached


def may(user: Any, permission: Permission) -> bool:
    return permission in permissions_of(user)


def require(user: Any, permission: Permission) -> None:
    """Raise PermissionDenied unless the user has the permission."""
    if permission not in permissions_of(user):
        raise PermissionDenied(f"This needs the permission '{permission}'.")
