"""Who may: roles to permissions, as code. What the state of a record allows is another question (policies)."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from django.core.exceptions import PermissionDenied

from .models import Assignment, Role


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
    REPORT_FILE = "report.file"
    REPORT_READ = "report.read"
    REPORT_REVIEW = "report.review"
    REPORT_VIEW_ALL = "report.view_all"
    CALENDAR_MANAGE = "calendar.manage"
    DECLARATION_MANAGE = "declaration.manage"
    RECIPE_MANAGE = "recipe.manage"
    RECORD_SET_MANAGE = "record_set.manage"
    RECORD_ROWS_SEE = "record_rows.see"
    EDITION_MANAGE = "edition.manage"
    EDITION_REPLY = "edition.reply"
    JOB_VIEW = "job.view"
    USER_MANAGE = "user.manage"
    AUDIT_VIEW = "audit.view"
    REFERENCE_MANAGE = "reference.manage"
    WEBHOOK_MANAGE = "webhook.manage"


PERMISSION_TITLES: dict[Permission, str] = {
    Permission.DASHBOARD_VIEW: "see the dashboards",
    Permission.EXPORT: "download figures",
    Permission.API_READ: "read the API",
    Permission.INDICATOR_VIEW: "see Database B indicators",
    Permission.IMPORT_VIEW: "see imports",
    Permission.IMPORT_RUN: "upload and check files",
    Permission.IMPORT_APPROVE: "approve, apply and undo imports",
    Permission.KPI_RECOMPUTE: "recompute KPIs",
    Permission.SURVEY_ENTER: "enter survey values",
    Permission.TARGET_SET: "set baselines and targets",
    Permission.REPORT_FILE: "file the reports of the own body or state",
    Permission.REPORT_READ: "read what bodies and states have reported",
    Permission.REPORT_REVIEW: "review, return and approve reports, and act on behalf of a reporter",
    Permission.REPORT_VIEW_ALL: "see all reports, drafts too",
    Permission.CALENDAR_MANAGE: "set the reporting calendar, extend and excuse",
    Permission.DECLARATION_MANAGE: "maintain declarations and clauses",
    Permission.RECIPE_MANAGE: "draft, rehearse and adopt KPI recipes",
    Permission.RECORD_SET_MANAGE: "draft and adopt record sets, and recipes of their statistics",
    Permission.RECORD_ROWS_SEE: "see the records that states submit, those about persons too",
    Permission.EDITION_MANAGE: "draft, open for reply and publish meeting editions",
    Permission.EDITION_REPLY: "reply to the figures of the own state before an edition is published",
    Permission.JOB_VIEW: "see jobs",
    Permission.USER_MANAGE: "manage users and roles",
    Permission.AUDIT_VIEW: "read the audit trail",
    Permission.REFERENCE_MANAGE: "maintain reference data",
    Permission.WEBHOOK_MANAGE: "register systems that are told of events (webhooks)",
}

_READER = {
    Permission.DASHBOARD_VIEW,
    Permission.EXPORT,
    Permission.API_READ,
    Permission.INDICATOR_VIEW,
    Permission.REPORT_READ,
}
_ANALYST = _READER | {
    Permission.IMPORT_VIEW,
    Permission.IMPORT_RUN,
    Permission.IMPORT_APPROVE,
    Permission.KPI_RECOMPUTE,
    Permission.SURVEY_ENTER,
    Permission.TARGET_SET,
    Permission.REPORT_REVIEW,
    Permission.REPORT_VIEW_ALL,
    Permission.CALENDAR_MANAGE,
    Permission.DECLARATION_MANAGE,
    Permission.RECIPE_MANAGE,
    Permission.RECORD_SET_MANAGE,
    Permission.RECORD_ROWS_SEE,
    Permission.EDITION_MANAGE,
    Permission.JOB_VIEW,
}
ROLE_PERMISSIONS: dict[str, frozenset[Permission]] = {
    Role.ME_OFFICER: frozenset(_READER | {Permission.REPORT_FILE}),
    Role.FOCAL_POINT: frozenset(_READER | {Permission.REPORT_FILE, Permission.EDITION_REPLY}),
    Role.SOCA_MEMBER: frozenset(_READER - {Permission.INDICATOR_VIEW}),
    Role.ANALYST: frozenset(_ANALYST),
    Role.ADMINISTRATOR: frozenset(
        _READER
        | {
            Permission.IMPORT_VIEW,
            Permission.REPORT_VIEW_ALL,
            Permission.JOB_VIEW,
            Permission.USER_MANAGE,
            Permission.AUDIT_VIEW,
            Permission.REFERENCE_MANAGE,
            Permission.WEBHOOK_MANAGE,
        }
    ),
}


def assignments_of(user: Any) -> tuple[Assignment, ...]:
    """The assignments a user holds now, with body and state, read once per request and kept on the user object."""
    if not user.is_authenticated or not user.is_active:
        return ()
    held = getattr(user, "_held_assignments", None)
    if held is None:
        held = tuple(Assignment.objects.filter(user_id=user.pk).held().select_related("body", "state"))
        user._held_assignments = held
    return held


def permissions_of(user: Any) -> frozenset[Permission]:
    """All permissions of a user. Nobody has any but through an assignment, whatever Django's own flags say."""
    return frozenset().union(*(ROLE_PERMISSIONS.get(one.role, frozenset()) for one in assignments_of(user)))


def may(user: Any, permission: Permission) -> bool:
    return permission in permissions_of(user)


def require(user: Any, permission: Permission) -> None:
    """Raise PermissionDenied unless the user has the permission."""
    if permission not in permissions_of(user):
        raise PermissionDenied(f"This needs the permission '{PERMISSION_TITLES[permission]}'.")


def forget(user: Any) -> None:
    """Read the assignments anew at the next question; services call it after they changed them."""
    user.__dict__.pop("_held_assignments", None)
